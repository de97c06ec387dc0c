"""What the tables of the cluster as a whole tell, and what they cannot."""

import pytest

from console.model.group import GroupState
from console.port.capabilities import ENGINE, Capabilities
from console.port.readings import MetricSample
from console.port.source import Source
from console.scripting.cluster_tables import HEALTH
from console.scripting.reading import LOOKS_APART_S, TableReader
from console.scripting.table import Place
from engine.config.load import Document
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

NO_METRICS = (
    "damage on disk and slow writes are not known: this broker tells no metrics "
    "(metrics.listen under [engine] of its configuration)"
)
COMPARES = "--watch 1 compares several"


async def untold(mode: str, *behind: str, tells_vitals: bool = False) -> tuple[str, ...]:
    """What a single look at the health of a cluster with groups that are behind does not tell."""
    cluster = FakeCluster(FakeClock())
    cluster.offered = Capabilities(mode=mode, lists_groups=True, tells_vitals=tells_vitals)
    cluster.world.add_topic("orders", 1, end=5)
    for name in behind:
        group = cluster.world.add_group(name, "orders", committed=2, members=0)
        group.state = GroupState.EMPTY
    source = Source(cluster, cluster, cluster.world.clock)
    return (await TableReader(Place(cluster, source, Document()), HEALTH).read()).untold


@pytest.mark.parametrize(("mode", "told"), [(ENGINE, (NO_METRICS,)), ("KRaft", ())])
async def test_only_a_broker_of_ours_could_tell_of_damage(mode: str, told: tuple[str]) -> None:
    assert await untold(mode) == told


async def test_a_broker_that_tells_its_metrics_leaves_nothing_untold() -> None:
    assert await untold(ENGINE, tells_vitals=True) == ()


@pytest.mark.parametrize("tells_vitals", [True, False])
async def test_metrics_are_looked_at_twice_so_that_a_slow_disk_is_told(tells_vitals: bool) -> None:
    clock = FakeClock()
    cluster = FakeCluster(clock)
    cluster.offered = Capabilities(mode=ENGINE, tells_vitals=tells_vitals)
    cluster.metric_samples = flushes(1, 0.1)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(seconds)
        cluster.metric_samples = flushes(2, 1.1)

    place = Place(cluster, Source(cluster, cluster, clock), Document(), pause=pause)
    reader = TableReader(place, HEALTH)
    codes = [row.code for row in (await reader.read()).rows]
    await reader.read()

    assert codes == (["slow-disk"] if tells_vitals else [])
    assert pauses == ([LOOKS_APART_S] if tells_vitals else [])


def flushes(count: int, seconds: float) -> tuple[MetricSample, ...]:
    """The metrics of an engine that has written to its disk so often, so long in all."""
    name = "kconsole_sync_seconds"
    return (
        MetricSample(f"{name}_bucket", {"le": "+Inf"}, count),
        MetricSample(f"{name}_count", {}, count),
        MetricSample(f"{name}_sum", {}, seconds),
    )


@pytest.mark.parametrize(
    ("behind", "whom"),
    [(("billing",), "billing"), (("billing", "mails"), "billing and 1 more")],
)
async def test_whether_groups_keep_up_takes_several_looks(
    behind: tuple[str, ...], whom: str
) -> None:
    (said,) = await untold("KRaft", *behind)
    assert said == f"unknown from one reading: whether groups keep up ({whom}); {COMPARES}"
