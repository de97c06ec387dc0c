"""A terminal that can go away under its program: a pseudo-terminal that the test itself holds.

Blocking, with bounds. What the program writes is read only while a test waits for it.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.support.terminal import WAIT_S

_READ_BYTES_MAX = 65536
_ROWS, _COLUMNS = 40, 120
_CONTROLLED = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
"""Lets the terminal be the controlling one of the program that takes the place of this one."""


class LostTerminal:
    """One program on a pseudo-terminal. Use as a context manager.

    The system sends SIGHUP to a program whose controlling terminal goes away, and tells nothing to
    one whose terminal `is_controlling` nobody.
    """

    def __init__(self, command: Sequence[str], *, is_controlling: bool, state: str) -> None:
        """`state` is a directory for what the program remembers."""
        own, of_program = pty.openpty()
        fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        self._own: int | None = own
        through = [sys.executable, "-c", _CONTROLLED] if is_controlling else []
        sized = {"COLUMNS", "LINES"}
        environment = {k: v for k, v in os.environ.items() if k not in sized}
        try:
            self.process = subprocess.Popen(
                [*through, *command],
                stdin=of_program,
                stdout=of_program,
                stderr=of_program,
                env={**environment, "TERM": "xterm-256color", "XDG_STATE_HOME": state},
                start_new_session=True,
            )
        finally:
            os.close(of_program)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go_away()
        self.process.kill()
        self.process.wait(WAIT_S)

    def wait_for(self, text: str) -> None:
        """Read until a text is written in one piece; fails past the bound."""
        assert self._own is not None
        deadline, written = time.monotonic() + WAIT_S, b""
        while text.encode() not in written:
            left_s = deadline - time.monotonic()
            ready, _, _ = select.select([self._own], [], [], max(0.0, left_s))
            if not ready:
                raise AssertionError(f"waited {WAIT_S} s for {text!r} in {written!r}")
            written += os.read(self._own, _READ_BYTES_MAX)

    def type(self, text: str) -> None:
        """Type text as it is."""
        assert self._own is not None
        os.write(self._own, text.encode())

    def go_away(self) -> None:
        """Be gone, as when a connection drops."""
        if self._own is not None:
            os.close(self._own)
            self._own = None
