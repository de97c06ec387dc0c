"""OffsetFetch: the positions that groups have stored.

Versions 1-10. 2: null topics are all, and an error for the group. 5: the leader epoch. 6: null and
empty differ everywhere. 7: positions that an open transaction may replace can be refused
(KIP-447). 8: several groups at once (KIP-709). 9: member epochs, wrong ones STALE_MEMBER_EPOCH.
10: topics by id (KIP-848). A position that was never stored is offset -1 without an error.

Differs from Kafka: a commit that is not durable yet is waited for. Kafka does so where stable
positions are required, and tells the position before it otherwise.

Source: Kafka's `KafkaApis.handleOffsetFetchRequest`, `GroupCoordinatorService.fetchOffsets`,
`OffsetMetadataManager.fetchOffsets`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from engine.broker.catalogue import Catalogue
from engine.broker.context import Reply, RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.commands import ReadReply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.views import FetchedOffset
from engine.kernel.ids import NULL_TOPIC_ID, TopicId
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
    OffsetFetchResponseGroup,
    OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
)

_GROUP_ERROR_SINCE: Final = 2
_BATCHED_SINCE: Final = 8
_TOPIC_IDS_SINCE: Final = 10
_NO_OFFSET: Final = -1
_NO_EPOCH: Final = -1


class OffsetFetchHandler:
    """Reads positions of groups."""

    def __init__(self, groups: GroupShell, catalogue: Catalogue) -> None:
        self._groups = groups
        self._catalogue = catalogue

    def handle(self, request: OffsetFetchRequest, context: RequestContext, reply: Reply) -> None:
        """Answer for every group from memory, once all that is told is durable."""
        version, stable = context.api_version, request.require_stable
        groups = request.groups if version >= _BATCHED_SINCE else [_only_group(request)]
        pending = _PendingFetch(request, version, groups, reply)
        for index, group in enumerate(groups):
            waiter = _GroupWaiter(pending, index)
            show = partial(self._answer, group, version, require_stable=stable)
            try:
                self._groups.read(group.group_id, show, waiter)
            except GroupUnavailable as unavailable:
                waiter.set_result(ReadReply(error=unavailable.error))

    def _answer(
        self,
        group: OffsetFetchRequestGroup,
        version: int,
        coordinator: GroupCoordinator,
        *,
        require_stable: bool,
    ) -> OffsetFetchResponseGroup:
        error = coordinator.fetch_error(group.group_id, group.member_id, group.member_epoch)
        if error is not GroupError.NONE:
            return _refused(group, error)
        by_id = version >= _TOPIC_IDS_SINCE
        topics = self._topics(coordinator, group, by_id=by_id, require_stable=require_stable)
        return OffsetFetchResponseGroup(group_id=group.group_id, topics=topics)

    def _topics(
        self,
        coordinator: GroupCoordinator,
        group: OffsetFetchRequestGroup,
        *,
        by_id: bool,
        require_stable: bool,
    ) -> list[OffsetFetchResponseTopics]:
        if group.topics is None:
            return self._all_topics(
                coordinator, group.group_id, by_id=by_id, require_stable=require_stable
            )
        return [
            self._topic(coordinator, group.group_id, topic, by_id, require_stable)
            for topic in group.topics
        ]

    def _topic(
        self,
        coordinator: GroupCoordinator,
        group_id: str,
        wanted: OffsetFetchRequestTopics,
        by_id: bool,
        require_stable: bool,
    ) -> OffsetFetchResponseTopics:
        known = self._catalogue.by_id(wanted.topic_id) if by_id else None
        name = known.name if known is not None else wanted.name
        answer = OffsetFetchResponseTopics(name=name, topic_id=wanted.topic_id)
        if by_id and known is None:
            answer.partitions = [
                _partition(index, None, ErrorCode.UNKNOWN_TOPIC_ID)
                for index in wanted.partition_indexes
            ]
            return answer
        topic_id = self._topic_id(name)
        fetched = coordinator.fetch_offsets(
            group_id,
            [(name, topic_id, index) for index in wanted.partition_indexes],
            require_stable=require_stable,
        )
        answer.partitions = [
            _partition(index, found, found.error)
            for index, found in zip(wanted.partition_indexes, fetched, strict=True)
        ]
        return answer

    def _all_topics(
        self, coordinator: GroupCoordinator, group_id: str, *, by_id: bool, require_stable: bool
    ) -> list[OffsetFetchResponseTopics]:
        found = coordinator.fetch_all_offsets(group_id, require_stable=require_stable)
        answers = []
        for name, partitions in found.items():
            topic_id = self._topic_id(name)
            if by_id and topic_id == NULL_TOPIC_ID:
                continue
            told = [
                _partition(n, each, each.error)
                for n, each in partitions.items()
                if not _is_of_namesake(each, topic_id)
            ]
            if told:
                answers.append(
                    OffsetFetchResponseTopics(name=name, topic_id=topic_id, partitions=told)
                )
        return answers

    def _topic_id(self, name: str) -> TopicId:
        topic = self._catalogue.by_name(name)
        return NULL_TOPIC_ID if topic is None else topic.topic_id


class _PendingFetch:
    """One request on its way: it is answered when the last of its groups is."""

    __slots__ = ("_answers", "_groups", "_missing", "_reply", "_request", "_version")

    def __init__(
        self,
        request: OffsetFetchRequest,
        version: int,
        groups: Sequence[OffsetFetchRequestGroup],
        reply: Reply,
    ) -> None:
        self._request = request
        self._version = version
        self._groups = groups
        self._reply = reply
        self._answers = [OffsetFetchResponseGroup() for _ in groups]
        self._missing = len(groups)
        if not groups:
            reply.send(OffsetFetchResponse(groups=[]))

    def answered(self, index: int, result: ReadReply) -> None:
        """The coordinator of the group at an index has shown what it knows, or could not."""
        shown = result.shown
        if result.error is not GroupError.NONE:
            shown = _refused(self._groups[index], result.error)
        assert isinstance(shown, OffsetFetchResponseGroup)
        self._answers[index] = shown
        self._missing -= 1
        if self._missing:
            return
        if self._version >= _BATCHED_SINCE:
            self._reply.send(OffsetFetchResponse(groups=self._answers))
        else:
            self._reply.send(_single(shown, self._request, self._version))


class _GroupWaiter:
    """Waits for one group of a request."""

    __slots__ = ("_index", "_pending")

    def __init__(self, pending: _PendingFetch, index: int) -> None:
        self._pending = pending
        self._index = index

    def done(self) -> bool:
        """The coordinator replies once."""
        return False

    def set_result(self, result: object, /) -> None:
        """The coordinator has replied, and what it tells is on disk."""
        assert isinstance(result, ReadReply)
        self._pending.answered(self._index, result)


def _only_group(request: OffsetFetchRequest) -> OffsetFetchRequestGroup:
    """The group of a version before 8."""
    topics = None
    if request.topics is not None:
        topics = [
            OffsetFetchRequestTopics(name=each.name, partition_indexes=each.partition_indexes)
            for each in request.topics
        ]
    return OffsetFetchRequestGroup(group_id=request.group_id, topics=topics)


def _refused(group: OffsetFetchRequestGroup, error: GroupError) -> OffsetFetchResponseGroup:
    return OffsetFetchResponseGroup(group_id=group.group_id, error_code=error, topics=[])


def _is_of_namesake(found: FetchedOffset, topic_id: TopicId) -> bool:
    """Whether the position is in an earlier topic of the same name, and has outlived it."""
    stored_id = topic_id if found.value is None else found.value.topic_id
    return topic_id != NULL_TOPIC_ID and stored_id not in (topic_id, NULL_TOPIC_ID)


def _partition(index: int, found: FetchedOffset | None, code: int) -> OffsetFetchResponsePartitions:
    value = found.value if found is not None else None
    return OffsetFetchResponsePartitions(
        partition_index=index,
        committed_offset=_NO_OFFSET if value is None else value.offset,
        committed_leader_epoch=_NO_EPOCH if value is None else value.leader_epoch,
        metadata="" if value is None else value.metadata,
        error_code=code,
    )


def _single(
    answer: OffsetFetchResponseGroup, request: OffsetFetchRequest, version: int
) -> OffsetFetchResponse:
    """The answer for one group in the form of the versions before 8."""
    topics = [
        OffsetFetchResponseTopic(
            name=topic.name,
            partitions=[
                OffsetFetchResponsePartition(
                    partition_index=each.partition_index,
                    committed_offset=each.committed_offset,
                    committed_leader_epoch=each.committed_leader_epoch,
                    metadata=each.metadata,
                    error_code=each.error_code,
                )
                for each in topic.partitions
            ],
        )
        for topic in answer.topics
    ]
    if answer.error_code and version < _GROUP_ERROR_SINCE:
        topics = [
            OffsetFetchResponseTopic(
                name=topic.name,
                partitions=[
                    OffsetFetchResponsePartition(
                        partition_index=index,
                        committed_offset=_NO_OFFSET,
                        metadata="",
                        error_code=answer.error_code,
                    )
                    for index in topic.partition_indexes
                ],
            )
            for topic in request.topics or []
        ]
    return OffsetFetchResponse(topics=topics, error_code=answer.error_code)
