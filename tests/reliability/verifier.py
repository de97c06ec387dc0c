"""Judges what a broker returns against what it acknowledged. Shares no code with the broker.

Checked for every partition, reading from its start to its end with a client library that did not
write: each acknowledged record stands at its acknowledged offset; offsets rise; each producer's
records stand in its order, none twice; nothing stands there that was never sent; the log does not
end before the last acknowledged record.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.reliability.evidence import Acknowledged, Evidence, Unrecognised, read_value

FAULTS_KEPT = 20
READ_TIMEOUT_MS = 20_000


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
    for offset, value in records:
        verdict.records += 1
        place = (partition, offset)
        if offset <= last_offset:
            verdict.fault(f"{partition}@{offset}: read after offset {last_offset}")
        last_offset = offset
        try:
            evidence = read_value(value)
        except Unrecognised as error:
            verdict.fault(f"{partition}@{offset}: not what was sent: {error}")
            continue
        _judge_sequence(place, evidence, last_sequence, acked, verdict)
        expected = acked.at.get(place)
        if expected is None:
            verdict.indeterminate += 1
        elif expected == evidence:
            seen.add(place)
        else:
            verdict.fault(f"{partition}@{offset}: holds {evidence}, acknowledged for {expected}")


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


def read_all(bootstrap: str, topic: str, count: int) -> dict[int, list[tuple[int, bytes]]]:
    """Read `count` partitions from their start to their present end with aiokafka. Blocking."""
    return asyncio.run(_read_all(bootstrap, topic, count))


async def _read_all(bootstrap: str, topic: str, count: int) -> dict[int, list[tuple[int, bytes]]]:
    from aiokafka import AIOKafkaConsumer, TopicPartition

    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, request_timeout_ms=60_000, auto_offset_reset="earliest"
    )
    async with consumer:
        partitions = [TopicPartition(topic, number) for number in range(count)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: dict[int, list[tuple[int, bytes]]] = {p.partition: [] for p in partitions}
        while [p for p in partitions if await consumer.position(p) < ends[p]]:
            batches = await consumer.getmany(timeout_ms=READ_TIMEOUT_MS)
            if not batches:
                break
            for partition, records in batches.items():
                found[partition.partition].extend((r.offset, r.value) for r in records)
    return found
