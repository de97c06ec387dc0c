"""`kconsole consume`: the records of a topic on standard output, without a group.

Records of a partition come in order; those of several as they arrive. The terminal gets cleaned
text; a pipe or file gets the bytes as they are. Where a schema registry is known, contents that a
schema of it decodes are JSON; why others are not is said once for each reason. What retention
deletes before it was read is told, and reading goes on behind it. What cannot be read at the moment
is the business of `console.scripting.setbacks`.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import click

from console.adapters.kafka import KafkaCluster
from console.messages.exporting import as_object
from console.messages.lane import Hit
from console.messages.rendering import as_json, jsonable
from console.messages.scan import OUT_OF_RANGE, Keep, keep_all
from console.messages.schemas import Schemas, record_filter
from console.messages.seek import Seek, sought_offsets
from console.messages.structure import MISSING
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import EVERY_RECORD
from console.port.errors import (
    ClusterError,
    Failed,
    NotFound,
    Rejected,
    TimedOut,
    Unreachable,
)
from console.port.readings import RecordReading
from console.scripting.exits import CommandFailed
from console.scripting.setbacks import Setbacks
from engine.kernel.system import SystemClock

WAIT_MS = 500
LAYOUT_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a topic to print. `partitions` empty means all; `count` None means no end.

    Partitions that `start` leaves out are not read. `filter_text` can be understood; ages in it are
    counted back from `now_ms`.
    """

    topic: str
    partitions: tuple[int, ...]
    start: Seek
    count: int | None
    stops_at_end: bool
    is_json: bool
    has_keys: bool
    is_raw: bool = False
    filter_text: str = ""
    now_ms: int = 0


