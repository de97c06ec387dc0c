"""What one tick asks: all that was due when it began, once, and what follows from the answers."""

from collections import Counter

from console.model.figures import Total
from console.sampling.sampler import Sampler
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.watched_cluster import group_of


class SlowClock(FakeClock):
    """Every look at it takes most of a second: no answer comes within an interval."""

    def monotonic_s(self) -> float:
        self.advance(0.9)
        return super().monotonic_s()


async def test_a_tick_asks_once_even_where_answers_take_longer_than_an_interval() -> None:
    """Otherwise it would not end: while one round is awaited, another comes due."""
    cluster = FakeCluster(SlowClock())
    cluster.world.add_topic("orders", 1, end=100)
    cluster.world.add_group("billing", "orders", committed=60)
    sampler = Sampler(cluster, cluster.world.clock, name="test", interval_s=0.2)
    snapshot = await sampler.tick()
    assert group_of(snapshot, "billing").lag_total == Total(40)
    asked = Counter(cluster.calls)
    assert (asked["layout"], asked["committed"], asked["list_groups"]) == (1, 1, 1)
