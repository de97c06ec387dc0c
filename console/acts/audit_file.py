"""The file that keeps every change for good. Implements `console.acts.journal.Audit`.

A disk may be slow to answer, so lines are written in a thread while the loop goes on. They are
written in the order in which they were taken, one thread at a time. One that cannot be written is
given up, and the next one is tried all the same. Every change waits for its own line, so as many
lines wait as changes are under way.
"""

import asyncio
import threading
from collections import deque
from pathlib import Path


class AuditFile:
    """A file that only its owner reads. Made when it is first written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: deque[str] = deque()
        self._turn = asyncio.Lock()
        self._writing = threading.Lock()
        self.failure: OSError | None = None

    def take(self, line: str) -> None:
        self._waiting.append(line)

    async def written(self) -> None:
        async with self._turn:
            if self._waiting:
                await asyncio.to_thread(self._write)

    def _write(self) -> None:
        # Whoever waits for a thread may be cancelled, and the next one begin before it has ended.
        with self._writing:
            while self._waiting:
                try:
                    self._append(self._waiting.popleft())
                    self.failure = None
                except OSError as error:
                    self.failure = error

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
