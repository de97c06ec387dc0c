"""What one tick asks: all that was due when it began, once, and what follows from the answers."""

from collections import Counter

from console.model.figures import Known, Total
from console.model.section import Loading, content
from console.port.errors import Failed
from console.sampling.followed import GROUPS_FOLLOWED_MAX
from console.sampling.needs import View
from console.sampling.sampler import Sampler
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.watched_cluster import WatchedCluster, busy, group_of


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


async def test_one_tick_tells_the_whole_of_every_group() -> None:
    """Who is assigned what, where logs start, and what only the records themselves can tell."""
    watched = WatchedCluster()
    world = watched.world
    world.add_topic("orders", 2, end=100)
    world.topics["orders"].partitions[0].start = 10
    world.add_group("behind", "orders", committed=4)
    world.add_topic("done", 1, end=100)
    world.topics["done"].partitions[0].markers.add(99)
    world.add_group("at-a-marker", "done", committed=99)
    world.add_topic("empty", 1)
    world.add_group("waiting", "empty", committed=None)
    watched.need(View.GROUPS, View.LOSSES, is_whole=True)
    snapshot = await watched.tick()
    assert group_of(snapshot, "behind").lag_total == Total(90 + 96)
    assert group_of(snapshot, "behind").expired_unread == 6
    assert all(isinstance(row.age, Known) for row in group_of(snapshot, "behind").partitions)
    assert group_of(snapshot, "at-a-marker").lag_total == Total(0)
    assert group_of(snapshot, "waiting").lag_total == Total(0)
    assert max(Counter(watched.cluster.calls).values()) == 1


async def test_a_whole_picture_of_named_groups_reads_no_others() -> None:
    watched = WatchedCluster()
    watched.world.add_topic("orders", 1, end=100)
    for number in range(GROUPS_FOLLOWED_MAX + 10):
        watched.world.add_group(f"g-{number}", "orders", committed=60)
    watched.need(View.GROUPS, groups=frozenset({"g-7"}), is_whole=True)
    snapshot = await watched.tick()
    read = [group.name for group in content(snapshot.groups) or () if group.is_enriched]
    assert read == ["g-7"]
    watched.need(View.GROUPS, is_whole=True)
    groups = content((await watched.after(1)).groups) or ()
    assert all(group.is_enriched for group in groups)


async def test_groups_that_are_listed_at_the_second_try_are_whole_then() -> None:
    watched = busy()
    watched.need(View.GROUPS, is_whole=True)
    watched.cluster.fail("list_groups", Failed("COORDINATOR_LOAD_IN_PROGRESS", "it is loading"))
    assert isinstance((await watched.tick()).groups, Loading)
    watched.cluster.fail("list_groups", None)
    watched.sampler.refresh()
    assert group_of(await watched.tick(), "billing").lag_total == Total(120)
