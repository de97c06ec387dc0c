"""`kconsole produce`: lines of standard input, or files, as records.

A reading thread hands lines over; whatever has come is sent at once, so that a person who types
sees each line go, and a file goes in large batches. The queue between them is bounded.
"""

import asyncio
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO

import click

from console.port.cluster import NewRecord, NewTopic, Published, Writes
from console.port.errors import (
    AlreadyExists,
    ClusterError,
    Failed,
    NotFound,
    TimedOut,
    Unreachable,
)
from console.scripting.waiting import Waiting

BATCH_RECORDS_MAX = 5_000
QUEUE_LINES_MAX = 50_000

AWAY = (Unreachable, TimedOut, Failed)
"""Why a record that was tried for as long as anything is tried could not be delivered."""

FATES = {False: "refused", True: "perhaps stored"}
"""What is said of a record that failed, by whether the cluster may have it nevertheless."""

Header = tuple[str, bytes | None]


@dataclass(frozen=True, slots=True)
class LineForm:
    """How a line becomes a record."""

    partition: int | None
    key: bytes | None
    key_separator: bytes | None
    empty_is_null: bool
    headers: tuple[Header, ...]

    def record(self, line: bytes) -> NewRecord:
        """The record of a line without its line end."""
        key, value = self.key, line
        if self.key_separator is not None and self.key_separator in line:
            key, _, value = line.partition(self.key_separator)
        is_null = self.empty_is_null and not value
        return NewRecord(key, None if is_null else value, self.headers, self.partition)


class TopicSender:
    """One run of the command."""

    def __init__(
        self,
        topic: str,
        form: LineForm,
        *,
        creates: NewTopic | None,
        is_verbose: bool,
        waiting: Waiting,
    ) -> None:
        """`creates` is the topic to make where there is none."""
        self._topic = topic
        self._form = form
        self._creates = creates
        self._is_verbose = is_verbose
        self._waiting = waiting
        self._stored = 0
        self._failures: Counter[tuple[str, str]] = Counter()
        self._unsent = 0
        self._has_more = False
        """Whether more lines than that were not sent, nobody knows how many."""

    @property
    def failed(self) -> int:
        """How many records were refused, or are not known to be stored."""
        return self._failures.total()

    async def run(self, writes: Writes, files: tuple[Path, ...]) -> None:
        """Send every line of the files, or of standard input. Raises ClusterError, OSError.

        Ends behind the first lines of which none could be delivered: those that follow would be
        tried for as long, one batch after the other. How many were not sent is told.
        """
        # Without a record, so that a name with a slip is told before anything is typed or read.
        try:
            await self._send(writes, [])
        except NotFound:
            if self._creates is None:
                raise
            with suppress(AlreadyExists):
                async with self._waiting.told():
                    await self._create(writes, self._creates)
            await self._send(writes, [])
        lines = _Lines(asyncio.get_running_loop())
        lines.start(files)
        try:
            while batch := await lines.take():
                if not await self._send(writes, batch):
                    are_files = bool(files) and all(map(Path.is_file, files))
                    self._unsent, self._has_more = await lines.rest(waits=are_files)
                    break
        finally:
            self._tell()

    async def _create(self, writes: Writes, topic: NewTopic) -> None:
        """Make the topic, unless the partition of all records would not be one of it."""
        wanted = self._form.partition
        if wanted is not None:
            count = await writes.create_topic(topic, validate_only=True)
            if count is not None and wanted >= count:
                raise NotFound(
                    f"{topic.name} would get {_counted(count, 'partition')} and no partition "
                    f"{wanted}: nothing is made; --partitions {wanted + 1} makes enough"
                )
        await writes.create_topic(topic)

    def _tell(self) -> None:
        """Say what became of the records, however the command ends."""
        fates: Counter[str] = Counter()
        for (fate, reason), count in self._failures.items():
            click.echo(f"kconsole: {_counted(count)} {fate}: {reason}", err=True)
            fates[fate] += count
        rest = "".join(f", {count} {fate}" for fate, count in fates.items())
        if self._unsent or self._has_more:
            rest += f", {self._unsent}{' or more' if self._has_more else ''} not sent"
        click.echo(f"{_counted(self._stored)} stored in {self._topic}{rest}", err=True)

    async def _send(self, writes: Writes, lines: list[bytes]) -> bool:
        """Send some lines; whether it is worth sending more."""
        records = [self._form.record(line) for line in lines]
        try:
            async with self._waiting.told():
                outcomes = await writes.publish(self._topic, records)
        except NotFound as error:
            self._note_failed(records, error)
            message = f"there is no such topic: {self._topic}; --create makes one"
            raise NotFound(message) from error
        except ClusterError as error:
            self._note_failed(records, error)
            raise
        except asyncio.CancelledError:
            self._note_failed(records, TimedOut("interrupted before the answer came"))
            raise
        stored = [each for each in outcomes if not isinstance(each, ClusterError)]
        self._stored += len(stored)
        failures = [each for each in outcomes if isinstance(each, ClusterError)]
        self._failures.update((FATES[each.may_be_done], self._reason(each)) for each in failures)
        if self._is_verbose:
            self._tell_places(stored)
        is_away = bool(failures) and all(isinstance(each, AWAY) for each in failures)
        return bool(stored) or not is_away

    def _reason(self, error: ClusterError) -> str:
        """Why a record failed, of a topic that is there."""
        if isinstance(error, NotFound) and self._form.partition is not None:
            return f"{self._topic} has no partition {self._form.partition}"
        return error.reason

    def _note_failed(self, records: Sequence[NewRecord], error: ClusterError) -> None:
        """Count a batch that failed as a whole."""
        if records:
            self._failures[FATES[error.may_be_done], error.reason] += len(records)

    def _tell_places(self, stored: Iterable[Published]) -> None:
        try:
            for place in stored:
                click.echo(f"partition {place.partition} offset {place.offset}")
        except BrokenPipeError:
            # Nobody reads on where they went; the rest is to be stored all the same.
            self._is_verbose = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _counted(count: int, what: str = "record") -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


