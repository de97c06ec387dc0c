"""The logs of a topic of the sample snapshots, for a cluster in memory to tell of."""

from typing import Any

from textual.app import App

from tests.support.fake_cluster import RECORD_BYTES, FakeCluster
from tests.support.fake_world import RECORD_MS, Flow
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.waiting import until

TOPIC = "orders.fulfilled"
PARTITIONS = 48
KEPT = 600


def sample_logs(cluster: FakeCluster) -> None:
    """Ten minutes in each partition, a record a second, in segments of 100 records."""
    configs = {"retention.ms": "900000", "segment.bytes": str(100 * RECORD_BYTES)}
    topic = cluster.world.add_topic(TOPIC, PARTITIONS, configs=configs)
    for index, partition in enumerate(topic.partitions):
        end = 4_000_000 + 31_337 * index
        partition.end, partition.start = Flow(end), end - KEPT
        partition.created_ms = NOW_MS - end * RECORD_MS


async def logs_read(app: App[Any]) -> None:
    """Wait until a form has read what it asked for, and drawn it."""
    await until(
        lambda: all(each.is_finished for each in app.workers if each.group.startswith("what-if"))
    )
    await at_rest(app)
