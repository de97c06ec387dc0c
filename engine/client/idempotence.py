"""What lets a broker recognise a batch that is sent twice: producer id, epoch, sequence numbers."""

from engine.client.cluster import Cluster
from engine.client.errors import refusal
from engine.client.routing import retried
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from engine.records.batch import SEQUENCE_MAX

NO_PRODUCER = (-1, -1)
"""Producer id and epoch of a producer that is not idempotent."""

_NO_TRANSACTION_MS = 2**31 - 1


class Idempotence:
    """The identity of one producer and the next sequence number of each partition.

    After a failure whose effect is not known the identity is given up: sequences begin at 0 under
    a new one. That the failed batch is not stored twice is then the caller's concern.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._identity: tuple[int, int] | None = None
        self._next: dict[TopicPartition, int] = {}

    async def identity(self) -> tuple[int, int]:
        """Producer id and epoch, asked for when there is none. Raises ClientError."""
        if self._identity is None:
            settings = self._cluster.settings
            self._identity = await retried(self._cluster, settings.writing, self._initialise)
        return self._identity

    def next_sequence(self, partition: TopicPartition) -> int:
        """The sequence number of the partition's next record."""
        return self._next.get(partition, 0)

    def advance(self, partition: TopicPartition, count: int) -> None:
        """Records were stored: the partition's next sequence number lies behind them."""
        self._next[partition] = (self.next_sequence(partition) + count) & SEQUENCE_MAX

    def give_up(self) -> None:
        """Begin again under a new identity."""
        self._identity = None
        self._next.clear()

    async def _initialise(self, _is_repetition: bool) -> tuple[int, int]:
        request = InitProducerIdRequest(
            transactional_id=None, transaction_timeout_ms=_NO_TRANSACTION_MS
        )
        answer = await self._cluster.request_any(request, InitProducerIdResponse)
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code)
        return answer.producer_id, answer.producer_epoch
