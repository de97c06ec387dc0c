"""Verifies a simulated broker: reads all that it has, and holds it against what it had told.

The broker has a process, a whole disk, a right clock and no other clients. Every producer must be
acknowledged within `SETTLED_S_MAX`, everything must be readable, and every fact must hold.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from engine.protocol.messages.metadata import MetadataRequest
from tests.reliability.simulated_clients import Producer, Surroundings
from tests.reliability.simulated_facts import (
    TopicFacts,
    judge_names,
    judge_positions,
    judge_time,
)
from tests.reliability.simulated_faults import UNNOTICED_MS
from tests.reliability.simulated_requests import (
    EARLIEST,
    LATEST,
    OUT_OF_RANGE,
    Caller,
    NoRecords,
    Unreachable,
    fetched,
    has_coordinator,
    offset_at,
    records_in,
)
from tests.reliability.verifier import Stamped, Verdict, judge_again
from tests.support.group_requests import fetch as fetch_offsets
from tests.support.simulated_loop import passed

T = TypeVar("T")

SETTLED_S_MAX = 120.0
"""How long a producer may wait for its acknowledgement when nothing is wrong any more."""

ASKED_S_MAX = 60.0
POSITIONS, METADATA = 8, 12


class Stuck(Exception):
    """Something is not answered although nothing is wrong."""


class Moved(Exception):
    """A log begins elsewhere by now."""


@dataclass(slots=True)
class Look:
    """One reading of a topic."""

    starts: dict[int, int]
    found: dict[int, list[Stamped]]
    partition: int
    """The one that was read twice."""
    again: dict[int, list[Stamped]] = field(default_factory=dict)
    asked_ms: int | None = None
    """A time of one of its records."""
    at: int = -1
    """Where the broker finds it."""


class Verification:
    """Verifies again and again. `total` is what all of it has found."""

    def __init__(self, world: Surroundings, producers: Sequence[Producer]) -> None:
        self._world = world
        self._producers = producers
        self._caller = Caller(world.trace, "verifier")
        self._chance = Random(f"{world.seed} verifier")
        self.total = Verdict()

    async def once(self) -> None:
        """Verify everything. Nobody else talks to the broker."""
        world, verdict = self._world, Verdict()
        began_s = asyncio.get_running_loop().time()
        try:
            for producer in self._producers:
                await self._settle(producer)
            for topic in world.facts.topics.values():
                await self._topic(topic, verdict)
            for group in world.facts.commits:
                await self._group(group, verdict)
            await self._names(verdict)
        except (Stuck, NoRecords) as error:
            verdict.fault(str(error))
        self._caller.hang_up()
        world.events["verifications"] += 1
        self.total.add(verdict)
        for fault in verdict.faults:
            world.fault(fault)
        took_s = asyncio.get_running_loop().time() - began_s
        world.trace("verified", verdict.records, verdict.lost, f"{took_s:.6f}")

    async def _settle(self, producer: Producer) -> None:
        deadline_s = asyncio.get_running_loop().time() + SETTLED_S_MAX
        while asyncio.get_running_loop().time() < deadline_s:
            try:
                await producer.settle()
            except Unreachable:
                self._world.events["requests without an answer"] += 1
            else:
                if producer.is_settled:
                    return
            await passed(1)
        raise Stuck(f"{producer.name} is not acknowledged any more")

    async def _surely(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        deadline_s = asyncio.get_running_loop().time() + ASKED_S_MAX
        while True:
            try:
                return await ask()
            except Unreachable as error:
                if asyncio.get_running_loop().time() > deadline_s:
                    raise Stuck(f"{what}: {error}") from error
            await passed(1)

    async def _topic(self, topic: TopicFacts, verdict: Verdict) -> None:
        while True:
            try:
                look = await self._look(topic)
            except Moved:
                continue  # Retention came between: what was read is of two different times.
            break
        now_ms = self._world.clock.true_ms()
        topic.forget_removed(look.starts, now_ms, UNNOTICED_MS, verdict)
        topic.judge(look.found, verdict)
        judge_again({look.partition: look.found[look.partition]}, look.again, verdict)
        if look.asked_ms is not None:
            found = look.found[look.partition]
            judge_time(topic.name, look.partition, look.asked_ms, look.at, found, verdict)

    async def _look(self, topic: TopicFacts) -> "Look":
        """Read a topic. Raises Moved if one of its logs begins elsewhere at the end."""
        name, partitions = topic.name, range(topic.partitions)
        starts = {each: await self._offset(name, each, EARLIEST) for each in partitions}
        ends = {each: await self._offset(name, each, LATEST) for each in partitions}
        found = {
            each: await self._read(name, each, starts[each], ends[each]) for each in partitions
        }
        look = Look(starts, found, self._chance.choice(partitions))
        one = look.partition
        look.again = {one: await self._read(name, one, starts[one], ends[one])}
        if found[one]:
            look.asked_ms = self._chance.choice(found[one]).timestamp_ms
            look.at = await self._offset(name, one, look.asked_ms)
        for each in partitions:
            if await self._offset(name, each, EARLIEST) != starts[each]:
                raise Moved
        return look

    async def _offset(self, topic: str, partition: int, timestamp_ms: int) -> int:
        return await self._surely(
            f"{topic}-{partition}: the offset of {timestamp_ms}",
            lambda: offset_at(self._caller, topic, partition, timestamp_ms),
        )

    async def _read(self, topic: str, partition: int, start: int, end: int) -> list[Stamped]:
        found: list[Stamped] = []
        position = start
        while position < end:
            more = await self._surely(
                f"{topic}-{partition}: what is at {position}",
                lambda position=position: self._some(topic, partition, position),
            )
            found += more
            position = more[-1].offset + 1
        return found

    async def _some(self, topic: str, partition: int, position: int) -> Sequence[Stamped]:
        data = await fetched(self._caller, topic, partition, position)
        if data.error_code == OUT_OF_RANGE:
            if await offset_at(self._caller, topic, partition, EARLIEST) > position:
                raise Moved
            raise Unreachable("out of range")
        records = records_in(data, position)
        if data.error_code or not records:
            raise Unreachable(f"error {data.error_code}, {len(records)} records")
        return records

    async def _group(self, group: str, verdict: Verdict) -> None:
        told = self._world.facts.commits[group]
        found = await self._surely(
            f"positions of {group}", lambda: self._positions(group, list(told))
        )
        judge_positions(group, told, found, verdict)

    async def _positions(
        self, group: str, places: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], int]:
        if not await has_coordinator(self._caller, group):
            raise Unreachable("no coordinator")
        wanted: dict[str | bytes, list[int]] = {}
        for topic, partition in places:
            wanted.setdefault(topic, []).append(partition)
        (answer,) = (await self._caller.call(fetch_offsets(group, wanted), POSITIONS)).groups
        if answer.error_code:
            raise Unreachable(f"positions: {answer.error_code}")
        return {
            (topic.name, each.partition_index): each.committed_offset
            for topic in answer.topics
            for each in topic.partitions
        }

    async def _names(self, verdict: Verdict) -> None:
        answer = await self._surely(
            "names of topics", lambda: self._caller.call(MetadataRequest(topics=None), METADATA)
        )
        judge_names(self._world.facts, {each.name for each in answer.topics}, verdict)
