"""OffsetCommit: a group stores how far it has read. Answered when that is on disk.

Later requests of the connection are taken meanwhile: what a commit changes is decided at once, and
replies keep the order of requests.

Versions 2-10. 2-4: the client's own retention. 3: throttle time. 6: the leader epoch. 7: static
members. 9: a member epoch of a consumer group in place of the generation (STALE_MEMBER_EPOCH).
10: topics by id (KIP-848). Partitions that do not exist are refused one by one, the others are
stored. Source: Kafka's `KafkaApis.handleOffsetCommitRequest`, `OffsetMetadataManager.commitOffset`.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from engine.broker.catalogue import Catalogue, Topic
from engine.broker.context import Reply, RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.broker.topic_entries import joined
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
_TOPIC_OF: Final = attrgetter("name", "topic_id")
_PARTITIONS_OF: Final = attrgetter("partitions")


class OffsetCommitHandler:
    """Stores positions of groups."""

    def __init__(self, groups: GroupShell, catalogue: Catalogue) -> None:
        self._groups = groups
        self._catalogue = catalogue

    def handle(self, request: OffsetCommitRequest, context: RequestContext, reply: Reply) -> None:
        """Decide at once; the reply follows when every position is on disk."""
        by_id = context.api_version >= _TOPIC_IDS_SINCE
        offsets, codes = self._sorted_out(request, by_id=by_id)
        pending = _PendingCommit(request, codes, reply)
        if offsets:
            self._commit(request, tuple(offsets), context.api_version, pending)
        else:
            pending.answer(())

    def _sorted_out(
        self, request: OffsetCommitRequest, *, by_id: bool
    ) -> tuple[list[OffsetToCommit], list[int | None]]:
        """What can be stored; and for each partition of the request what refuses it, or None."""
        offsets: list[OffsetToCommit] = []
        codes: list[int | None] = []
        for wanted in request.topics:
            topic = self._topic(wanted, by_id=by_id)
            for partition in wanted.partitions:
                index = partition.partition_index
                if topic is None:
                    unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                    codes.append(ErrorCode.UNKNOWN_TOPIC_ID if by_id else unknown)
                elif not 0 <= index < len(topic.partitions):
                    codes.append(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                else:
                    codes.append(None)
                    offsets.append(
                        OffsetToCommit(
                            topic.name,
                            index,
                            partition.committed_offset,
                            partition.committed_leader_epoch,
                            partition.committed_metadata,
                            topic.topic_id,
                        )
                    )
        return offsets, codes

    def _topic(self, wanted: OffsetCommitRequestTopic, *, by_id: bool) -> Topic | None:
        if by_id:
            return self._catalogue.by_id(wanted.topic_id)
        return self._catalogue.by_name(wanted.name)

    def _commit(
        self,
        request: OffsetCommitRequest,
        offsets: tuple[OffsetToCommit, ...],
        version: int,
        pending: "_PendingCommit",
    ) -> None:
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
            self._groups.tell(request.group_id, decide, pending)
        except GroupUnavailable as unavailable:
            pending.answer((unavailable.error,) * len(offsets))


class _PendingCommit:
    """One request on its way, and what refused some of its positions before they got anywhere."""

    __slots__ = ("_codes", "_reply", "_request")

    def __init__(self, request: OffsetCommitRequest, codes: list[int | None], reply: Reply) -> None:
        self._request = request
        self._codes = codes
        self._reply = reply

    def done(self) -> bool:
        """The coordinator replies once."""
        return False

    def set_result(self, result: object, /) -> None:
        """The coordinator has replied, and what it stored is on disk."""
        assert isinstance(result, OffsetsReply)
        self.answer(result.partitions)

    def answer(self, errors: Sequence[GroupError]) -> None:
        """Answer with one error for each position that was to be stored, in their order."""
        told = iter(errors)
        codes = iter([next(told) if code is None else code for code in self._codes])
        topics = [
            OffsetCommitResponseTopic(
                name=topic.name,
                topic_id=topic.topic_id,
                partitions=[
                    OffsetCommitResponsePartition(
                        partition_index=partition.partition_index, error_code=next(codes)
                    )
                    for partition in topic.partitions
                ],
            )
            for topic in self._request.topics
            if topic.partitions  # As in Kafka: of none there is nothing to tell.
        ]
        if any(code is not None for code in self._codes):
            topics = joined(topics, _TOPIC_OF, _PARTITIONS_OF)
        self._reply.send(OffsetCommitResponse(topics=topics))
