"""Fetch sessions: the table of the module, and what incremental answers leave out (KIP-227)."""

import pytest

from engine.broker.fetch_sessions import (
    EVICTION_SECONDS_MIN,
    FOLLOWED_PARTITIONS_MAX,
    FetchSession,
    FetchSessions,
    Scope,
)
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    ForgottenTopic,
    PartitionData,
)
from tests.support.entropy import SeededEntropy

BY_NAME, BY_ID = 12, 13
ORDERS_ID = bytes(15) + b"\x01"


def sessions(slots: int = 10) -> FetchSessions:
    return FetchSessions(slots, SeededEntropy())


def asking(
    *indexes: int,
    session_id: int = 0,
    epoch: int = 0,
    offset: int = 0,
    forget: tuple[int, ...] = (),
) -> FetchRequest:
    partitions = [FetchPartition(index, fetch_offset=offset) for index in indexes]
    return FetchRequest(
        session_id=session_id,
        session_epoch=epoch,
        topics=[FetchTopic("orders", ORDERS_ID, partitions)] if partitions else [],
        forgotten_topics_data=[ForgottenTopic("orders", ORDERS_ID, list(forget))],
    )


def scope_of(
    under_test: FetchSessions, request: FetchRequest, version: int = BY_NAME, now_s: float = 0.0
) -> Scope:
    scope = under_test.scope(request, version, now_s)
    assert isinstance(scope, Scope)
    return scope


def read_indexes(scope: Scope) -> list[int]:
    return [asked.partition for topic in scope.topics for asked in topic.partitions]


def answered(scope: Scope, **high_watermarks: int) -> FetchResponse:
    """Answer with empty partitions p0, p1, ... at the given high watermarks."""
    partitions = [
        PartitionData(int(name[1:]), high_watermark=high_watermark, log_start_offset=0, records=b"")
        for name, high_watermark in high_watermarks.items()
    ]
    response = FetchResponse(responses=[FetchableTopicResponse("orders", ORDERS_ID, partitions)])
    scope.finish(response)
    return response


def told_indexes(response: FetchResponse) -> list[int]:
    return [data.partition_index for topic in response.responses for data in topic.partitions]


@pytest.mark.point(48)
def test_full_fetch_creates_a_session_and_answers_everything() -> None:
    under_test = sessions()

    response = answered(scope_of(under_test, asking(0, 1)), p0=0, p1=0)

    assert response.session_id != 0
    assert told_indexes(response) == [0, 1]
    assert len(under_test) == 1


@pytest.mark.point(48)
def test_final_epoch_is_sessionless_and_closes_what_it_names() -> None:
    under_test = sessions()
    session_id = answered(scope_of(under_test, asking(0)), p0=0).session_id

    response = answered(scope_of(under_test, asking(0, session_id=session_id, epoch=-1)), p0=0)

    assert response.session_id == 0
    assert len(under_test) == 0


@pytest.mark.point(49)
def test_incremental_fetch_reads_everything_but_tells_only_news() -> None:
    under_test = sessions()
    session_id = answered(scope_of(under_test, asking(0, 1)), p0=0, p1=0).session_id

    scope = scope_of(under_test, asking(session_id=session_id, epoch=1))

    assert read_indexes(scope) == [0, 1]
    assert told_indexes(answered(scope, p0=0, p1=7)) == [1]


@pytest.mark.point(49)
def test_partition_with_an_error_is_told_again_after_it() -> None:
    under_test = sessions()
    session_id = answered(scope_of(under_test, asking(0)), p0=5).session_id
    scope = scope_of(under_test, asking(session_id=session_id, epoch=1))
    failed = PartitionData(0, ErrorCode.KAFKA_STORAGE_ERROR, high_watermark=5, log_start_offset=0)
    scope.finish(FetchResponse(responses=[FetchableTopicResponse("orders", ORDERS_ID, [failed])]))

    scope = scope_of(under_test, asking(session_id=session_id, epoch=2))

    assert told_indexes(answered(scope, p0=5)) == [0]


def test_partition_that_returned_records_goes_to_the_end() -> None:
    under_test = sessions()
    scope = scope_of(under_test, asking(0, 1, 2))
    served = PartitionData(0, high_watermark=1, log_start_offset=0, records=b"batch")
    response = FetchResponse(responses=[FetchableTopicResponse("orders", ORDERS_ID, [served])])
    scope.finish(response)

    again = scope_of(under_test, asking(session_id=response.session_id, epoch=1))

    assert read_indexes(again) == [1, 2, 0]


