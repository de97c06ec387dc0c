"""Reads of log files that never make the loop wait for the disk.

What is in memory is read on the loop; what may be on disk only is read ahead in threads first.
Where the system cannot tell (no `RWF_NOWAIT`), everything counts as in memory. The threads are a
small pool of their own, so that slow reads hold back neither the syncs nor the loop. Logs
themselves are never touched from here: only descriptors, which their regions keep open.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

THREADS: Final = 4
"""Cold reads that may wait for the disk at once; more queue behind them."""

_PIECE_BYTES: Final = 256 * 1024
_NO_WAIT: Final[int] = getattr(os, "RWF_NOWAIT", 0)
_PROBE: Final = [bytearray(1)]


class FileCalls:
    """Reads on the loop or in threads. Loop thread only; close it before the loop ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._threads: ThreadPoolExecutor | None = None
        self._is_closed = False
        self._can_probe = bool(_NO_WAIT)

    def peek(self, fd: int, position: int, size_bytes: int) -> bytes | bytearray | None:
        """The whole range if it is in memory, else None."""
        if not self._can_probe:
            return os.pread(fd, size_bytes, position)
        data = bytearray(size_bytes)
        try:
            count = os.preadv(fd, [data], position, _NO_WAIT)
        except BlockingIOError:
            return None
        except OSError:
            self._can_probe = False
            return None
        return data if count == size_bytes else None

    def is_resident(self, fd: int, position: int, size_bytes: int) -> bool:
        """Whether the range seems to be in memory: its first and its last byte are looked at."""
        if not self._can_probe:
            return True
        try:
            os.preadv(fd, _PROBE, position, _NO_WAIT)
            os.preadv(fd, _PROBE, position + size_bytes - 1, _NO_WAIT)
        except BlockingIOError:
            return False
        except OSError:
            self._can_probe = False
        return True

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
