"""The clusters that the console is measured on: of many topics, groups, records, one large record.

Each is a `kconsole serve` on a directory that is filled once and then used by all rounds, and by
later runs where a directory is named to keep them.
"""

import asyncio
import itertools
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from engine.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
)
from engine.records.builder import NewRecord, build_batch
from tests.bench.pipelines import COMMIT_VERSION, produce_frames
from tests.bench.workloads import find_coordinators
from tests.support.running_engine import produce
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient

PARTITIONS = 3
TOPICS_PER_REQUEST = 250
BATCH_RECORDS = 500
GROUP_TOPICS = 100
RECORDS_OF_GROUPS = 10
COMMITTED = 5
LAG_TOPICS, LAG_GROUPS, LAG_TOPICS_OF_GROUP = 3_500, 1_500, 7
LARGE_BYTES = 20 << 20
ROOM_BYTES = str(LARGE_BYTES + (1 << 20))
FIRST_TIME_MS = 1_700_000_000_000

CONFIG = '[engine]\ndurability = "os"\nmetrics.listen = ""\nlog.retention.ms = -1\n'


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of everything there is."""

    topics: int
    groups: int
    records: int


def topic_name(number: int) -> str:
    """The name of one of the many topics."""
    return f"payments.orders.{number:05d}"


def group_name(number: int) -> str:
    """The name of one of the many groups."""
    return f"billing-{number:04d}"


Fill = Callable[[WireClient, Amounts], Coroutine[Any, Any, None]]


async def fill_topics(client: WireClient, amounts: Amounts) -> None:
    """Topics of three partitions, a record in the first of each."""
    await _create(client, [topic_name(number) for number in range(amounts.topics)])
    batch = build_batch([NewRecord(FIRST_TIME_MS, None, b"x" * 100)])
    for number in range(amounts.topics):
        await produce(client, topic_name(number), batch)


def lag_amounts(amounts: Amounts) -> Amounts:
    """How many topics and groups the lag is told of: fewer where there are few of everything."""
    topics, groups = min(LAG_TOPICS, amounts.topics), min(LAG_GROUPS, amounts.groups)
    return Amounts(max(LAG_TOPICS_OF_GROUP, topics), groups, 0)


async def fill_lag(client: WireClient, amounts: Amounts) -> None:
    """Topics of one partition, and groups that each stand at a place of their own in some."""
    topics = [topic_name(number) for number in range(amounts.topics)]
    await _create(client, topics, partitions=1)
    batch = build_batch([NewRecord(FIRST_TIME_MS, None, b"x")] * RECORDS_OF_GROUPS)
    for topic in topics:
        (answer,) = await produce(client, topic, batch)
        assert answer.error_code == 0, answer.error_message
    for number in range(amounts.groups):
        first = number * LAG_TOPICS_OF_GROUP
        names = [topics[at % len(topics)] for at in range(first, first + LAG_TOPICS_OF_GROUP)]
        await _commit(client, group_name(number), names, 1, committed=number % RECORDS_OF_GROUPS)


async def fill_groups(client: WireClient, amounts: Amounts) -> None:
    """Groups that each have committed to the partitions of one topic, and are behind there."""
    topics = [f"orders.{number:02d}" for number in range(GROUP_TOPICS)]
    await _create(client, topics)
    batch = build_batch([NewRecord(FIRST_TIME_MS, None, b"x")] * RECORDS_OF_GROUPS)
    for topic in topics:
        await produce(client, topic, *[batch] * PARTITIONS)
    for number in range(amounts.groups):
        topic = topics[number % GROUP_TOPICS]
        await _commit(client, group_name(number), [topic], PARTITIONS, committed=COMMITTED)


async def _commit(
    client: WireClient, group: str, topics: Sequence[str], partitions: int, *, committed: int
) -> None:
    """Commit the same offset in every partition of some topics."""
    parts = [
        OffsetCommitRequestPartition(partition_index=index, committed_offset=committed)
        for index in range(partitions)
    ]
    request = OffsetCommitRequest(
        group_id=group,
        generation_id_or_member_epoch=-1,
        member_id="",
        topics=[OffsetCommitRequestTopic(name=topic, partitions=parts) for topic in topics],
    )
    answer = await client.call(request, OffsetCommitResponse, COMMIT_VERSION)
    assert not any(part.error_code for topic in answer.topics for part in topic.partitions)


async def fill_records(client: WireClient, amounts: Amounts) -> None:
    """One topic of many records; only the oldest has the number 0 and the word `needle`."""
    await _create(client, ["orders"])
    for first in range(0, amounts.records, BATCH_RECORDS * PARTITIONS):
        starts = (first + BATCH_RECORDS * index for index in range(PARTITIONS))
        batches = [_orders(start, amounts.records) for start in starts if start < amounts.records]
        await produce(client, "orders", *batches)


async def fill_large(client: WireClient, _amounts: Amounts) -> None:
    """One topic with one record of 20 MB of JSON."""
    room = CreatableTopicConfig(name="max.message.bytes", value=ROOM_BYTES)
    await _create(client, ["large"], partitions=1, configs=[room])
    line = b'{"customer": "abcdefghijklmnopqrst"},'
    value = b'{"lines": [' + line * (LARGE_BYTES // len(line)) + b"0]}"
    (answer,) = await produce(client, "large", build_batch([NewRecord(FIRST_TIME_MS, b"k", value)]))
    assert answer.error_code == 0


def _orders(first: int, end: int) -> bytearray:
    note = b"abcdefghijklmnopqrstuvwxyz"
    return build_batch(
        [
            NewRecord(
                FIRST_TIME_MS + number,
                b"customer-%d" % (number % 1000),
                b'{"order": {"total": %d, "note": "%s"}, "n": %d}'
                % (number % 200, note if number else b"needle", number),
            )
            for number in range(first, min(first + BATCH_RECORDS, end))
        ]
    )


async def _create(
    client: WireClient,
    names: Sequence[str],
    *,
    partitions: int = PARTITIONS,
    configs: Sequence[CreatableTopicConfig] = (),
) -> None:
    for at in range(0, len(names), TOPICS_PER_REQUEST):
        topics = [
            CreatableTopic(
                name=name, num_partitions=partitions, replication_factor=1, configs=list(configs)
            )
            for name in names[at : at + TOPICS_PER_REQUEST]
        ]
        request = CreateTopicsRequest(topics=topics, timeout_ms=600_000)
        answer = await client.call(request, CreateTopicsResponse, 7)
        failed = [topic.error_message for topic in answer.topics if topic.error_code]
        assert not failed, failed[0]


@contextmanager
def served(work: Path, name: str, fill: Fill, amounts: Amounts) -> Iterator[ServedBroker]:
    """The broker of a cluster, filled if this is the first use of its directory."""
    data = work / name
    is_filled = work / f"{name} is filled"
    broker = ServedBroker(data, config=CONFIG)
    broker.start()
    try:
        if not is_filled.exists():
            find_coordinators(broker.address)
            asyncio.run(_filled(broker.address, fill, amounts))
            is_filled.touch()
        yield broker
    finally:
        broker.kill()


async def _filled(address: str, fill: Fill, amounts: Amounts) -> None:
    host, _, port = address.rpartition(":")
    async with WireClient(host, int(port)) as client:
        await fill(client, amounts)


class Trickle:
    """A record now and then for one topic after the other, so that rates and sizes change."""

    def __init__(self, address: str, topics: Sequence[str], each_s: float) -> None:
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))
        self._frames = [produce_frames(topic, 1, 1)[0] for topic in topics]
        self._each_s = each_s
        self._is_over = threading.Event()
        self._writer = threading.Thread(target=self._write)

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._writer.join()

    def _write(self) -> None:
        with socket.create_connection(self._address) as connection:
            answers = connection.makefile("rb")
            for frame in itertools.cycle(self._frames):
                connection.sendall(frame)
                (size,) = struct.unpack(">i", answers.read(4))
                answers.read(size)
                if self._is_over.wait(self._each_s):
                    return
