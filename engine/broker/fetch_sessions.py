"""Incremental fetch sessions (KIP-227): what a consumer follows, remembered between its requests.

A full fetch with epoch 0 asks for a session; later requests name only what changed, and answers
leave out partitions of which there is nothing new. Epochs count requests, so that a lost request or
answer is noticed. A session may always be refused, by answering with id 0.

| request                      | answer                                                    |
|------------------------------|-----------------------------------------------------------|
| epoch -1                     | a full fetch; a session named is closed                   |
| epoch 0                      | a full fetch; a new session if there is room              |
| id known, epoch as expected  | what is new; the expected epoch becomes the next          |
| id known, epoch unexpected   | INVALID_FETCH_SESSION_EPOCH                               |
| id unknown                   | FETCH_SESSION_ID_NOT_FOUND                                |
| more than all may follow     | FETCH_SESSION_ID_NOT_FOUND, and the session is over       |
| ids where names were, or back| FETCH_SESSION_TOPIC_ID_ERROR                              |

Pure state: no I/O, time comes in. Source: Kafka's `FetchSession`.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.kernel.entropy import Entropy
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    PartitionData,
)

NO_SESSION: Final = 0
INITIAL_EPOCH: Final = 0
FINAL_EPOCH: Final = -1
TOPIC_IDS_SINCE: Final = 13

EVICTION_SECONDS_MIN: Final = 120.0
"""A session is not evicted for another one before it was unused for so long (as in Kafka)."""

FOLLOWED_PARTITIONS_MAX: Final = 200_000
"""Partitions of all sessions. Beyond it new sessions are refused, and one that grows ends."""

_ID_MAX: Final = 2**31 - 1
_EPOCH_MAX: Final = 2**31 - 1

_TopicKey = str | bytes
_Key = tuple[_TopicKey, int]


class _Followed:
    """One partition of a session: what to read, and what the client was last told of it."""

    __slots__ = ("asked", "high_watermark", "log_start_offset", "topic")

    def __init__(self, topic: FetchTopic, asked: FetchPartition) -> None:
        self.topic = topic
        self.asked = asked
        self.high_watermark = -1
        self.log_start_offset = -1

    def is_news(self, data: PartitionData) -> bool:
        """Whether an answer says anything that the client does not know; remembers it as told."""
        is_news = (
            (data.records is not None and len(data.records) > 0)
            or data.error_code != ErrorCode.NONE
            or data.diverging_epoch is not None
            or data.high_watermark != self.high_watermark
            or data.log_start_offset != self.log_start_offset
        )
        has_failed = data.error_code != ErrorCode.NONE
        self.high_watermark = -1 if has_failed else data.high_watermark
        self.log_start_offset = data.log_start_offset
        return is_news


class FetchSession:
    """What one consumer follows, in the order in which it is read."""

    __slots__ = ("_followed", "epoch", "has_topic_ids", "last_used_s", "session_id")

    def __init__(self, session_id: int, *, has_topic_ids: bool, now_s: float) -> None:
        self.session_id = session_id
        self.has_topic_ids = has_topic_ids
        self.epoch = INITIAL_EPOCH
        self.last_used_s = now_s
        self._followed: dict[_Key, _Followed] = {}

    def __len__(self) -> int:
        return len(self._followed)

    def advance(self, now_s: float) -> None:
        """One more request has come; epochs wrap to 1, since 0 begins a session."""
        self.epoch = 1 if self.epoch == _EPOCH_MAX else self.epoch + 1
        self.last_used_s = now_s

    def update(self, request: FetchRequest) -> None:
        """Follow, change and forget what the request says."""
        self.follow(request.topics)
        for forgotten in request.forgotten_topics_data:
            topic_key = self._topic_key(forgotten.topic, forgotten.topic_id)
            for index in forgotten.partitions:
                self._followed.pop((topic_key, index), None)

    def follow(self, topics: Iterable[FetchTopic]) -> None:
        """Follow partitions, or change what is asked of them."""
        for topic in topics:
            topic_key = self._topic_key(topic.topic, topic.topic_id)
            for asked in topic.partitions:
                key = (topic_key, asked.partition)
                followed = self._followed.get(key)
                if followed is None:
                    named = FetchTopic(topic.topic, topic.topic_id, [])
                    self._followed[key] = _Followed(named, asked)
                else:
                    followed.asked = asked

    def topics(self) -> list[FetchTopic]:
        """Everything to read; neighbours of one topic are grouped."""
        topics: list[FetchTopic] = []
        previous: _TopicKey | None = None
        for (topic_key, _), followed in self._followed.items():
            if topic_key != previous:
                previous = topic_key
                topics.append(FetchTopic(followed.topic.topic, followed.topic.topic_id, []))
            topics[-1].partitions.append(followed.asked)
        return topics

    def told(self, response: FetchResponse, *, leave_out: bool) -> None:
        """Remember what an answer tells; with `leave_out` take away what is no news.

        Partitions that returned records go to the end, so that all get their turn.
        """
        kept_topics: list[FetchableTopicResponse] = []
        served: list[_Key] = []
        for topic in response.responses:
            topic_key = self._topic_key(topic.topic, topic.topic_id)
            kept = []
            for data in topic.partitions:
                key = (topic_key, data.partition_index)
                followed = self._followed.get(key)
                if followed is None or followed.is_news(data) or not leave_out:
                    kept.append(data)
                if data.records is not None and len(data.records) > 0:
                    served.append(key)
            if kept:
                topic.partitions = kept
                kept_topics.append(topic)
        response.responses = kept_topics
        for key in served:
            followed = self._followed.pop(key, None)
            if followed is not None:
                self._followed[key] = followed

    def _topic_key(self, name: str, topic_id: bytes) -> _TopicKey:
        return topic_id if self.has_topic_ids else name


class Scope:
    """What one request reads, and how its answer is told."""

    __slots__ = ("_is_incremental", "_session", "topics")

    def __init__(
        self, topics: list[FetchTopic], session: FetchSession | None, *, is_incremental: bool
    ) -> None:
        self.topics = topics
        self._session = session
        self._is_incremental = is_incremental

    @property
    def followed_session_id(self) -> int:
        """The session of a request that goes on with one, else 0."""
        session = self._session
        return session.session_id if session is not None and self._is_incremental else NO_SESSION

    def finish(self, response: FetchResponse) -> None:
        """Turn the reading of all topics into the answer."""
        session = self._session
        if session is not None:
            response.session_id = session.session_id
            session.told(response, leave_out=self._is_incremental)


class FetchSessions:
    """All sessions, least recently used first. Loop thread only."""

    def __init__(self, slots_max: int, entropy: Entropy) -> None:
        self._slots_max = slots_max
        self._entropy = entropy
        self._sessions: dict[int, FetchSession] = {}
        self._followed_partitions = 0

    def __len__(self) -> int:
        return len(self._sessions)

    def scope(self, request: FetchRequest, version: int, now_s: float) -> Scope | ErrorCode:
        """What a request is to read, or why its session cannot go on."""
        has_topic_ids = version >= TOPIC_IDS_SINCE
        if request.session_epoch in (INITIAL_EPOCH, FINAL_EPOCH):
            self._end(request.session_id)
            session = None
            if request.session_epoch == INITIAL_EPOCH:
                session = self._create(request, now_s, has_topic_ids=has_topic_ids)
            topics = _each_once(request, has_topic_ids=has_topic_ids)
            return Scope(topics, session, is_incremental=False)
        session = self._sessions.get(request.session_id)
        if session is None:
            return ErrorCode.FETCH_SESSION_ID_NOT_FOUND
        if session.has_topic_ids != has_topic_ids:
            return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR
        if request.session_epoch != session.epoch:
            return ErrorCode.INVALID_FETCH_SESSION_EPOCH
        session.advance(now_s)
        self._update(session, request)
        if self._followed_partitions > FOLLOWED_PARTITIONS_MAX:
            self._end(session.session_id)
            return ErrorCode.FETCH_SESSION_ID_NOT_FOUND
        self._sessions[session.session_id] = self._sessions.pop(session.session_id)
        return Scope(session.topics(), session, is_incremental=True)

    def _create(
        self, request: FetchRequest, now_s: float, *, has_topic_ids: bool
    ) -> FetchSession | None:
        wanted = sum(len(topic.partitions) for topic in request.topics)
        if not self._has_room(wanted, now_s):
            return None
        session = FetchSession(self._free_id(), has_topic_ids=has_topic_ids, now_s=now_s)
        self._update(session, request)
        session.advance(now_s)
        self._sessions[session.session_id] = session
        return session

    def _update(self, session: FetchSession, request: FetchRequest) -> None:
        followed = len(session)
        session.update(request)
        self._followed_partitions += len(session) - followed

    def _end(self, session_id: int) -> None:
        session = self._sessions.pop(session_id, None)
        if session is not None:
            self._followed_partitions -= len(session)

    def _has_room(self, wanted: int, now_s: float) -> bool:
        """Whether a session fits, after evicting those that seem abandoned if need be."""
        for oldest in self._oldest_first():
            if len(self._sessions) < self._slots_max and (
                self._followed_partitions + wanted <= FOLLOWED_PARTITIONS_MAX
            ):
                return True
            if now_s - oldest.last_used_s < EVICTION_SECONDS_MIN:
                return False
            self._end(oldest.session_id)
        return self._slots_max > 0 and wanted <= FOLLOWED_PARTITIONS_MAX

    def _oldest_first(self) -> Iterator[FetchSession]:
        yield from tuple(self._sessions.values())

    def _free_id(self) -> int:
        while True:
            session_id = 1 + int(self._entropy.uniform() * (_ID_MAX - 1))
            if session_id not in self._sessions:
                return session_id


def _each_once(request: FetchRequest, *, has_topic_ids: bool) -> list[FetchTopic]:
    """What a full fetch asks for: a partition named twice counts as named last, as in Kafka."""
    topics = request.topics
    named = {topic.topic_id if has_topic_ids else topic.topic for topic in topics}
    if len(named) == len(topics) and not any(map(_names_twice, topics)):
        return topics
    once = FetchSession(NO_SESSION, has_topic_ids=has_topic_ids, now_s=0.0)
    once.follow(topics)
    return once.topics()


def _names_twice(topic: FetchTopic) -> bool:
    return len({asked.partition for asked in topic.partitions}) < len(topic.partitions)