class _Lines:
    """Lines on their way from a blocking reader to the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lines: asyncio.Queue[bytes | OSError | None] = asyncio.Queue()
        self._room = threading.Semaphore(QUEUE_LINES_MAX)
        self._is_over = False

    def start(self, files: tuple[Path, ...]) -> None:
        """Begin to read. The thread ends with the input, or with the process."""
        threading.Thread(target=self._read, args=(files,), name="lines", daemon=True).start()

    async def take(self) -> list[bytes]:
        """What has come, at least one line; nothing at the end. Raises OSError."""
        batch: list[bytes] = []
        while not self._is_over and len(batch) < BATCH_RECORDS_MAX:
            if batch and self._lines.empty():
                break
            line = await self._lines.get()
            self._room.release()
            if line is None:
                self._is_over = True
            elif isinstance(line, OSError):
                raise line
            else:
                batch.append(line)
        return batch

    async def rest(self, *, waits: bool) -> tuple[int, bool]:
        """How many lines there are that were not taken, and whether there are more.

        Of lines that somebody else has yet to write, those that have come by now; at most about as
        many as the queue holds.
        """
        count = 0
        while not self._is_over and count < QUEUE_LINES_MAX and (waits or not self._lines.empty()):
            count += len(await self.take())
        return count, not self._is_over

    def _read(self, files: tuple[Path, ...]) -> None:
        try:
            for line in _lines_of(files):
                self._put(line)
            self._put(None)
        except OSError as error:
            self._put(error)

    def _put(self, line: bytes | OSError | None) -> None:
        self._room.acquire()
        try:
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
        except RuntimeError:
            return  # The loop has ended: nobody wants lines any more.


def _lines_of(files: tuple[Path, ...]) -> Iterator[bytes]:
    with ExitStack() as stack:
        sources: list[IO[bytes]] = [stack.enter_context(path.open("rb")) for path in files]
        for source in sources or [_standard_input()]:
            for line in source:
                yield line.removesuffix(b"\n")


def _standard_input() -> IO[bytes]:
    """Not with the buffer of `sys.stdin`: a thread that waits in it keeps Python from ending."""
    raw = getattr(sys.stdin.buffer, "raw", None)
    return sys.stdin.buffer if raw is None else BufferedReader(raw)
