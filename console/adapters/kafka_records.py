"""Records for the message browser, as `console.port.cluster.Records` asks for them."""

import asyncio
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from console.adapters.link import ClientSource
from console.adapters.translation import asked, ours, translated
from console.model.names import TopicPartition
from console.port.cluster import EVERY_RECORD, Wanted
from console.port.errors import ClusterError, Failed
from console.port.readings import RecordReading, RecordsReading, Standing
from engine.client.errors import BrokerError, ClientError
from engine.client.fetcher import Fetched, FetchSettings
from engine.client.offsets import NO_OFFSET, Isolation
from engine.client.partitioner import partition_of_key
from engine.client.selection import Selection
from engine.kernel import ids
from engine.protocol.error_codes import ErrorCode

SELECTED_BYTES_MAX = 4 << 20
SELECTED_PARTITION_BYTES_MAX = 1 << 20
"""More is read at once where most of it is not opened."""


RECORDS_AT_ONCE = 500


class KafkaRecords:
    """Reads records of one cluster."""

    def __init__(self, client: ClientSource) -> None:
        self._client = client

    async def read(
        self,
        positions: Mapping[TopicPartition, int],
        *,
        wait_ms: int = 0,
        wanted: Wanted = EVERY_RECORD,
    ) -> Mapping[TopicPartition, RecordsReading | ClusterError]:
        """As a reader of committed records, who is told what was aborted; where that one gets no
        further, for a transaction is open, as a reader of all."""
        asked_from = {ids.TopicPartition(*key): offset for key, offset in positions.items()}
        settings = _settings(wait_ms, wanted)
        found = await self._fetch(asked_from, settings)
        held = {key: at for key, at in asked_from.items() if _is_held_back(found.get(key), at)}
        if held:
            beyond = await self._fetch(
                held, replace(settings, isolation=Isolation.READ_UNCOMMITTED, wait_ms_max=0)
            )
            found |= beyond
            # Where transactions have ended between the two, it is told only now how.
            ended = {key: at for key, at in held.items() if not _is_beyond(beyond.get(key), at)}
            if ended:
                found |= await self._fetch(ended, settings)
        return {
            ours(key): (
                _failure(answer, asked_from[key])
                if isinstance(answer, ClientError)
                else await _reading(answer)
            )
            for key, answer in found.items()
        }

    async def _fetch(
        self, positions: Mapping[ids.TopicPartition, int], settings: FetchSettings
    ) -> dict[ids.TopicPartition, Fetched | ClientError]:
        return await asked(self._client().fetcher(settings).fetch(positions))

    def probable_partitions(self, key: bytes, partition_count: int) -> tuple[int, ...]:
        """By the defaults of Kafka's Java client, and of librdkafka (`consistent_random`), which
        takes CRC-32 and places empty keys at random."""
        java = partition_of_key(key, partition_count)
        librdkafka = zlib.crc32(key) % partition_count if key else java
        return tuple(dict.fromkeys((java, librdkafka)))


def _settings(wait_ms: int, wanted: Wanted) -> FetchSettings:
    settings = FetchSettings(Isolation.READ_COMMITTED, wait_ms_max=wait_ms, keeps_aborted=True)
    if wanted == EVERY_RECORD:
        return settings
    return replace(
        settings,
        bytes_max=SELECTED_BYTES_MAX,
        partition_bytes_max=SELECTED_PARTITION_BYTES_MAX,
        selection=Selection(wanted.since_ms, wanted.literals, wanted.ignores_case),
    )


def _is_held_back(answer: Fetched | ClientError | None, position: int) -> bool:
    """There is more behind a position, and readers of committed records do not get it."""
    return (
        isinstance(answer, Fetched)
        and _is_beyond(answer, position)
        and position < answer.high_watermark
    )


def _is_beyond(answer: Fetched | ClientError | None, position: int) -> bool:
    """A position lies at or behind the last stable offset of an answer, or there is none."""
    return not isinstance(answer, Fetched) or NO_OFFSET < answer.last_stable_offset <= position


def _failure(error: ClientError, position: int) -> ClusterError:
    """Why nothing was read from a position. What a broker says of its disk does not tell a reader
    that some records are lost, nor where."""
    if isinstance(error, BrokerError) and error.code is ErrorCode.KAFKA_STORAGE_ERROR:
        said = f"at offset {position:,} the data on the broker's disk is damaged, or the disk fails"
        return Failed(error.code.name, said)
    return translated(error)


async def _reading(fetched: Fetched) -> RecordsReading:
    """The port's form of an answer. Lets the loop run now and then: there may be many records."""
    records: list[RecordReading] = []
    for start in range(0, len(fetched.records), RECORDS_AT_ONCE):
        part = fetched.records[start : start + RECORDS_AT_ONCE]
        is_stable = part[-1].offset < fetched.last_stable_offset or fetched.last_stable_offset < 0
        if is_stable and not fetched.aborted:
            records.extend(
                RecordReading(each.offset, each.timestamp_ms, each.key, each.value, each.headers)
                for each in part
            )
        else:
            records.extend(
                RecordReading(*each, standing=standing_of(each.offset, fetched)) for each in part
            )
        await asyncio.sleep(0)
    return RecordsReading(
        records=tuple(records),
        next_offset=fetched.next_offset,
        log_start=fetched.log_start_offset,
        high_watermark=fetched.high_watermark,
        size_bytes=fetched.size_bytes,
        passed_over=fetched.passed_over,
        first_ms=fetched.first_timestamp_ms,
        last_ms=fetched.last_timestamp_ms,
    )


def standing_of(offset: int, fetched: Fetched) -> Standing:
    """How the record at an offset of an answer stands to transactions."""
    if 0 <= fetched.last_stable_offset <= offset:
        is_inside = _holds(fetched.transactional, offset)
        return Standing.OPEN if is_inside else Standing.HELD_BACK
    return Standing.ABORTED if _holds(fetched.aborted, offset) else Standing.SETTLED


def _holds(ranges: Sequence[range], offset: int) -> bool:
    """Whether an offset is in any of some ranges, which are in order."""
    at = bisect_right(ranges, offset, key=lambda each: each.start) - 1
    return at >= 0 and offset in ranges[at]