class TopicReader:
    """One run of the command."""

    def __init__(self, cluster: KafkaCluster, wanted: Wanted) -> None:
        self._cluster = cluster
        self._wanted = wanted
        self._left = wanted.count
        self._is_terminal = sys.stdout.isatty()
        self._positions: dict[TopicPartition, int] = {}
        registry = cluster.registry
        self._schemas = None if registry is None else Schemas(registry, SystemClock())
        keep = record_filter(wanted.filter_text, wanted.now_ms, wanted.topic, self._schemas)
        self._keep: Keep = keep or keep_all
        self._record_wanted = keep.wanted if keep else EVERY_RECORD
        self._needs_schemas = not wanted.is_raw or (keep is not None and keep.decodes)
        self._told: set[str] = set()
        self._layout_problem = ""
        self._setbacks = Setbacks(
            lambda: asyncio.get_running_loop().time(), gives_up=wanted.stops_at_end
        )

    async def run(self) -> None:
        """Print until there is nothing more to print. Raises ClusterError, CommandFailed."""
        partitions = await self._partitions()
        reads, wanted = self._cluster.reads, self._wanted
        ends: dict[TopicPartition, int] = {}
        if wanted.stops_at_end:
            ends = _named(await reads.end_offsets(partitions))
        self._positions = _named(await sought_offsets(reads, partitions, wanted.start))
        looked_s = asyncio.get_running_loop().time()
        while self._left != 0:
            if wanted.stops_at_end:
                given_up = self._setbacks.given_up
                self._positions = {
                    key: at
                    for key, at in self._positions.items()
                    if at < ends[key] and key not in given_up
                }
                if not self._positions:
                    if given_up:
                        raise CommandFailed("\n".join(given_up.values()))
                    return
            await self._read_some(ends)
            now_s = asyncio.get_running_loop().time()
            if not wanted.stops_at_end and now_s - looked_s > LAYOUT_EVERY_S:
                looked_s = now_s
                await self._follow_new_partitions()

    async def _partitions(self) -> list[TopicPartition]:
        layout = await self._cluster.reads.layout()
        for topic in layout.topics:
            if topic.name == self._wanted.topic:
                there = [each.index for each in topic.partitions]
                chosen = self._wanted.partitions or there
                start = self._wanted.start
                missing = sorted({*chosen, *start.of} - set(there))
                if missing:
                    raise NotFound(f"{topic.name} has no partition {missing[0]}")
                wanted = [index for index in chosen if start.start_of(index) is not None]
                return [TopicPartition(topic.name, index) for index in wanted]
        raise NotFound(f"there is no topic {self._wanted.topic}")

    async def _follow_new_partitions(self) -> None:
        if self._wanted.partitions or self._wanted.start.others is None:
            return
        try:
            partitions = await self._partitions()
        except (Unreachable, TimedOut) as error:
            if error.reason != self._layout_problem:
                self._layout_problem = error.reason
                click.echo(f"kconsole: {plain(error.reason)}; trying again", err=True)
            return
        self._layout_problem = ""
        for key in partitions:
            self._positions.setdefault(key, 0)

    async def _read_some(self, ends: dict[TopicPartition, int]) -> None:
        positions = self._setbacks.ready(self._positions)
        if not positions:
            await asyncio.sleep(self._setbacks.rest_s(self._positions))
            return
        try:
            answers = await self._cluster.records.read(
                positions, wait_ms=WAIT_MS, wanted=self._record_wanted
            )
        except (Unreachable, TimedOut) as error:
            self._setbacks.met(dict.fromkeys(positions, error), positions)
            return
        troubles: dict[TopicPartition, ClusterError] = {}
        for key, answer in answers.items():
            if isinstance(answer, Failed | TimedOut | Unreachable):
                troubles[key] = answer
            elif isinstance(answer, Rejected) and answer.code == OUT_OF_RANGE:
                trouble = await self._go_on_behind_deleted(key, answer)
                if trouble is not None:
                    troubles[key] = trouble
            elif isinstance(answer, ClusterError):
                raise _of(key, answer) from answer
            else:
                end = ends.get(key)
                if self._schemas is not None and self._needs_schemas:
                    await self._schemas.prepare(answer.records)
                self._print(
                    key,
                    [
                        record
                        for record in answer.records
                        if (end is None or record.offset < end) and self._keep(key, record)
                    ],
                )
                self._positions[key] = answer.next_offset
        sys.stdout.flush()
        self._setbacks.over(answers.keys() - troubles.keys(), positions)
        self._setbacks.met(troubles, positions)

    async def _go_on_behind_deleted(
        self, key: TopicPartition, refusal: Rejected
    ) -> ClusterError | None:
        """Go on at the first record that retention left, and say how many are gone; what keeps
        from it at the moment. Raises `refusal` of an offset that the log has not come to."""
        reads = self._cluster.reads
        try:
            first = _known(await reads.start_offsets([key]))[key]
            end = _known(await reads.end_offsets([key]))[key]
        except (Failed, TimedOut, Unreachable) as error:
            return error
        position = self._positions[key]
        if position > end:
            raise _of(key, refusal) from refusal
        if first <= position:
            return refusal
        lost = f"{first - position:,} record{'s' if first - position != 1 else ''}"
        click.echo(
            f"kconsole: {plain(str(key))}: {lost} deleted before being read; going on at {first:,}",
            err=True,
        )
        self._positions[key] = first
        return None

    def _print(self, key: TopicPartition, records: list[RecordReading]) -> None:
        if self._left is not None:
            records = records[: self._left]
            self._left -= len(records)
        for record in records:
            if self._wanted.is_json:
                said = as_object(Hit(key, record))
                for name, content in (("key", record.key), ("value", record.value)):
                    found = self._decoded(content)
                    if found is not MISSING:
                        said[name] = jsonable(found)
                click.echo(json.dumps(said))
            else:
                self._print_value(record)

    def _decoded(self, content: bytes | None) -> object:
        """What a schema says that a content holds, or MISSING; says why if it should and cannot."""
        if self._schemas is None or self._wanted.is_raw or content is None:
            return MISSING
        found = self._schemas.decode(content)
        problem = "" if found is not MISSING else self._schemas.about(content)
        if problem and problem not in self._told:
            self._told.add(problem)
            click.echo(f"kconsole: {problem}", err=True)
        return found

    def _shown(self, content: bytes | None) -> bytes | None:
        """A content as it is printed."""
        found = self._decoded(content)
        return (
            content
            if found is MISSING
            else as_json(found, indent=None).encode("utf-8", "surrogatepass")
        )

    def _print_value(self, record: RecordReading) -> None:
        contents = [record.key, record.value] if self._wanted.has_keys else [record.value]
        parts = [self._shown(each) for each in contents]
        if self._is_terminal:
            click.echo("\t".join(plain(part or b"", keeps_lines=True) for part in parts))
        else:
            sys.stdout.buffer.write(b"\t".join(part or b"" for part in parts) + b"\n")


def _of(key: TopicPartition, error: ClusterError) -> CommandFailed:
    """The end of a command for what befell one partition."""
    return CommandFailed(f"{plain(str(key))}: {plain(error.reason)}")


def _named(answers: Mapping[TopicPartition, int | ClusterError]) -> dict[TopicPartition, int]:
    """The offsets. Raises CommandFailed, with its partition, for the first error in place of one;
    Unreachable as it is."""
    for key, answer in answers.items():
        if isinstance(answer, ClusterError) and not isinstance(answer, Unreachable):
            raise _of(key, answer) from answer
    return _known(answers)


def _known(answers: Mapping[TopicPartition, int | ClusterError]) -> dict[TopicPartition, int]:
    """The offsets. Raises the first error in place of one."""
    known: dict[TopicPartition, int] = {}
    for key, answer in answers.items():
        if isinstance(answer, ClusterError):
            raise answer
        known[key] = answer
    return known
