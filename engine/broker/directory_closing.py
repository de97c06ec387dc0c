"""How a data directory is let go of when the broker stops: off the loop, and not for ever.

A start after a clean end reads next to nothing. What is not saved when the time is up, or when
somebody is in a hurry, is left to the next start, which reads what was written since the checkpoint
before, as after the death of a process. Nothing acknowledged is lost: that was on disk, or with
`durability = "os"` in the care of the system, before it was acknowledged.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from engine.kernel.event_log import EventLog
from engine.storage.directory_checkpoint import DirectoryCheckpoint
from engine.storage.log_directory import LogDirectory

THREADS: Final = 8
"""Logs that are saved at once: a file system puts together on disk what is asked of it together."""

SECONDS_MAX: Final = 30.0
"""How long logs are saved before the rest is left to the next start."""


class DirectoryClosing:
    """The end of one directory, to which nothing is appended any more. Loop thread only."""

    def __init__(self, events: EventLog, seconds_max: float = SECONDS_MAX) -> None:
        self._events = events
        self._seconds_max = seconds_max
        self._last: DirectoryCheckpoint | None = None
        self._is_hurried = False
        self._has_served = False

    def note_served(self) -> None:
        """Let the end be that of a broker: one that could not start has not stopped."""
        self._has_served = True

    def hurry(self) -> None:
        """Save no further log. Harmless before and after, and when repeated."""
        self._is_hurried = True
        if self._last is not None:
            self._last.give_up()

    async def close(self, directory: LogDirectory) -> None:
        """Save what there is to save, then let go of the directory in any case."""
        last = self._last = directory.begin_checkpoint()
        if self._is_hurried:
            last.give_up()
        try:
            await self._run(last)
        finally:
            is_clean = directory.close(last)
        if is_clean and self._has_served:
            self._events.info("engine_stopped")
        elif not is_clean:
            unsaved = last.unsaved_count
            self._events.error("engine_stopped_unclean", data=directory.path, unsaved=unsaved)

    async def _run(self, last: DirectoryCheckpoint) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._seconds_max, self.hurry)
        with ThreadPoolExecutor(THREADS, thread_name_prefix="kconsole-close") as threads:
            try:
                workers = range(min(THREADS, len(last)))
                saving = [loop.run_in_executor(threads, last.save_logs) for _ in workers]
                await asyncio.gather(*saving)
                await loop.run_in_executor(threads, last.publish)
            finally:
                # Who cancels it waits for the logs that are being saved, and for no others.
                last.give_up()
                timer.cancel()
