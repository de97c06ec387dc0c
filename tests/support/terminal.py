"""A real terminal that a test can read and type into: one tmux server of its own.

Blocking. Waiting is for the terminal's own word that something was written, with a bound: a second
tmux client in control mode is told of all output, and the screen is looked at only after it.
"""

import os
import re
import shlex
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

WAIT_S = 40.0
OF_THIS_TERMINAL = ("COLUMNS", "LINES", "TMUX", "TMUX_PANE")
"""Variables that speak of the terminal that a test runs in. readline sets the size behind the back
of `os.environ`, and a program that believes it ignores the real one."""

BELL = rb"\007"
"""The bell as a client in control mode is told of it."""
_OSC = re.compile(rb"\\033\](?:(?!\\007).)*\\007")
"""A command to the terminal, which a bell ends."""


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
        # What a console remembers is of this terminal alone, unless a test says where it is kept.
        self._state = tempfile.TemporaryDirectory(
            prefix="kconsole-state-", ignore_cleanup_errors=True
        )
        kept = {"COLORTERM": "truecolor", "XDG_STATE_HOME": self._state.name}
        self._environment = {**kept, **(environment or {})}
        self._inherited = {k: v for k, v in os.environ.items() if k not in OF_THIS_TERMINAL}
        self._written = threading.Event()
        self._has_rung = False
        self._watcher: subprocess.Popen[bytes] | None = None
        self._listener = threading.Thread(target=self._listen, name=self._name, daemon=True)

    def _command_of(self, *arguments: str) -> list[str]:
        # Sessions on a socket of their own never meet the user's tmux or its configuration.
        return ["tmux", "-f", os.devnull, "-L", self._name, *arguments]

    def _tmux(self, *arguments: str) -> str:
        command = self._command_of(*arguments)
        return subprocess.run(
            command, env=self._inherited, capture_output=True, text=True, check=True
        ).stdout

    def _listen(self) -> None:
        """Note every line that tmux tells, until it ends."""
        assert self._watcher is not None
        assert self._watcher.stdout is not None
        for line in self._watcher.stdout:
            self._has_rung |= BELL in _OSC.sub(b"", line)
            self._written.set()

    def __enter__(self) -> Self:
        columns, lines = self._size
        settings = [part for k, v in self._environment.items() for part in ("-e", f"{k}={v}")]
        size = ("-x", str(columns), "-y", str(lines))
        keep = f"{self._command}; echo exited with $?; exec cat"
        self._tmux("new-session", "-d", "-s", "test", *size, *settings, keep)
        # What the program copies becomes a buffer of tmux, as it becomes a terminal's clipboard.
        self._tmux("set-option", "-s", "set-clipboard", "on")
        self._watcher = subprocess.Popen(
            self._command_of("-C", "attach", "-f", "ignore-size,read-only", "-t", "test"),
            env=self._inherited,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        subprocess.run(self._command_of("kill-server"), capture_output=True)
        if self._watcher is not None:
            self._listener.join()
            self._watcher.communicate()
        self._state.cleanup()

    def screen(self) -> str:
        """The text on the screen now."""
        return self._tmux("capture-pane", "-p", "-t", "test")

    def painted(self) -> str:
        """The text on the screen now, with the codes of its colours."""
        return self._tmux("capture-pane", "-e", "-p", "-t", "test")

    def copied(self) -> str:
        """What the program copied last; empty before it copied anything."""
        buffers = self._tmux("list-buffers")
        return self._tmux("show-buffer") if buffers else ""

    def has_rung(self) -> bool:
        """Whether the program has rung the bell so far."""
        return self._has_rung

    def press(self, *keys: str) -> None:
        """Type keys by tmux's names: `Enter`, `Escape`, `C-q`, `g`."""
        self._tmux("send-keys", "-t", "test", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", "-t", "test", "--", text)

    def send(self, content: bytes) -> None:
        """Send bytes as they are, as a terminal might."""
        self._tmux("send-keys", "-t", "test", "-H", *(f"{byte:02x}" for byte in content))

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
            self._written.clear()
            screen = self.screen()
            met = condition in screen if isinstance(condition, str) else condition(screen)
            if met:
                return screen
            if not self._written.wait(max(0.0, deadline - time.monotonic())):
                raise AssertionError(f"waited {seconds} s for {condition!r}; the screen:\n{screen}")
