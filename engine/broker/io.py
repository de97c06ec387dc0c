"""File calls that may wait for the disk, off the loop: reading ahead of a cold fetch.

A small pool of threads of its own, so that slow reads hold back neither the syncs nor the loop.
Logs themselves are never touched from here: only descriptors, which their regions keep open.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

THREADS: Final = 4
"""Cold reads that may wait for the disk at once; more queue behind them."""

_PIECE_BYTES: Final = 256 * 1024


class FileCalls:
    """Runs reads in threads. Loop thread only; close it before the loop ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._threads: ThreadPoolExecutor | None = None
        self._is_closed = False

    def warm(self, fd: int, position: int, size_bytes: int, done: Callable[[], None]) -> None:
        """Bring a range of a file into memory, then call `done` on the loop.

        The caller keeps the descriptor open until then. A failed read counts as done: whoever then
        reads for good meets the failure.
        """
        if self._is_closed:
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="kconsole-read")
        self._threads.submit(self._read, fd, position, size_bytes, done)

    def close(self) -> None:
        """Wait for the reads that run and drop those that wait."""
        self._is_closed = True
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def _read(self, fd: int, position: int, size_bytes: int, done: Callable[[], None]) -> None:
        end = position + size_bytes
        try:
            while position < end:
                read = len(os.pread(fd, min(_PIECE_BYTES, end - position), position))
                if not read:
                    break
                position += read
        except OSError:
            pass
        self._loop.call_soon_threadsafe(done)
