"""OffsetCommit: a group stores how far it has read. Answered when that is on disk.

Versions 2-10. 2-4: the client's own retention. 3: throttle time. 6: the leader epoch. 7: static
members. 9: a member epoch of a consumer group in place of the generation (STALE_MEMBER_EPOCH).
10: topics by id (KIP-848). Partitions that do not exist are refused one by one, the others are
stored. Source: Kafka's `KafkaApis.handleOffsetCommitRequest`, `OffsetMetadataManager.commitOffset`.
"""

from collections.abc import Iterator
from typing import Final

from engine.broker.catalogue import Catalogue, Topic
from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.commands import CommitOffsets, OffsetsReply, OffsetToCommit
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)

_TOPIC_IDS_SINCE: Final = 10
_STALE_EPOCH_SINCE: Final = 9
_DEFAULT_RETENTION: Final = -1


class OffsetCommitHandler:
    """Stores positions of groups."""

    def __init__(self, groups: GroupShell, catalogue: Catalogue) -> None:
        self._groups = groups
        self._catalogue = catalogue

    async def handle(
        self, request: OffsetCommitRequest, context: RequestContext
    ) -> OffsetCommitResponse:
        """Answer for every partition."""
        by_id = context.api_version >= _TOPIC_IDS_SINCE
        offsets, codes = self._sorted_out(request, by_id=by_id)
        if offsets:
            reply = await self._commit(request, tuple(offsets.values()), context.api_version)
            codes.update(zip(offsets, map(int, reply.partitions), strict=True))
        return OffsetCommitResponse(topics=list(_answers(request, codes)))

    def _sorted_out(
        self, request: OffsetCommitRequest, *, by_id: bool
    ) -> tuple[dict[tuple[int, int], OffsetToCommit], dict[tuple[int, int], int]]:
        """What can be stored, and the codes of what cannot, by place in the request."""
        offsets: dict[tuple[int, int], OffsetToCommit] = {}
        codes: dict[tuple[int, int], int] = {}
        for at, wanted in enumerate(request.topics):
            topic = self._topic(wanted, by_id=by_id)
            for number, partition in enumerate(wanted.partitions):
                index = partition.partition_index
                if topic is None:
                    unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                    codes[at, number] = ErrorCode.UNKNOWN_TOPIC_ID if by_id else unknown
                elif not 0 <= index < len(topic.partitions):
                    codes[at, number] = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                else:
                    offsets[at, number] = OffsetToCommit(
                        topic.name,
                        index,
                        partition.committed_offset,
                        partition.committed_leader_epoch,
                        partition.committed_metadata,
                        topic.topic_id,
                    )
        return offsets, codes

    def _topic(self, wanted: OffsetCommitRequestTopic, *, by_id: bool) -> Topic | None:
        if by_id:
            return self._catalogue.by_id(wanted.topic_id)
        return self._catalogue.by_name(wanted.name)

    async def _commit(
        self, request: OffsetCommitRequest, offsets: tuple[OffsetToCommit, ...], version: int
    ) -> OffsetsReply:
        retention_ms = request.retention_time_ms

        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            command = CommitOffsets(
                token=token,
                group_id=request.group_id,
                generation_id=request.generation_id_or_member_epoch,
                member_id=request.member_id,
                group_instance_id=request.group_instance_id,
                offsets=offsets,
                retention_ms=None if retention_ms == _DEFAULT_RETENTION else retention_ms,
                unknown_group=GroupError.GROUP_ID_NOT_FOUND
                if version >= _STALE_EPOCH_SINCE
                else GroupError.ILLEGAL_GENERATION,
                knows_member_epochs=version >= _STALE_EPOCH_SINCE,
            )
            return coordinator.commit(command, now)

        try:
            reply = await self._groups.ask(request.group_id, decide)
        except GroupUnavailable as unavailable:
            error = unavailable.error
            return OffsetsReply(error=error, partitions=(error,) * len(offsets))
        assert isinstance(reply, OffsetsReply)
        return reply


def _answers(
    request: OffsetCommitRequest, codes: dict[tuple[int, int], int]
) -> Iterator[OffsetCommitResponseTopic]:
    for at, topic in enumerate(request.topics):
        if not topic.partitions:
            continue  # As in Kafka: there is nothing to tell.
        yield OffsetCommitResponseTopic(
            name=topic.name,
            topic_id=topic.topic_id,
            partitions=[
                OffsetCommitResponsePartition(
                    partition_index=partition.partition_index, error_code=codes[at, number]
                )
                for number, partition in enumerate(topic.partitions)
            ],
        )
