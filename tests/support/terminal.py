"""A real terminal that a test can read and type into: one tmux server of its own.

Blocking. Waiting is by condition with a bound, never by a fixed time.
"""

import os
import shlex
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

WAIT_S = 40.0


class Terminal:
    """One program in a tmux window of a given size. Use as a context manager."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        lines: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._name = f"kconsole-{uuid.uuid4().hex[:8]}"
        self._command = shlex.join(command)
        self._size = (columns, lines)
        self._environment = {"COLORTERM": "truecolor", **(environment or {})}

    def _tmux(self, *arguments: str) -> str:
        # Sessions on a socket of their own never meet the user's tmux or its configuration.
        command = ["tmux", "-f", os.devnull, "-L", self._name, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def __enter__(self) -> Self:
        columns, lines = self._size
        settings = [part for k, v in self._environment.items() for part in ("-e", f"{k}={v}")]
        size = ("-x", str(columns), "-y", str(lines))
        keep = f"{self._command}; echo exited with $?; exec cat"
        self._tmux("new-session", "-d", "-s", "test", *size, *settings, keep)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        subprocess.run(["tmux", "-L", self._name, "kill-server"], capture_output=True)

    def screen(self) -> str:
        """The text on the screen now."""
        return self._tmux("capture-pane", "-p", "-t", "test")

    def press(self, *keys: str) -> None:
        """Type keys by tmux's names: `Enter`, `Escape`, `C-q`, `g`."""
        self._tmux("send-keys", "-t", "test", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", "-t", "test", text)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window under the program."""
        self._tmux("resize-window", "-t", "test", "-x", str(columns), "-y", str(lines))

    def pid(self) -> int:
        """The process of the shell that runs the program."""
        return int(self._tmux("display-message", "-p", "-t", "test", "#{pane_pid}"))

    def wait_for(self, condition: str | Callable[[str], bool], seconds: float = WAIT_S) -> str:
        """The screen as soon as it shows a text or meets a condition; fails past the bound."""
        deadline = time.monotonic() + seconds
        while True:
            screen = self.screen()
            met = condition in screen if isinstance(condition, str) else condition(screen)
            if met:
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {condition!r}; the screen:\n{screen}")
            time.sleep(0.05)
