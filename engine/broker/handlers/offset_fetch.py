"""OffsetFetch: the positions that groups have stored.

Versions 1-10. 2: null topics are all, and an error for the group. 5: the leader epoch. 6: null and
empty differ everywhere. 7: positions that an open transaction may replace can be refused
(KIP-447). 8: several groups at once (KIP-709). 9: member epochs, wrong ones STALE_MEMBER_EPOCH.
10: topics by id (KIP-848). A position that was never stored is offset -1 without an error.
Source: Kafka's `KafkaApis.handleOffsetFetchRequest`, `OffsetMetadataManager.fetchOffsets`.
"""

from typing import Final

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
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

    def handle(self, request: OffsetFetchRequest, context: RequestContext) -> OffsetFetchResponse:
        """Answer for every group from memory."""
        version = context.api_version
        if version >= _BATCHED_SINCE:
            answers = [
                self._answer(group, version, require_stable=request.require_stable)
                for group in request.groups
            ]
            return OffsetFetchResponse(groups=answers)
        topics = None
        if request.topics is not None:
            topics = [
                OffsetFetchRequestTopics(name=each.name, partition_indexes=each.partition_indexes)
                for each in request.topics
            ]
        group = OffsetFetchRequestGroup(group_id=request.group_id, topics=topics)
        answer = self._answer(group, version, require_stable=request.require_stable)
        return _single(answer, request, version)

    def _answer(
        self, group: OffsetFetchRequestGroup, version: int, *, require_stable: bool
    ) -> OffsetFetchResponseGroup:
        by_id = version >= _TOPIC_IDS_SINCE
        try:
            error = self._groups.look(
                group.group_id,
                lambda coordinator, _: coordinator.fetch_error(
                    group.group_id, group.member_id, group.member_epoch
                ),
            )
            if error is not GroupError.NONE:
                return OffsetFetchResponseGroup(
                    group_id=group.group_id, error_code=error, topics=[]
                )
            topics = self._groups.look(
                group.group_id,
                lambda coordinator, _: self._topics(
                    coordinator, group, by_id=by_id, require_stable=require_stable
                ),
            )
        except GroupUnavailable as unavailable:
            return OffsetFetchResponseGroup(
                group_id=group.group_id, error_code=unavailable.error, topics=[]
            )
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
