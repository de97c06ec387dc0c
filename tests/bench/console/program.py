"""The console in a pseudo-terminal, with the moment of everything that it writes.

It is started, typed into and left as a person would. What it wrote is looked at without the control
sequences; a moment is that of `time.perf_counter`, which all processes of a machine share on Linux.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import psutil

from tests.bench.console.pauses import Pause, read_pauses

WAIT_S = 180.0
CONTROL = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[@-Z\\-_]|\x1b[()][AB0]")
TAIL_BYTES = 32_768
"""What a text may lie in that is waited for: more than a frame."""

FRAMES_WANTED, FRAMES_OFFERED = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""What the console asks of a terminal, and what one answers that draws frames at once."""


class Usage(NamedTuple):
    """What a process used: seconds of CPU since its start, memory now and at most."""

    cpu_s: float
    resident_mb: float
    own_mb: float
    """Its own and its share of what it shares with others (PSS)."""
    peak_mb: float


class Program:
    """One console. Blocking; use as a context manager."""

    def __init__(
        self,
        arguments: Sequence[str],
        home: Path,
        *,
        is_watched: bool = False,
        columns: int = 120,
        lines: int = 40,
    ) -> None:
        """`home` is where the user's files would be; a watched program notes the pauses of its
        loop, which are read after `leave`."""
        home.mkdir(parents=True, exist_ok=True)
        self._pauses = home / "pauses.json" if is_watched else None
        module = ["console.cli"] if self._pauses is None else [_WATCHED, str(self._pauses)]
        self._command = [sys.executable, "-m", *module, *arguments]
        self._size = struct.pack("HHHH", lines, columns, 0, 0)
        kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "TMUX")}
        folders = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
        self._environment = {
            **kept,
            **dict.fromkeys(folders, str(home)),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }
        self._written: list[tuple[float, bytes]] = []
        self._changed = threading.Condition()
        self._from = 0
        self._is_over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self.started_s = 0.0

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, self._size)
        self.started_s = time.perf_counter()
        self._process = subprocess.Popen(
            self._command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._environment,
            start_new_session=True,
        )
        os.close(slave)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        os.close(self._master)

    def _read(self) -> None:
        """Note all that comes, until the program has closed the terminal."""
        while True:
            try:
                data = os.read(self._master, 65_536)
            except OSError:
                data = b""
            now_s = time.perf_counter()
            if FRAMES_WANTED in data:
                os.write(self._master, FRAMES_OFFERED)
            with self._changed:
                self._is_over = not data
                self._written.append((now_s, data))
                self._changed.notify_all()
            if not data:
                return

    def press(self, keys: str) -> float:
        """Type; the moment before. What is waited for from now on is written after it."""
        with self._changed:
            self._from = len(self._written)
        now_s = time.perf_counter()
        os.write(self._master, keys.encode())
        return now_s

    def wait_for(self, shown: str, seconds: float = WAIT_S) -> float:
        """The moment at which a text was written since the last key. Raises AssertionError."""
        wanted, at, tail = shown.encode(), self._from, b""
        deadline_s = time.monotonic() + seconds
        while True:
            with self._changed:
                while at == len(self._written):
                    left_s = deadline_s - time.monotonic()
                    if self._is_over or not self._changed.wait(max(0.0, left_s)):
                        seen = _text(tail).decode(errors="replace")
                        raise AssertionError(f"{shown!r} is not shown; at last:\n{seen[-3000:]}")
                now_s, data = self._written[at]
            at += 1
            tail = (tail + data)[-TAIL_BYTES:]
            if wanted in _text(tail):
                return now_s

    def shows(self, shown: str) -> bool:
        """Whether a text was written since the last key."""
        with self._changed:
            written = b"".join(data for _, data in self._written[self._from :])
        return shown.encode() in _text(written)

    def changes(self, pattern: re.Pattern[bytes]) -> list[float]:
        """The moments since the last key at which a text that meets a pattern became another."""
        with self._changed:
            written = self._written[self._from :]
        moments, last, tail = [], b"", b""
        for now_s, data in written:
            tail = (tail + data)[-4096:]
            found = pattern.findall(_text(tail))
            if found and found[-1] != last:
                moments.append(now_s)
                last = found[-1]
        return moments

    def usage(self) -> Usage:
        """What the program has used until now."""
        process = psutil.Process(self._process.pid)
        times, memory = process.cpu_times(), process.memory_full_info()
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        peak = re.search(r"VmHWM:\s*(\d+) kB", status)
        assert peak is not None
        return Usage(
            times.user + times.system, memory.rss / 1e6, memory.pss / 1e6, int(peak[1]) * 1024 / 1e6
        )

    def leave(self) -> list[Pause]:
        """Quit, and the pauses of its loop if it was watched."""
        self.press("\x11")
        code = self._process.wait(WAIT_S)
        assert code == 0, f"the console exited with {code}"
        return [] if self._pauses is None else read_pauses(self._pauses)


_WATCHED = "tests.bench.console.pauses"


def _text(written: bytes) -> bytes:
    return CONTROL.sub(b"", written)
