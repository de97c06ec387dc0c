"""OffsetDelete: a group forgets its positions in some partitions.

Version 0 (KIP-496). A topic that a member subscribes to is GROUP_SUBSCRIBED_TO_TOPIC; a partition
that does not exist is UNKNOWN_TOPIC_OR_PARTITION. Source: Kafka's
`OffsetMetadataManager.deleteOffsets`.
"""

from collections.abc import Iterator
from operator import attrgetter

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.broker.topic_entries import joined
from engine.coordinator.commands import DeleteOffsets, OffsetsReply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)

Place = tuple[str, int]


class OffsetDeleteHandler:
    """Deletes positions of groups."""

    def __init__(self, groups: GroupShell, catalogue: Catalogue) -> None:
        self._groups = groups
        self._catalogue = catalogue

    async def handle(
        self, request: OffsetDeleteRequest, context: RequestContext
    ) -> OffsetDeleteResponse:
        """Answer for every partition."""
        asked = list(_places(request))
        known = [place for place in asked if self._exists(place)]

        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            command = DeleteOffsets(token=token, group_id=request.group_id, partitions=tuple(known))
            return coordinator.delete_offsets(command, now)

        try:
            reply = await self._groups.ask(request.group_id, decide)
        except GroupUnavailable as unavailable:
            return OffsetDeleteResponse(error_code=unavailable.error)
        assert isinstance(reply, OffsetsReply)
        if reply.error is not GroupError.NONE:
            return OffsetDeleteResponse(error_code=reply.error)
        codes = dict(zip(known, reply.partitions, strict=True))
        topics = [
            OffsetDeleteResponseTopic(
                name=topic.name,
                partitions=[
                    OffsetDeleteResponsePartition(
                        partition_index=each.partition_index,
                        error_code=codes.get(
                            (topic.name, each.partition_index),
                            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        ),
                    )
                    for each in topic.partitions
                ],
            )
            for topic in request.topics
            if topic.partitions or self._catalogue.by_name(topic.name) is None  # As in Kafka.
        ]
        if len(known) < len(asked):
            topics = joined(topics, attrgetter("name"), attrgetter("partitions"))
        return OffsetDeleteResponse(topics=topics)

    def _exists(self, place: Place) -> bool:
        topic = self._catalogue.by_name(place[0])
        return topic is not None and 0 <= place[1] < len(topic.partitions)


def _places(request: OffsetDeleteRequest) -> Iterator[Place]:
    for topic in request.topics:
        for partition in topic.partitions:
            yield topic.name, partition.partition_index
