"""The time stamps of records at given offsets, read without opening what nobody asked for.

Leaders give whole batches, and one that is larger than the limits of a request only for the first
partition that has any (KIP-74): the others are then answered without records. So many partitions
are asked at first for few bytes each; those that were given nothing are asked again for more, fewer
at a time, and at last each by itself, where its batch comes however large it is. What an answer
holds is looked at in order: several offsets of a partition cost one answer where they lie together.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from engine.client.cluster import Cluster
from engine.client.errors import BrokerError, ClientError, Unsupported
from engine.client.fetcher import Fetcher, FetchSettings
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import PartitionData
from engine.records.batch import (
    HEADER_SIZE,
    LOG_OVERHEAD,
    MAGIC,
    BatchHeader,
    has_valid_crc,
    read_header,
)
from engine.records.errors import CorruptBatch, InvalidBatch
from engine.records.record import iterate_facts

NO_RECORD = -1
"""The time where no record lies at or behind an offset."""

_INFLATED_BYTES_MAX = 67_108_864
_BARREN_MAX = 8
"""Answers in a row without a record that is wanted, of markers and cleaned batches, before an
offset is given up."""

_PARTITIONS_PER_TURN = 64


class _Step(NamedTuple):
    """How many partitions are asked at once, and for how many bytes each."""

    partitions: int
    bytes_each: int


_STEPS = (
    _Step(512, 8_192),
    _Step(64, 65_536),
    _Step(4, 1_052_672),
    _Step(1, 1_052_672),
)
"""Four megabytes at most in an answer; the third holds the largest batch of Kafka's default."""


class RecordTimes:
    """Times of records of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def find(
        self, wanted: Mapping[TopicPartition, Collection[int]]
    ) -> dict[TopicPartition, dict[int, int] | ClientError]:
        """By offset, the time of the first record at or behind it, in milliseconds since 1970.

        NO_RECORD where none lies there up to the high watermark. An offset of which nothing was
        learnt is left out; an error is that of a partition of which nothing was.
        """
        searches = {key: _Search(offsets) for key, offsets in wanted.items()}
        for step in _STEPS:
            fetcher = Fetcher(self._cluster, _settings(step))
            left = [key for key, search in searches.items() if search.is_open]
            while left:
                left = await self._ask(fetcher, step, searches, left)
        return {key: search.outcome for key, search in searches.items()}

    async def _ask(
        self,
        fetcher: Fetcher,
        step: _Step,
        searches: Mapping[TopicPartition, "_Search"],
        keys: Iterable[TopicPartition],
    ) -> list[TopicPartition]:
        """Ask once for each; those that got on and have more to find."""
        got_on: list[TopicPartition] = []
        remaining = iter(keys)
        while part := list(islice(remaining, step.partitions)):
            answers = await fetcher.fetch_packed({key: searches[key].position for key in part})
            for number, (key, answer) in enumerate(answers.items(), 1):
                search = searches[key]
                if search.take(answer) and search.is_open:
                    got_on.append(key)
                if number % _PARTITIONS_PER_TURN == 0:
                    await asyncio.sleep(0)
        return got_on


class _Search:
    """What is left to be found in one partition, and what was found."""

    def __init__(self, offsets: Collection[int]) -> None:
        self._left = sorted(set(offsets), reverse=True)
        self._found: dict[int, int] = {}
        self._error: ClientError | None = None
        self._barren = 0
        self._read_up_to = 0

    @property
    def is_open(self) -> bool:
        return bool(self._left) and self._error is None and self._barren < _BARREN_MAX

    @property
    def position(self) -> int:
        """Where to read on."""
        return max(self._left[-1], self._read_up_to)

    @property
    def outcome(self) -> dict[int, int] | ClientError:
        return self._found if self._error is None or self._found else self._error

    def take(self, answer: PartitionData | ClientError) -> bool:
        """Look for what is wanted in an answer; whether there was anything in it."""
        if isinstance(answer, ClientError):
            self._error = answer
            return False
        position, found = self.position, len(self._found)
        if isinstance(answer.records, memoryview):
            try:
                self._read(answer.records)
            except InvalidBatch as error:
                self._error = BrokerError(
                    ErrorCode.CORRUPT_MESSAGE, f"A batch at offset {position} is damaged: {error}."
                )
                return False
        if self._left and self.position >= answer.high_watermark:
            self._found |= dict.fromkeys(self._left, NO_RECORD)
            self._left.clear()
        if len(self._found) > found:
            self._barren = 0
            return True
        has_got_on = self.position > position
        self._barren += has_got_on
        return has_got_on

    def _read(self, data: memoryview) -> None:
        at = 0
        while self._left and len(data) - at >= HEADER_SIZE:
            header = read_header(data, at)
            if header.magic != MAGIC:
                text = f"the records have the format {header.magic}"
                self._error = Unsupported("Fetch", text)
                return
            size = header.length + LOG_OVERHEAD
            if size < HEADER_SIZE:
                raise CorruptBatch(f"it claims {size} bytes")
            if at + size > len(data):
                return
            if not header.is_control and header.last_offset >= self._left[-1]:
                self._read_batch(header, data[at : at + size])
            self._read_up_to = max(self._read_up_to, header.last_offset + 1)
            at += size

    def _read_batch(self, header: BatchHeader, batch: memoryview) -> None:
        if not has_valid_crc(batch):
            raise CorruptBatch("its checksum is wrong")
        for record in iterate_facts(batch, _INFLATED_BYTES_MAX):
            while record.offset >= self._left[-1]:
                self._found[self._left.pop()] = record.timestamp_ms
                if not self._left:
                    return
            if self._left[-1] > header.last_offset:
                return


def _settings(step: _Step) -> FetchSettings:
    return FetchSettings(
        wait_ms_max=0,
        bytes_max=step.partitions * step.bytes_each,
        partition_bytes_max=step.bytes_each,
    )
