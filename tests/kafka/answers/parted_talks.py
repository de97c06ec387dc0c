"""Talks that name one topic in several entries, as some clients do: one entry for each partition.

Kafka keeps what is asked by topic and partition, so that an answer may have other entries than the
request, and what is asked of a partition twice counts once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)
from engine.protocol.messages.fetch import FetchRequest, FetchTopic, ForgottenTopic
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from engine.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from engine.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopic,
    OffsetFetchRequestTopics,
)
from engine.protocol.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)
from engine.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from tests.kafka.answers.fetch_talks import part
from tests.kafka.answers.talk import Seen, Step, ask, topic
from tests.support.running_engine import batch

A, B = "parted-a", "parted-b"
Entry = tuple[str, int]

IN_A_ROW: Sequence[Entry] = ((A, 0), (A, 1), (A, 2), (B, 0))
MIXED: Sequence[Entry] = ((A, 2), (B, 0), (A, 0), (B, 1), (A, 1))
TWICE: Sequence[Entry] = ((A, 0), (B, 0), (A, 0), (A, 1), (A, 0))
UNKNOWN: Sequence[Entry] = ((A, 0), ("parted-gone", 0), (A, 9), ("parted-gone", 1), (A, 1))
ROWS = {"in a row": IN_A_ROW, "mixed": MIXED, "twice": TWICE, "unknown": UNKNOWN}


def _put(entries: Sequence[Entry], value: bytes = b"v") -> ProduceRequest:
    return ProduceRequest(
        acks=-1,
        timeout_ms=10_000,
        topic_data=[
            TopicProduceData(name=name, partition_data=[PartitionProduceData(index, batch(value))])
            for name, index in entries
        ],
    )


def _get(entries: Sequence[Entry], *, epoch: int = -1) -> Callable[[Seen], FetchRequest]:
    """Each later entry asks for an offset more, so that it is seen which of two was taken."""

    def made(seen: Seen) -> FetchRequest:
        topics = [
            FetchTopic(
                name,
                bytes([7] * 16) if name == "parted-gone" else seen.topic_id(name),
                [part(index, offset=number % 2)],
            )
            for number, (name, index) in enumerate(entries)
        ]
        return FetchRequest(
            max_wait_ms=0, min_bytes=0, max_bytes=1 << 20, session_epoch=epoch, topics=topics
        )

    return made


def _offsets(entries: Sequence[Entry]) -> ListOffsetsRequest:
    return ListOffsetsRequest(
        replica_id=-1,
        topics=[
            ListOffsetsTopic(name, [ListOffsetsPartition(index, -1, -1 - number % 2)])
            for number, (name, index) in enumerate(entries)
        ],
    )


def _epochs(entries: Sequence[Entry]) -> OffsetForLeaderEpochRequest:
    return OffsetForLeaderEpochRequest(
        -1,
        [
            OffsetForLeaderTopic(name, [OffsetForLeaderPartition(index, -1, 0)])
            for name, index in entries
        ],
    )


def _commit(entries: Sequence[Entry]) -> Callable[[Seen], OffsetCommitRequest]:
    def made(seen: Seen) -> OffsetCommitRequest:
        return OffsetCommitRequest(
            group_id="parted",
            topics=[
                OffsetCommitRequestTopic(
                    name,
                    bytes([7] * 16) if name == "parted-gone" else seen.topic_id(name),
                    [OffsetCommitRequestPartition(index, number, -1, "m")],
                )
                for number, (name, index) in enumerate(entries)
            ],
        )

    return made


def _committed(entries: Sequence[Entry]) -> Callable[[Seen], OffsetFetchRequest]:
    def made(seen: Seen) -> OffsetFetchRequest:
        return OffsetFetchRequest(
            group_id="parted",
            topics=[OffsetFetchRequestTopic(name, [index]) for name, index in entries],
            groups=[
                OffsetFetchRequestGroup(
                    "parted",
                    topics=[
                        OffsetFetchRequestTopics(
                            name,
                            bytes([7] * 16) if name == "parted-gone" else seen.topic_id(name),
                            [index],
                        )
                        for name, index in entries
                    ],
                )
            ],
        )

    return made


def _forget(entries: Sequence[Entry]) -> OffsetDeleteRequest:
    return OffsetDeleteRequest(
        "parted",
        [
            OffsetDeleteRequestTopic(name, [OffsetDeleteRequestPartition(index)])
            for name, index in entries
        ],
    )


def _with_empty(
    request: ProduceRequest
    | ListOffsetsRequest
    | OffsetForLeaderEpochRequest
    | DeleteRecordsRequest
    | OffsetDeleteRequest,
) -> Any:
    """The same with entries of topics before it of which nothing is asked."""
    name = "topic_data" if isinstance(request, ProduceRequest) else "topics"
    entries = getattr(request, name)
    parts = "partition_data" if isinstance(request, ProduceRequest) else "partitions"
    key = "topic" if isinstance(request, OffsetForLeaderEpochRequest) else "name"
    empty = [replace(entries[0], **{key: each, parts: []}) for each in (A, "parted-gone")]
    return replace(request, **{name: [*empty, *entries]})


def _forgetting(seen: Seen) -> FetchRequest:
    """A full fetch that says to forget what it asks for."""
    request = _get(TWICE)(seen)
    request.forgotten_topics_data = [ForgottenTopic(A, seen.topic_id(A), [0])]
    return request


def _delete(entries: Sequence[Entry]) -> DeleteRecordsRequest:
    return DeleteRecordsRequest(
        [
            DeleteRecordsTopic(name, [DeleteRecordsPartition(index, 1 + number % 2)])
            for number, (name, index) in enumerate(entries)
        ],
        10_000,
    )


def _each(rows: Mapping[str, Sequence[Entry]]) -> list[Step]:
    steps: list[Step] = []
    for label, entries in rows.items():
        if entries is not TWICE:
            steps.append(ask(f"produce {label}", _put(entries), 12))
        steps += [
            ask(f"fetch {label}", _get(entries), 12, 13, 18, ordered=True),
            ask(f"fetch {label}, a session", _get(entries, epoch=0), 12, 18, ordered=True),
            ask(f"offsets {label}", _offsets(entries), 1, 5, 11),
            ask(f"epochs {label}", _epochs(entries), 2, 4),
            ask(f"commit {label}", _commit(entries), 2, 8, 9, 10),
            ask(f"committed {label}", _committed(entries), 1, 7, 8, 9, 10),
        ]
    for label, entries in rows.items():
        steps += [
            ask(f"delete {label}", _delete(entries), 2),
            ask(f"forget {label}", _forget(entries), 0),
        ]
    return steps


TALKS: Mapping[str, Sequence[Step]] = {
    "parted": (
        topic(A, 3),
        topic(B, 3),
        ask("fill", _put([(name, index) for name in (A, B) for index in (0, 1, 2)]), 12),
        ask("fill more", _put([(name, index) for name in (A, B) for index in (0, 1, 2)]), 12),
        ask(
            "coordinator",
            FindCoordinatorRequest(key="parted"),
            3,
            until=lambda answer: answer.error_code == ErrorCode.NONE,
        ),
        ask(
            "commit",
            _commit(IN_A_ROW),
            9,
            until=lambda answer: (
                answer.topics[0].partitions[0].error_code
                not in (ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
            ),
        ),
        *_each(ROWS),
        ask("produce beside none", _with_empty(_put([(B, 1)])), 12),
        ask("offsets beside none", _with_empty(_offsets([(B, 1)])), 1, 11),
        ask("epochs beside none", _with_empty(_epochs([(B, 1)])), 2, 4),
        ask("delete beside none", _with_empty(_delete([(B, 1)])), 2),
        ask("forget beside none", _with_empty(_forget([(B, 1)])), 0),
        ask("fetch what is forgotten", _forgetting, 12, 18, ordered=True),
        ask("same partition twice", _put(TWICE), 12),
    )
}
