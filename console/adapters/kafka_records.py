"""Records for the message browser, as `console.port.cluster.Records` asks for them."""

from collections.abc import Mapping

from console.adapters.link import ClientSource
from console.adapters.translation import asked, ours, translated
from console.model.names import TopicPartition
from console.port.errors import ClusterError
from console.port.readings import RecordReading, RecordsReading
from engine.client.errors import ClientError
from engine.client.fetcher import Fetched, FetchSettings
from engine.kernel import ids


class KafkaRecords:
    """Reads records of one cluster."""

    def __init__(self, client: ClientSource) -> None:
        self._client = client

    async def read(
        self, positions: Mapping[TopicPartition, int], *, wait_ms: int = 0
    ) -> Mapping[TopicPartition, RecordsReading | ClusterError]:
        fetcher = self._client().fetcher(FetchSettings(wait_ms_max=wait_ms))
        wanted = {ids.TopicPartition(*key): offset for key, offset in positions.items()}
        answers = await asked(fetcher.fetch(wanted))
        return {
            ours(key): translated(answer) if isinstance(answer, ClientError) else _records(answer)
            for key, answer in answers.items()
        }


def _records(fetched: Fetched) -> RecordsReading:
    return RecordsReading(
        records=tuple(
            RecordReading(each.offset, each.timestamp_ms, each.key, each.value, each.headers)
            for each in fetched.records
        ),
        next_offset=fetched.next_offset,
        log_start=fetched.log_start_offset,
        high_watermark=fetched.high_watermark,
    )
