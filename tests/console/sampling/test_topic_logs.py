"""What is asked of a cluster about one topic's logs, and what is made of the answers."""

import pytest

from console.model.figures import Known, Unknown
from console.model.partition_log import PartitionLog, Rolling
from console.port.errors import ClusterError, NotFound, Refused, Unreachable
from console.port.readings import SegmentReading
from console.sampling.topic_logs import PROBES, TopicLogs
from tests.support.clock import FakeClock
from tests.support.cluster_stages import key
from tests.support.fake_cluster import RECORD_BYTES, FakeCluster
from tests.support.fake_world import RECORD_MS

END = 1_000


def arranged(partitions: int = 2, nodes: int = 1) -> tuple[FakeCluster, TopicLogs]:
    """A record each second up to now."""
    clock = FakeClock()
    cluster = FakeCluster(clock, nodes=nodes)
    configs = {"retention.ms": "600000", "segment.bytes": str(100 * RECORD_BYTES)}
    topic = cluster.world.add_topic("orders", partitions, end=END, configs=configs)
    now_ms = topic.partitions[0].created_ms + END * RECORD_MS
    return cluster, TopicLogs(cluster, "orders", partitions, now_ms)


def known(logs: TopicLogs, partition: int = 0) -> PartitionLog:
    found = logs.logs[partition]
    assert isinstance(found, Known)
    return found.value


async def test_a_log_has_its_bounds_its_size_and_its_times() -> None:
    _, logs = arranged()
    await logs.read()
    log = known(logs)
    assert (log.start, log.end, log.size_bytes) == (0, END, END * RECORD_BYTES)
    assert not log.are_told
    assert [each.records for each in log.segments] == [100] * 10
    newest = log.times.newest_before(END)
    assert newest is not None
    assert newest == pytest.approx(logs.now_ms - RECORD_MS, abs=RECORD_MS)


async def test_the_requests_do_not_grow_with_the_partitions() -> None:
    cluster, logs = arranged(partitions=50)
    await logs.read()
    assert cluster.calls.count("offsets_at") == PROBES + 1


async def test_a_moment_is_looked_up_once_and_then_known() -> None:
    cluster, logs = arranged()
    await logs.read()
    before = cluster.calls.count("offsets_at")
    moment = logs.now_ms - 123 * RECORD_MS
    assert not logs.has_looked_up(moment)
    await logs.look_up(moment)
    await logs.look_up(moment)
    assert cluster.calls.count("offsets_at") == before + 1
    assert logs.has_looked_up(moment)
    assert known(logs).times.first_since(moment, start=0, end=END) == END - 123


async def test_segments_that_the_cluster_tells_are_taken() -> None:
    cluster, logs = arranged()
    told = (SegmentReading(0, 700), SegmentReading(400, 300))
    cluster.told_segments = {key("orders", 0): told, key("orders", 1): ()}
    await logs.read()
    log = known(logs)
    assert log.are_told
    assert [(each.base_offset, each.end_offset) for each in log.segments] == [(0, 400), (400, END)]
    assert log.size_bytes == 1_000
    assert not known(logs, 1).are_told


async def test_the_times_that_segments_begin_with_are_taken() -> None:
    """Those of the middle of a second no look-up by time would find."""
    cluster, logs = arranged()
    at_ms = logs.now_ms - 600 * RECORD_MS - 123
    told = (SegmentReading(0, 700, None), SegmentReading(400, 300, at_ms))
    cluster.told_segments = {key("orders", 0): told}
    await logs.read()
    log = known(logs)
    assert log.times.is_told(401)
    assert log.times.newest_before(401) == pytest.approx(at_ms, abs=RECORD_MS)


async def test_a_policy_is_what_the_topic_says_with_what_is_wished() -> None:
    _, logs = arranged()
    await logs.read()
    assert logs.policy().retention_ms == 600_000
    assert logs.policy({"retention.ms": "-1"}).retention_ms == -1
    with pytest.raises(ClusterError, match="not readable"):
        logs.policy({"retention.ms": "long"})


async def test_segments_that_begin_behind_the_log_start_are_not_believed() -> None:
    cluster, logs = arranged()
    cluster.told_segments = {key("orders", 0): (SegmentReading(400, 300),)}
    await logs.read()
    assert not known(logs).are_told


async def test_the_configuration_says_when_segments_end() -> None:
    cluster, logs = arranged()
    assert logs.rolling == Rolling()
    await logs.read()
    assert logs.rolling == Rolling(segment_bytes=100 * RECORD_BYTES)
    assert logs.configs["retention.ms"].value == "600000"
    assert cluster.calls[0] == "topic_configs"


async def test_an_empty_topic_is_known_to_be_empty() -> None:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 1)
    logs = TopicLogs(cluster, "orders", 1, 1_000_000)
    await logs.read()
    assert known(logs).records == 0
    await logs.look_up(5)
    assert logs.has_looked_up(5)
    assert "offsets_at" not in cluster.calls


async def test_sizes_that_may_not_be_seen_stay_unknown() -> None:
    cluster, logs = arranged()
    cluster.fail("directories", Refused("this user may not see disks"))
    await logs.read()
    assert known(logs).size_bytes is None


async def test_a_broker_that_does_not_answer_leaves_its_partitions_unknown() -> None:
    cluster, logs = arranged(partitions=2, nodes=2)
    cluster.world.silent.add(2)
    await logs.read()
    assert isinstance(logs.logs[0], Known)
    assert isinstance(logs.logs[1], Unknown)


async def test_an_error_of_all_offsets_leaves_every_partition_unknown() -> None:
    cluster, logs = arranged()
    cluster.fail("end_offsets", Unreachable("no broker can be reached"))
    await logs.read()
    assert logs.logs == dict.fromkeys(range(2), Unknown("no broker can be reached"))


async def test_times_that_cannot_be_had_leave_the_partition_unknown() -> None:
    cluster, logs = arranged()
    cluster.fail("offsets_at", Unreachable("gone"))
    await logs.read()
    assert logs.logs[0] == Unknown("gone")


async def test_a_topic_that_is_not_there_is_an_error() -> None:
    logs = TopicLogs(FakeCluster(FakeClock()), "nothing", 1, 1)
    with pytest.raises(NotFound):
        await logs.read()
