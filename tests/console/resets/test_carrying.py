"""A plan is carried out as it was shown, or not at all; what is refused is told by partition."""

import pytest

from console.model.names import TopicPartition
from console.port.errors import Failed, GroupIsActive, TimedOut, Unreachable
from console.resets.carrying import HasMoved, carry_out
from console.resets.drafting import CannotPlan
from tests.console.resets.test_drafting import ONE, TWO, cluster_at_rest, draft_of
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow


def positions(cluster: FakeCluster) -> dict[TopicPartition, int]:
    return {key: flow.at(0) for key, flow in cluster.world.groups["billing"].committed.items()}


async def test_only_what_moves_is_committed() -> None:
    cluster = cluster_at_rest()
    cluster.world.groups["billing"].committed[TWO] = Flow(10)
    outcome = await carry_out(await draft_of(cluster, "earliest"), cluster, cluster)
    assert outcome == {ONE: None}
    assert positions(cluster) == {ONE: 10, TWO: 10}


async def test_members_that_came_since_the_preview_stop_it() -> None:
    cluster = cluster_at_rest()
    draft = await draft_of(cluster, "earliest")
    assert not draft.hindrance
    committed = cluster.world.groups["billing"].committed
    cluster.world.add_group("billing", "orders", committed=None, members=1).committed = committed
    with pytest.raises(GroupIsActive, match="billing-0"):
        await carry_out(draft, cluster, cluster)
    assert positions(cluster) == {ONE: 40, TWO: 40}
    assert "set_offsets" not in cluster.calls


async def test_a_group_that_moved_since_the_preview_stops_it() -> None:
    cluster = cluster_at_rest()
    draft = await draft_of(cluster, "earliest")
    cluster.world.groups["billing"].committed[TWO] = Flow(41)
    with pytest.raises(HasMoved):
        await carry_out(draft, cluster, cluster)
    assert positions(cluster) == {ONE: 40, TWO: 41}


async def test_records_that_came_since_the_preview_change_nothing() -> None:
    cluster = cluster_at_rest()
    draft = await draft_of(cluster, "latest")
    cluster.world.topics["orders"].partitions[0].end = Flow(500)
    await carry_out(draft, cluster, cluster)
    assert positions(cluster) == {ONE: 100, TWO: 100}


@pytest.mark.parametrize("operation", ["describe_groups", "committed"])
async def test_without_another_look_nothing_is_changed(operation: str) -> None:
    cluster = cluster_at_rest()
    draft = await draft_of(cluster, "earliest")
    cluster.fail(operation, Unreachable("no broker answers"))
    with pytest.raises(CannotPlan, match="nothing was changed: no broker answers"):
        await carry_out(draft, cluster, cluster)
    assert positions(cluster) == {ONE: 40, TWO: 40}


async def test_a_silence_is_told_as_one() -> None:
    cluster = cluster_at_rest()
    draft = await draft_of(cluster, "earliest")
    cluster.fail("set_offsets", TimedOut("no answer"))
    with pytest.raises(TimedOut):
        await carry_out(draft, cluster, cluster)


async def test_each_partition_has_an_end_of_its_own() -> None:
    cluster = cluster_at_rest()
    busy = Failed("COORDINATOR_LOAD_IN_PROGRESS", "The coordinator is loading")
    cluster.world.refusing[TWO] = busy
    outcome = await carry_out(await draft_of(cluster, "earliest"), cluster, cluster)
    assert outcome == {ONE: None, TWO: busy}
    assert positions(cluster) == {ONE: 10, TWO: 40}
