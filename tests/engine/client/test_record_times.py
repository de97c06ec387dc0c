"""Times of records: whatever the leaders' limits, each offset gets the time of its record."""

from collections.abc import Mapping, Sequence

import pytest

from engine.client.errors import BrokerError, Unsupported
from engine.client.record_times import NO_RECORD
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    PartitionData,
)
from engine.records.batch import read_header
from engine.records.builder import NewRecord, build_batch
from engine.records.control import ControlType, EndMarker, build_end_marker
from tests.support.scripted_cluster import ScriptedCluster

P0, P1, P2 = (TopicPartition("t", index) for index in range(3))
Logs = Mapping[TopicPartition, Sequence[bytes]]


def batch(base_offset: int, *times_ms: int, size_bytes: int = 1) -> bytes:
    records = [NewRecord(time_ms, None, b"x" * size_bytes) for time_ms in times_ms]
    return bytes(build_batch(records, base_offset=base_offset))


def marker(offset: int) -> bytes:
    made = build_end_marker(
        EndMarker(ControlType.COMMIT, 0), timestamp_ms=1, producer_id=7, producer_epoch=0
    )
    made[:8] = offset.to_bytes(8, "big")
    return bytes(made)


class Leader:
    """Answers from batches as KIP-74 has it; `asked` are the partitions of each request."""

    def __init__(self, logs: Logs) -> None:
        self.logs = logs
        self.asked: list[list[TopicPartition]] = []

    def answer(self, request: FetchRequest) -> FetchResponse:
        wanted = [
            (TopicPartition(topic.topic, each.partition), each.fetch_offset, each)
            for topic in request.topics
            for each in topic.partitions
        ]
        self.asked.append([key for key, _, _ in wanted])
        left, found = request.max_bytes, []
        for key, offset, each in wanted:
            log = self.logs[key]
            behind = [batch for batch in log if read_header(batch).last_offset >= offset]
            is_first = not any(answer.records for answer in found)
            data = b"".join(behind)[: max(0, min(each.partition_max_bytes, left))]
            if behind and len(data) < len(behind[0]):
                data = behind[0] if is_first else b""
            left -= len(data)
            end = read_header(log[-1]).last_offset + 1 if log else 0
            found.append(PartitionData(key.partition, high_watermark=end, records=data))
        return FetchResponse(responses=[FetchableTopicResponse("t", partitions=found)])


async def times_of(
    logs: Logs, wanted: Mapping[TopicPartition, Sequence[int]]
) -> tuple[object, Leader]:
    leader = Leader(logs)
    async with ScriptedCluster(1, {"t": [1, 1, 1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = leader.answer
        return await client.record_times.find(wanted), leader


async def test_offsets_that_lie_together_cost_one_answer() -> None:
    log = [batch(0, 100, 101, 102), batch(3, 103), batch(4, 104, 105)]
    found, leader = await times_of({P0: log}, {P0: [5, 0, 2, 3, 6, 9]})
    assert found == {P0: {0: 100, 2: 102, 3: 103, 5: 105, 6: NO_RECORD, 9: NO_RECORD}}
    assert len(leader.asked) == 1


@pytest.mark.parametrize("size_bytes", [1, 10_000, 100_000, 2_000_000])
async def test_each_partition_has_its_time_however_large_its_batches_are(size_bytes: int) -> None:
    logs = {key: [batch(0, 100 + key.partition, size_bytes=size_bytes)] for key in (P0, P1, P2)}
    found, _ = await times_of(logs, {P0: [0], P1: [0], P2: [0]})
    assert found == {P0: {0: 100}, P1: {0: 101}, P2: {0: 102}}


async def test_only_what_was_not_answered_is_asked_again() -> None:
    logs = {P0: [batch(0, 100)], P1: [batch(0, 101)], P2: [batch(0, 102, size_bytes=20_000)]}
    found, leader = await times_of(logs, {P0: [0], P1: [0], P2: [0]})
    assert found == {P0: {0: 100}, P1: {0: 101}, P2: {0: 102}}
    assert leader.asked == [[P0, P1, P2], [P2]]


async def test_offsets_far_apart_are_read_on_from_the_next_of_them() -> None:
    log = [batch(each, 100 + each, size_bytes=5_000) for each in range(30)]
    found, leader = await times_of({P0: log}, {P0: [1, 29]})
    assert found == {P0: {1: 101, 29: 129}}
    assert len(leader.asked) == 2


async def test_the_time_behind_markers_and_gaps_is_that_of_the_next_record() -> None:
    log = [batch(0, 100), marker(1), batch(4, 104), marker(5)]
    found, _ = await times_of({P0: log}, {P0: [1, 2, 5]})
    assert found == {P0: {1: 104, 2: 104, 5: NO_RECORD}}


async def test_records_behind_a_marker_that_fills_an_answer_are_found() -> None:
    log = [marker(0), batch(1, 101, size_bytes=9_000)]
    found, _ = await times_of({P0: log, P1: [batch(0, 7)]}, {P0: [0], P1: [0]})
    assert found == {P0: {0: 101}, P1: {0: 7}}


async def test_a_partition_that_is_damaged_takes_nothing_from_the_others() -> None:
    damaged = bytearray(batch(0, 100))
    damaged[-1] ^= 1
    old = bytearray(batch(0, 100))
    old[16] = 1
    logs = {P0: [bytes(damaged)], P1: [bytes(old)], P2: [batch(0, 102)]}
    found, _ = await times_of(logs, {P0: [0], P1: [0], P2: [0]})
    assert isinstance(found, dict)
    assert isinstance(found[P0], BrokerError)
    assert found[P0].code is ErrorCode.CORRUPT_MESSAGE
    assert isinstance(found[P1], Unsupported)
    assert found[P2] == {0: 102}


async def test_a_leader_that_gives_nothing_is_not_asked_for_ever() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        nothing = PartitionData(0, high_watermark=9, records=b"")
        cluster.nodes[1].script[FetchRequest] = FetchResponse(
            responses=[FetchableTopicResponse("t", partitions=[nothing])]
        )
        assert await client.record_times.find({P0: [0]}) == {P0: {}}
        assert len([a for a in cluster.nodes[1].asked if isinstance(a.message, FetchRequest)]) == 4


async def test_an_offset_that_nothing_but_markers_follows_is_given_up() -> None:
    log = [marker(each) for each in range(1_000)]
    found, leader = await times_of({P0: log}, {P0: [0]})
    assert found == {P0: {}}
    assert len(leader.asked) == 8


async def test_the_error_of_a_partition_is_its_answer() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        refused = PartitionData(0, error_code=int(ErrorCode.OFFSET_OUT_OF_RANGE), records=None)
        cluster.nodes[1].script[FetchRequest] = FetchResponse(
            responses=[FetchableTopicResponse("t", partitions=[refused])]
        )
        (answer,) = (await client.record_times.find({P0: [0]})).values()
        assert isinstance(answer, BrokerError)
        assert answer.code is ErrorCode.OFFSET_OUT_OF_RANGE
