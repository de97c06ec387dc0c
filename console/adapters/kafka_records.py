"""Records for the message browser, as `console.port.cluster.Records` asks for them."""

import asyncio
import zlib
from collections.abc import Mapping

from console.adapters.link import ClientSource
from console.adapters.translation import asked, ours, translated
from console.model.names import TopicPartition
from console.port.cluster import EVERY_RECORD, Wanted
from console.port.errors import ClusterError
from console.port.readings import RecordReading, RecordsReading
from engine.client.errors import ClientError
from engine.client.fetcher import Fetched, FetchSettings
from engine.client.partitioner import partition_of_key
from engine.client.selection import Selection
from engine.kernel import ids

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
        settings = FetchSettings(wait_ms_max=wait_ms)
        if wanted != EVERY_RECORD:
            settings = FetchSettings(
                wait_ms_max=wait_ms,
                bytes_max=SELECTED_BYTES_MAX,
                partition_bytes_max=SELECTED_PARTITION_BYTES_MAX,
                selection=Selection(wanted.since_ms, wanted.literals, wanted.ignores_case),
            )
        fetcher = self._client().fetcher(settings)
        asked_from = {ids.TopicPartition(*key): offset for key, offset in positions.items()}
        answers = await asked(fetcher.fetch(asked_from))
        return {
            ours(key): (
                translated(answer) if isinstance(answer, ClientError) else await _reading(answer)
            )
            for key, answer in answers.items()
        }

    def probable_partitions(self, key: bytes, partition_count: int) -> tuple[int, ...]:
        """By the defaults of Kafka's Java client, and of librdkafka (`consistent_random`), which
        takes CRC-32 and places empty keys at random."""
        java = partition_of_key(key, partition_count)
        librdkafka = zlib.crc32(key) % partition_count if key else java
        return tuple(dict.fromkeys((java, librdkafka)))


async def _reading(fetched: Fetched) -> RecordsReading:
    """The port's form of an answer. Lets the loop run now and then: there may be many records."""
    records: list[RecordReading] = []
    for start in range(0, len(fetched.records), RECORDS_AT_ONCE):
        records.extend(
            RecordReading(each.offset, each.timestamp_ms, each.key, each.value, each.headers)
            for each in fetched.records[start : start + RECORDS_AT_ONCE]
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
