"""Talks about fetching: offsets, limits, epochs, topic ids and incremental sessions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.protocol.api_keys import ApiKey
from engine.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from engine.protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from engine.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchTopic,
    ForgottenTopic,
    ReplicaState,
)
from engine.records.compression import Compression
from tests.kafka.answers.produce_talks import put
from tests.kafka.answers.talk import Seen, Step, ask, topic
from tests.support.running_engine import batch

BY_NAME = range(4, 13)
BY_ID = range(13, 19)
MEGABYTE = 1 << 20


def part(index: int = 0, offset: int = 0, size: int = MEGABYTE, **fields: int) -> FetchPartition:
    return FetchPartition(partition=index, fetch_offset=offset, partition_max_bytes=size, **fields)


def get(*parts: FetchPartition, name: str = "fe", **fields: Any) -> FetchRequest:
    """A fetch of partitions of one topic, outside of sessions unless `fields` say otherwise."""
    asked = {"max_wait_ms": 0, "min_bytes": 0, "max_bytes": MEGABYTE, "session_epoch": -1, **fields}
    return FetchRequest(topics=[FetchTopic(topic=name, partitions=list(parts))], **asked)


def by_id(request: FetchRequest) -> Callable[[Seen], FetchRequest]:
    """The same with the ids of its topics."""

    def made(seen: Seen) -> FetchRequest:
        for each in request.topics:
            each.topic_id = seen.topic_id(each.topic)
        return request

    return made


def both(label: str, *parts: FetchPartition, **fields: Any) -> tuple[Step, Step]:
    """A fetch by name and by id."""
    return (
        ask(label, get(*parts, **fields), 4, 11, 12),
        ask(label, by_id(get(*parts, **fields)), 13, 18),
    )


def _unknown_id(seen: Seen) -> FetchRequest:
    request = get(part(0), part(5))
    request.topics[0].topic_id = b"\7" * 16
    return request


def _stale_id(name: str) -> Callable[[Seen], FetchRequest]:
    kept: dict[Seen, bytes] = {}

    def made(seen: Seen) -> FetchRequest:
        request = get(part())
        request.topics[0].topic_id = kept.setdefault(seen, seen.topic_id(name))
        return request

    return made


_stale = _stale_id("fe-again")

FETCH = (
    topic("fe", 3),
    topic("fe-small", 1, max_message_bytes="2000000"),
    ask("fill 0", put("fe", batch(b"a", b"b", b"c")), 12),
    ask("fill 0 more", put("fe", batch(b"d" * 100)), 12),
    ask("fill 0 packed", put("fe", batch(b"e", b"f", compression=Compression.ZSTD)), 12),
    ask("fill 1", put("fe", batch(b"g"), indexes=[1]), 12),
    ask("fill 1 more", put("fe", batch(b"h"), indexes=[1]), 12),
    ask("by name", get(part(0), part(1), part(2)), *BY_NAME),
    ask("by id", by_id(get(part(0), part(1), part(2))), *BY_ID),
    *(step for offset in (0, 1, 2, 3, 4, 5, 6) for step in both(f"from {offset}", part(0, offset))),
    *(
        step
        for offset in (7, 1_000, 2**63 - 1, -1, -2)
        for step in both(f"from {offset}, which is out of range", part(0, offset))
    ),
    *(step for index in (3, -1, 2**31 - 1) for step in both(f"partition {index}", part(index))),
    ask("unknown topic", get(part(), name="gone"), 4, 7, 12),
    ask("illegal topic", get(part(), name="a/b"), 12),
    ask("empty topic", get(part(), name=""), 12),
    ask("unknown id", _unknown_id, *BY_ID),
    ask("no id", get(part()), 13, 18),
    *both("no partitions"),
    ask("no topics", FetchRequest(max_wait_ms=0, session_epoch=-1), 4, 7, 12, 13, 18),
    *(step for level in (0, 1) for step in both(f"level {level}", part(0), isolation_level=level)),
    *(
        step
        for size in (0, 1, 68, 69, 200, 300, -1)
        for step in both(f"partition limit {size}", part(0, 0, size), part(1, 0, size))
    ),
    *(
        step
        for size in (0, 1, 100, 300, 400)
        for step in both(f"limit {size}", part(0), part(1), part(2), max_bytes=size)
    ),
    *both("partitions in another order", part(1), part(0), max_bytes=100),
    *both("the same partition twice", part(0, 0), part(0, 3)),
    *(
        step
        for epoch in (0, 1, 9, -2)
        for step in both(f"current epoch {epoch}", part(0, current_leader_epoch=epoch))
    ),
    *(
        ask(
            f"last epoch {epoch} at {offset}",
            get(part(0, offset, last_fetched_epoch=epoch)),
            12,
        )
        for epoch in (0, 1, -2)
        for offset in (0, 3, 6, 7)
    ),
    *(
        ask(
            f"last epoch {epoch} of an empty partition",
            get(part(2, 0, last_fetched_epoch=epoch)),
            12,
        )
        for epoch in (0, 1)
    ),
    *both("as a replica", part(0), replica_id=1),
    *both("as a debugger", part(0), replica_id=-2),
    ask("as a replica, by state", by_id(get(part(0), replica_state=ReplicaState(1, 5))), 15, 18),
    *both("in a rack", part(0), rack_id="rack"),
    ask("in a cluster", get(part(0), cluster_id="another"), 12),
    *both("to wait at the end, not at all", part(0, 6), min_bytes=1),
    *both("least bytes", part(0), min_bytes=10, max_wait_ms=50),
    *both("least bytes of nothing", part(2), min_bytes=1, max_wait_ms=5),
    *both("error answers at once", part(2), part(1, 99), min_bytes=1, max_wait_ms=60_000),
    *both("unknown ones alone answer at once", part(9), min_bytes=1, max_wait_ms=60_000),
    *both("unknown one beside data", part(0), part(9), min_bytes=1, max_wait_ms=60_000),
    *both("negative wait", part(2), min_bytes=1, max_wait_ms=-1),
    topic("fe-again"),
    ask("by its first id", _stale, 13),
    ask(
        "delete",
        DeleteTopicsRequest([DeleteTopicState("fe-again")], ["fe-again"], 30_000),
    ),
    ask("by its first id, deleted", _stale, 13, 18),
    topic("fe-again"),
    ask("by its first id, made again", _stale, 13, 18),
)


def _session(*parts: FetchPartition, epoch: int, name: str = "se", **fields: Any) -> Any:
    """A request of the session that the latest answer told of."""
    forgotten = fields.pop("forgotten", [])
    with_ids = fields.pop("with_ids", False)

    def made(seen: Seen) -> FetchRequest:
        latest = seen.latest.get(ApiKey.FETCH)
        session = fields.get("session_id", latest.session_id if latest else 0)
        if session == 0:
            session = kept.get(seen, 0)
        kept[seen] = session
        topic_id = seen.topic_id(name) if with_ids else bytes(16)
        return FetchRequest(
            max_wait_ms=0,
            min_bytes=0,
            session_id=session,
            session_epoch=epoch,
            topics=[FetchTopic(name, topic_id, list(parts))] if parts else [],
            forgotten_topics_data=[ForgottenTopic(name, topic_id, forgotten)] if forgotten else [],
        )

    return made


kept: dict[Seen, int] = {}
"""The latest session of each broker: answers with errors tell none."""


def _sessions(name: str, version: int, *, with_ids: bool) -> tuple[Step, ...]:
    def say(label: str, *parts: FetchPartition, epoch: int, **fields: Any) -> Step:
        request = _session(*parts, epoch=epoch, name=name, with_ids=with_ids, **fields)
        return ask(label, request, version)

    return (
        topic(name, 4),
        ask("fill", put(name, batch(b"a"), batch(b"b")), 12),
        say("begin", part(0), part(1), part(2), epoch=0, session_id=0),
        say("go on, as before", epoch=1),
        say("move on", part(0, 1), part(1, 1), epoch=2),
        say("nothing new", epoch=3),
        ask("fill more", put(name, batch(b"c"), indexes=[2]), 12),
        say("something new", epoch=4),
        say("something that is known already", epoch=5),
        say("one more partition", part(3), part(2, 1), epoch=6),
        say("a partition out of range", part(3, 9), epoch=7),
        say("out of range again", epoch=8),
        say("in range again", part(3, 0), epoch=9),
        say("forget", epoch=10, forgotten=[0, 1, 77]),
        ask("fill the forgotten", put(name, batch(b"d"), batch(b"e")), 12),
        say("forgotten", epoch=11),
        say("remembered", part(0, 0), epoch=12),
        say("an unknown partition", part(9), epoch=13),
        say("unknown again", epoch=14),
        ask(
            "grow",
            CreatePartitionsRequest([CreatePartitionsTopic(name, 12, None)], 30_000),
        ),
        say("unknown no more", epoch=15),
        say("epoch too low", epoch=15),
        say("epoch too high", epoch=99),
        say("epoch -2", epoch=-2),
        say("as expected", epoch=16),
        say("close", epoch=-1),
        say("closed", epoch=17),
        say("unknown session", epoch=1, session_id=123_456),
        say("unknown session, to be closed", part(0), epoch=-1, session_id=123_456),
        say("unknown session, to begin", part(0), epoch=0, session_id=123_456),
        say("begin with nothing", epoch=0, session_id=0),
        say("epoch 5 without session", part(0), epoch=5, session_id=0),
    )


SESSIONS_BY_NAME = (
    *_sessions("se-7", 7, with_ids=False),
    *_sessions("se-12", 12, with_ids=False),
)
SESSIONS_BY_ID = (
    *_sessions("se-13", 13, with_ids=True),
    *_sessions("se-18", 18, with_ids=True),
    ask("begin by name", _session(part(0), epoch=0, session_id=0, name="se-13"), 12),
    ask("go on by id", _session(part(0), epoch=1, with_ids=True, name="se-13"), 13),
    ask("begin by id", _session(part(0), epoch=0, session_id=0, with_ids=True, name="se-13"), 13),
    ask("go on by name", _session(part(0), epoch=1, name="se-13"), 12),
    ask(
        "begin by id again",
        _session(part(0), epoch=0, session_id=0, with_ids=True, name="se-13"),
        13,
    ),
    ask("delete", DeleteTopicsRequest([DeleteTopicState("se-13")], ["se-13"], 30_000)),
    ask("go on without the topic", _session(epoch=1), 13),
    ask("go on without the topic", _session(epoch=2), 13),
    topic("se-13"),
    ask("go on with a new topic of that name", _session(epoch=3), 13),
    ask("follow the new topic", _session(part(0), epoch=4, with_ids=True, name="se-13"), 13),
)

TALKS: Mapping[str, Sequence[Step]] = {
    "fetch": FETCH,
    "sessions by name": SESSIONS_BY_NAME,
    "sessions by id": SESSIONS_BY_ID,
}
