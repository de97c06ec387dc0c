"""DeleteTopics: deletes topics by name or, from version 6 on, by id.

Versions 1-6. 4: flexible. 5: error messages; a client over its quota is refused with
THROTTLING_QUOTA_EXCEEDED (KIP-599). 6: ids; a topic must be named by exactly one of both.

A deleted topic is gone from every answer at once and stays gone after a crash; its files leave the
disk in the background. With `delete.topic.enable` false every topic is answered
TOPIC_DELETION_DISABLED, below version 3 INVALID_REQUEST.

Differs from Kafka: internal topics cannot be deleted while the broker runs on them. Source: Kafka's
`ControllerApis.deleteTopics`.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from engine.broker.catalogue import Catalogue, Topic
from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
from engine.broker.throttling import Throttling
from engine.broker.topic_admin import TopicAdmin
from engine.kernel.ids import NULL_TOPIC_ID
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_topics import (
    DeletableTopicResult,
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)

_IDS_FROM = 6
_STRICT_QUOTA_SINCE = 5
_DISABLED_CODE_FROM = 3
_GIVEN_TWICE = "The provided topic name maps to an ID that was already supplied."


class DeleteTopicsHandler:
    """Deletes topics."""

    def __init__(
        self,
        admin: TopicAdmin,
        catalogue: Catalogue,
        throttling: Throttling,
        *,
        is_enabled: Callable[[], bool],
    ) -> None:
        self._admin = admin
        self._throttling = throttling
        self._catalogue = catalogue
        self._is_enabled = is_enabled

    async def handle(
        self, request: DeleteTopicsRequest, context: RequestContext
    ) -> DeleteTopicsResponse:
        """Delete what exists; waits for the disk."""
        version = context.api_version
        asked = (
            request.topics
            if version >= _IDS_FROM
            else [DeleteTopicState(name=name) for name in request.topic_names]
        )
        if not self._is_enabled():
            return DeleteTopicsResponse(responses=[_disabled(topic, version) for topic in asked])
        results, doomed = self._sorted_out(asked)
        mutations = self._throttling.mutations(context, strict_since=_STRICT_QUOTA_SINCE)
        outcomes = await self._admin.delete(
            [topic.topic_id for topic in doomed], count=mutations.count
        )
        for topic, outcome in zip(doomed, outcomes, strict=True):
            refused = outcome if isinstance(outcome, Refused) else None
            results.append(_result(topic.name, topic.topic_id, refused))
        return DeleteTopicsResponse(throttle_time_ms=mutations.throttle_ms, responses=results)

    def _sorted_out(
        self, asked: Iterable[DeleteTopicState]
    ) -> tuple[list[DeletableTopicResult], list[Topic]]:
        """Answers for what cannot be deleted, and the topics that can."""
        results: list[DeletableTopicResult] = []
        names = Counter(topic.name for topic in asked if topic.topic_id == NULL_TOPIC_ID)
        ids = Counter(topic.topic_id for topic in asked if topic.name is None)
        doomed: dict[bytes, Topic] = {}
        told: set[tuple[str | None, bytes]] = set()
        for state in asked:
            identity = (state.name, state.topic_id)
            if identity in told:
                continue
            told.add(identity)
            try:
                topic = self._found(state, names, ids)
            except Refused as refused:
                results.append(_result(state.name, state.topic_id, refused))
                continue
            if doomed.pop(topic.topic_id, None) is None:
                doomed[topic.topic_id] = topic
            else:
                results.append(_result(topic.name, topic.topic_id, _invalid(_GIVEN_TWICE)))
        return results, list(doomed.values())

    def _found(
        self, state: DeleteTopicState, names: Counter[str | None], ids: Counter[bytes]
    ) -> Topic:
        has_id = state.topic_id != NULL_TOPIC_ID
        if state.name is not None and has_id:
            raise _invalid("You may not specify both topic name and topic id.")
        if state.name is not None:
            if names[state.name] > 1:
                raise _invalid("Duplicate topic name.")
            topic = self._catalogue.by_name(state.name)
            missing = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        elif has_id:
            if ids[state.topic_id] > 1:
                raise _invalid("Duplicate topic id.")
            topic = self._catalogue.by_id(state.topic_id)
            missing = ErrorCode.UNKNOWN_TOPIC_ID
        else:
            raise _invalid("Neither topic name nor id were specified.")
        if topic is None:
            raise Refused(missing)
        if topic.is_internal:
            message = f"The topic {topic.name} is internal and cannot be deleted."
            raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, message)
        return topic


def _invalid(message: str) -> Refused:
    return Refused(ErrorCode.INVALID_REQUEST, message)


def _disabled(topic: DeleteTopicState, version: int) -> DeletableTopicResult:
    code = (
        ErrorCode.TOPIC_DELETION_DISABLED
        if version >= _DISABLED_CODE_FROM
        else ErrorCode.INVALID_REQUEST
    )
    return _result(topic.name, topic.topic_id, Refused(code))


def _result(name: str | None, topic_id: bytes, refused: Refused | None) -> DeletableTopicResult:
    if refused is None:
        return DeletableTopicResult(name=name, topic_id=topic_id)
    return DeletableTopicResult(
        name=name, topic_id=topic_id, error_code=refused.code, error_message=refused.sentence
    )
