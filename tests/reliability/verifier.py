"""Judges what a broker returns against what it acknowledged. Shares no code with the broker.

Checked for every partition, reading from its start to its end with a client library that did not
write: each acknowledged record stands at its acknowledged offset; offsets rise by one; each
producer's records stand in its order (what a producer without idempotence has given up may come
later), none twice; nothing stands there that was never sent; the log
does not end before the last acknowledged record; the offsets that are found by time are those that
a scan finds; a second reading gives the same bytes. What consumers saw, groups committed and topics
became is judged by `tests.reliability.witnesses`. Transactions are not served, so none is judged.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.reliability.evidence import Acknowledged, Evidence, Unrecognised, read_value

FAULTS_KEPT = 20
READ_TIMEOUT_MS = 20_000
TIMES_ASKED = 20
"""Of each partition: points in time whose offsets are asked for."""


class Stamped(NamedTuple):
    """One record as it was read."""

    offset: int
    value: bytes
    timestamp_ms: int


Reading = Mapping[int, Sequence[Stamped]]
"""By partition, in the order they were read."""


@dataclass(slots=True)
class Verdict:
    """What was read and what was wrong with it."""

    records: int = 0
    acknowledged: int = 0
    indeterminate: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.faults and not self.lost

    def add(self, other: "Verdict") -> None:
        """Take in what was found elsewhere."""
        self.records += other.records
        self.acknowledged += other.acknowledged
        self.indeterminate += other.indeterminate
        self.lost += other.lost
        for text in other.faults:
            self.fault(text)

    def fault(self, text: str) -> None:
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(text)


def judge(partitions: dict[int, Iterable[tuple[int, bytes]]], acked: Acknowledged) -> Verdict:
    """Judge the records of all partitions, given as (offset, value) in the order they were read."""
    verdict = Verdict(acknowledged=len(acked.at))
    for text in acked.conflicts:
        verdict.fault(text)
    seen: set[tuple[int, int]] = set()
    for partition, records in partitions.items():
        _judge_partition(partition, records, acked, verdict, seen)
    for place, evidence in acked.at.items():
        if place not in seen:
            verdict.lost += 1
            verdict.fault(f"{place[0]}@{place[1]}: acknowledged {evidence} is not there")
    return verdict


def _judge_partition(
    partition: int,
    records: Iterable[tuple[int, bytes]],
    acked: Acknowledged,
    verdict: Verdict,
    seen: set[tuple[int, int]],
) -> None:
    last_offset = -1
    last_sequence: dict[str, int] = {}
    there: set[Evidence] = set()
    for offset, value in records:
        verdict.records += 1
        place = (partition, offset)
        if offset <= last_offset:
            verdict.fault(f"{partition}@{offset}: read after offset {last_offset}")
        elif 0 <= last_offset < offset - 1:
            verdict.fault(f"{partition}@{offset}: nothing stands between {last_offset} and it")
        last_offset = offset
        try:
            evidence = read_value(value)
        except Unrecognised as error:
            verdict.fault(f"{partition}@{offset}: not what was sent: {error}")
            continue
        is_late = evidence.sequence < last_sequence.get(evidence.producer, -1)
        if is_late and evidence.producer in acked.plain and place not in acked.at:
            _judge_late(place, evidence, there, acked, verdict)
        else:
            _judge_sequence(place, evidence, last_sequence, acked, verdict)
            if evidence.producer in acked.plain:
                there.add(evidence)
        expected = acked.at.get(place)
        if expected is None:
            verdict.indeterminate += 1
        elif expected == evidence:
            seen.add(place)
        else:
            verdict.fault(f"{partition}@{offset}: holds {evidence}, acknowledged for {expected}")


def _judge_late(
    place: tuple[int, int],
    evidence: Evidence,
    there: set[Evidence],
    acked: Acknowledged,
    verdict: Verdict,
) -> None:
    """A record that its producer had given up: it may stand anywhere, but once."""
    if evidence in there:
        verdict.fault(f"{place[0]}@{place[1]}: {evidence} stands there twice")
    there.add(evidence)
    if evidence.sequence > acked.sent.get(evidence.producer, -1):
        verdict.fault(f"{place[0]}@{place[1]}: {evidence} was never sent")


def _judge_sequence(
    place: tuple[int, int],
    evidence: Evidence,
    last_sequence: dict[str, int],
    acked: Acknowledged,
    verdict: Verdict,
) -> None:
    where = f"{place[0]}@{place[1]}"
    before = last_sequence.get(evidence.producer, -1)
    if evidence.sequence == before:
        verdict.fault(f"{where}: {evidence} stands there twice")
    elif evidence.sequence < before:
        verdict.fault(f"{where}: {evidence} stands behind sequence {before}")
    last_sequence[evidence.producer] = evidence.sequence
    if evidence.sequence > acked.sent.get(evidence.producer, -1):
        verdict.fault(f"{where}: {evidence} was never sent")


def judge_again(first: Reading, again: Reading, verdict: Verdict) -> None:
    """A second reading, after whatever may not matter, gives what the first gave."""
    for partition, records in first.items():
        others = again[partition]
        if len(others) != len(records):
            verdict.fault(f"{partition}: {len(records)} records, then {len(others)}")
        for record, other in zip(records, others, strict=False):
            if record != other:
                verdict.fault(f"{partition}@{record.offset}: was {record!r}, then {other!r}")


def judge_times(found: Mapping[tuple[int, int], int], records: Reading, verdict: Verdict) -> None:
    """What was found by (partition, timestamp) is the first record that is not older."""
    for (partition, timestamp_ms), offset in found.items():
        expected = next(
            (each.offset for each in records[partition] if each.timestamp_ms >= timestamp_ms), None
        )
        if offset != expected:
            verdict.fault(f"{partition}: time {timestamp_ms} is at {expected}, found at {offset}")


def values_of(records: Reading) -> dict[int, list[tuple[int, bytes]]]:
    """Offsets and values alone."""
    return {
        partition: [(each.offset, each.value) for each in found]
        for partition, found in records.items()
    }


def read_all(bootstrap: str, topic: str, count: int) -> dict[int, list[tuple[int, bytes]]]:
    """Read `count` partitions from their start to their present end with aiokafka. Blocking."""
    return values_of(read_stamped(bootstrap, topic, count))


def read_stamped(
    bootstrap: str, topic: str, count: int, timeout_ms: int = READ_TIMEOUT_MS
) -> dict[int, list[Stamped]]:
    """The same with times; whoever finds nothing for so long gives up. Blocking."""
    return asyncio.run(_read(bootstrap, topic, count, timeout_ms))


def find_times(
    bootstrap: str, topic: str, records: Reading, chance: Random
) -> dict[tuple[int, int], int]:
    """Ask for the offsets of some of the times in the records. Blocking."""
    wanted = {
        (partition, each.timestamp_ms)
        for partition, found in records.items()
        for each in chance.sample(found, min(TIMES_ASKED, len(found)))
    }
    return asyncio.run(_find_times(bootstrap, topic, wanted))


async def _read(
    bootstrap: str, topic: str, count: int, timeout_ms: int
) -> dict[int, list[Stamped]]:
    from aiokafka import AIOKafkaConsumer, TopicPartition

    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, request_timeout_ms=60_000, auto_offset_reset="earliest"
    )
    async with consumer:
        partitions = [TopicPartition(topic, number) for number in range(count)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: dict[int, list[Stamped]] = {p.partition: [] for p in partitions}
        while [p for p in partitions if await consumer.position(p) < ends[p]]:
            batches = await consumer.getmany(timeout_ms=timeout_ms)
            if not batches:
                break
            for partition, records in batches.items():
                found[partition.partition].extend(
                    Stamped(r.offset, r.value, r.timestamp) for r in records
                )
    return found


async def _find_times(
    bootstrap: str, topic: str, wanted: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    from aiokafka import AIOKafkaConsumer, TopicPartition

    found = {}
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        for partition, timestamp_ms in sorted(wanted):
            place = TopicPartition(topic, partition)
            answer = await consumer.offsets_for_times({place: timestamp_ms})
            if answer[place] is not None:
                found[partition, timestamp_ms] = answer[place].offset
    return found
