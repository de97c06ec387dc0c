"""InitProducerId: a producer id and epoch for an idempotent producer.

Versions 0-5. Without a transactional id every request gets a fresh producer id and epoch 0; that
also resets a producer which lost its sequence (KIP-360).

Differs from Kafka: transactions are not served, and the APIs that a transaction needs are not
listed. A transactional id is refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which every client
takes as final; librdkafka retries UNSUPPORTED_VERSION for ever. Clients seldom get that far, since
FindCoordinator refuses them with a sentence. Source: Kafka's
`TransactionCoordinator.handleInitProducerId`.
"""

from typing import Final

from engine.broker.context import RequestContext
from engine.broker.producer_ids import ProducerIds
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from engine.storage.errors import StorageError

NO_PRODUCER_ID: Final = -1
NO_PRODUCER_EPOCH: Final = -1


class InitProducerIdHandler:
    """Hands out producer ids."""

    def __init__(self, producer_ids: ProducerIds) -> None:
        self._producer_ids = producer_ids

    async def handle(
        self, request: InitProducerIdRequest, context: RequestContext
    ) -> InitProducerIdResponse:
        """Answer with a fresh id, or say why not."""
        refusal = _refusal(request)
        if refusal is not None:
            return _refused(refusal)
        try:
            producer_id = await self._producer_ids.take()
        except StorageError:
            return _refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
        return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)


def _refusal(request: InitProducerIdRequest) -> ErrorCode | None:
    has_id = request.producer_id != NO_PRODUCER_ID
    has_epoch = request.producer_epoch != NO_PRODUCER_EPOCH
    if has_id != has_epoch or request.transactional_id == "":
        return ErrorCode.INVALID_REQUEST
    if request.transactional_id is not None:
        return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    return None


def _refused(code: ErrorCode) -> InitProducerIdResponse:
    return InitProducerIdResponse(
        error_code=code, producer_id=NO_PRODUCER_ID, producer_epoch=NO_PRODUCER_EPOCH
    )
