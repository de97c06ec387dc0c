"""Watches a decoder at work: the lines that it reaches, its steps, the memory that it takes.

A step is a line of the decoder's own code that runs, so that the bound does not depend on the
machine. Watching costs much more than decoding: it is done on a sample.
"""

import sys
import tracemalloc
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import Any

STEPS_PER_BYTE = 60
"""Lines that may run for each byte: an element of one byte may have many fields in none."""
BYTES_PER_BYTE = 120
"""Memory that may be taken for each byte: objects are larger than what they say."""


class TooManyStepsError(BaseException):
    """A decoder does more than its bytes justify. No decoder catches it."""


class Watch:
    """Remembers every line that was reached, by a name that is the same in every process."""

    def __init__(self) -> None:
        self.lines: dict[str, set[int]] = {}
        self.steps_per_byte_max = 0.0
        self.bytes_per_byte_max = 0.0
        self._of_code: dict[int, set[int]] = {}
        """By the identity of code: that of two versions may be equal."""
        self._codes: list[CodeType] = []
        self._reached = 0
        self._steps = 0
        self._steps_max = 0

    def know(self, codes: Iterable[CodeType]) -> None:
        """Watch the lines of these from now on."""
        for code in codes:
            self._codes.append(code)
            self._of_code[id(code)] = self.lines.setdefault(name_of(code), set())

    def reaches_new(self, decode: Callable[[], object], size: int, steps: int) -> bool:
        """Decode; whether a line ran that had never run. Raises what `decode` raises, and
        TooManyStepsError beyond `steps` and what `size` bytes justify."""
        self._steps, self._steps_max = 0, steps + STEPS_PER_BYTE * size
        before = self._reached
        earlier = sys.gettrace()
        sys.settrace(self._enter)
        try:
            decode()
        finally:
            sys.settrace(earlier)
            if self._steps > 500:
                share = self._steps / max(size, 1)
                self.steps_per_byte_max = max(self.steps_per_byte_max, share)
        return self._reached > before

    def refused_anew(self, refusal: BaseException) -> bool:
        """Whether a refusal came from a line that had never run; costs next to nothing."""
        before, traceback = self._reached, refusal.__traceback__
        while traceback is not None:
            reached = self._of_code.get(id(traceback.tb_frame.f_code))
            if reached is not None and traceback.tb_lineno not in reached:
                reached.add(traceback.tb_lineno)
                self._reached += 1
            traceback = traceback.tb_next
        return self._reached > before

    def is_modest(self, decode: Callable[[], object], size: int, slack_bytes: int) -> int:
        """Decode; the bytes by which it took more memory than it may, 0 when it did not."""
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        try:
            decode()
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            taken = peak - before
            self.bytes_per_byte_max = max(
                self.bytes_per_byte_max, (taken - slack_bytes) / max(size, 1)
            )
        return max(0, taken - slack_bytes - BYTES_PER_BYTE * size)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        reached = self._of_code.get(id(frame.f_code))
        if reached is None:
            return None

        def line(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
            if event == "line":
                self._steps += 1
                if self._steps > self._steps_max:
                    raise TooManyStepsError(f"more than {self._steps_max} lines ran")
                if frame.f_lineno not in reached:
                    reached.add(frame.f_lineno)
                    self._reached += 1
            return line

        return line


def name_of(code: CodeType) -> str:
    """The name of code, whichever process compiled it."""
    if code.co_filename.startswith("<"):
        return code.co_filename
    module = code.co_filename.rpartition("/engine/")[2]
    return f"{module}:{code.co_firstlineno} {code.co_qualname}"


def lines_of(code: CodeType) -> set[int]:
    """The lines of code that can run, without those of functions within it."""
    numbers = {line for _, _, line in code.co_lines() if line is not None}
    return numbers - {code.co_firstlineno}