def test_incremental_fetch_changes_adds_and_forgets() -> None:
    under_test = sessions()
    session_id = answered(scope_of(under_test, asking(0, 1)), p0=0, p1=0).session_id

    scope = scope_of(
        under_test, asking(1, 2, session_id=session_id, epoch=1, offset=50, forget=(0,))
    )

    assert read_indexes(scope) == [1, 2]
    assert {asked.fetch_offset for topic in scope.topics for asked in topic.partitions} == {50}


@pytest.mark.point(48)
def test_unknown_session_is_told_so() -> None:
    found = sessions().scope(asking(session_id=77, epoch=3), BY_NAME, 0.0)

    assert found is ErrorCode.FETCH_SESSION_ID_NOT_FOUND


@pytest.mark.point(48)
def test_unexpected_epoch_is_refused() -> None:
    under_test = sessions()
    session_id = answered(scope_of(under_test, asking(0)), p0=0).session_id

    found = under_test.scope(asking(session_id=session_id, epoch=2), BY_NAME, 0.0)

    assert found is ErrorCode.INVALID_FETCH_SESSION_EPOCH


def test_epoch_wraps_to_one() -> None:
    session = FetchSession(7, has_topic_ids=False, now_s=0.0)
    session.epoch = 2**31 - 1

    session.advance(1.0)

    assert session.epoch == 1


@pytest.mark.point(50)
def test_session_of_names_cannot_go_on_with_ids() -> None:
    under_test = sessions()
    session_id = answered(scope_of(under_test, asking(0)), p0=0).session_id

    found = under_test.scope(asking(session_id=session_id, epoch=1), BY_ID, 0.0)

    assert found is ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR


def test_session_in_use_is_not_evicted_for_a_new_one() -> None:
    under_test = sessions(slots=1)
    first = answered(scope_of(under_test, asking(0), now_s=0.0), p0=0).session_id

    refused = answered(scope_of(under_test, asking(0), now_s=EVICTION_SECONDS_MIN - 1), p0=0)

    assert refused.session_id == 0
    assert scope_of(under_test, asking(session_id=first, epoch=1))


def test_session_unused_for_long_makes_room() -> None:
    under_test = sessions(slots=1)
    first = answered(scope_of(under_test, asking(0), now_s=0.0), p0=0).session_id

    second = answered(scope_of(under_test, asking(0), now_s=EVICTION_SECONDS_MIN), p0=0).session_id

    assert second not in (0, first)
    assert len(under_test) == 1


def test_no_session_for_more_partitions_than_all_sessions_may_follow() -> None:
    under_test = sessions()

    response = answered(scope_of(under_test, asking(*range(FOLLOWED_PARTITIONS_MAX + 1))), p0=0)

    assert response.session_id == 0


@pytest.mark.point(48)
def test_without_slots_there_are_no_sessions() -> None:
    assert answered(scope_of(sessions(slots=0), asking(0)), p0=0).session_id == 0


def test_session_that_grows_beyond_what_all_sessions_may_follow_is_over() -> None:
    """The client begins anew without one, and the others have room again."""
    under_test = sessions()
    half = FOLLOWED_PARTITIONS_MAX // 2
    growing = answered(scope_of(under_test, asking(*range(half))), p0=0).session_id
    other = answered(scope_of(under_test, asking(0)), p0=0).session_id

    more = asking(*range(half, 2 * half), session_id=growing, epoch=1)

    assert under_test.scope(more, BY_NAME, 0.0) is ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    assert scope_of(under_test, asking(*range(half), session_id=other, epoch=1))
    assert len(under_test) == 1


@pytest.mark.parametrize("epoch", [-1, 0])
def test_full_fetch_reads_a_partition_once_as_named_last_and_groups_neighbours(epoch: int) -> None:
    """Some clients name a topic once for each of its partitions."""
    named = [("a", 0, 1), ("a", 1, 2), ("b", 0, 3), ("a", 0, 4), ("a", 2, 5)]
    topics = [
        FetchTopic(name, partitions=[FetchPartition(index, fetch_offset=offset)])
        for name, index, offset in named
    ]

    scope = scope_of(sessions(), FetchRequest(session_epoch=epoch, topics=topics))

    assert [
        (topic.topic, [(each.partition, each.fetch_offset) for each in topic.partitions])
        for topic in scope.topics
    ] == [("a", [(0, 4), (1, 2)]), ("b", [(0, 3)]), ("a", [(2, 5)])]


def test_full_fetch_that_names_a_partition_twice_in_one_entry_reads_it_once() -> None:
    twice = [FetchPartition(0, fetch_offset=7), FetchPartition(0, fetch_offset=9)]

    scope = scope_of(
        sessions(), FetchRequest(session_epoch=-1, topics=[FetchTopic("a", partitions=twice)])
    )

    assert [(topic.topic, topic.partitions) for topic in scope.topics] == [("a", twice[1:])]
