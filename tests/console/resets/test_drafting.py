"""A plan is made of what the cluster says at the moment, and says what it could not be told."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.model.figures import Unknown
from console.model.group import GroupState
from console.model.names import TopicPartition
from console.port.errors import Unreachable
from console.resets.aim import parse_aim
from console.resets.drafting import CannotPlan, Draft, Wish, drafted, layout_for
from console.resets.extent import EVERYTHING, parse_extent
from console.resets.plan import Clamp
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

ONE, TWO, THREE = (TopicPartition("orders", index) for index in range(3))


def cluster_at_rest() -> FakeCluster:
    """`billing` without members, at 40 of 100 in two of three partitions; 10 records are gone."""
    cluster = FakeCluster(FakeClock(), nodes=3)
    topic = cluster.world.add_topic("orders", 3, end=100)
    for partition in topic.partitions:
        partition.start = 10
    group = cluster.world.add_group("billing", "orders", committed=40, members=0)
    group.state = GroupState.EMPTY
    del group.committed[THREE]
    return cluster


async def draft_of(cluster: FakeCluster, to: str, scope: str = "all") -> Draft:
    aim = parse_aim(to, cluster.world.clock.wall_ms())
    return await drafted(Wish("billing", "classic", aim, parse_extent(scope)), cluster)


async def test_all_means_where_there_is_a_position_and_what_it_leaves_out_is_known() -> None:
    cluster = cluster_at_rest()
    wish = Wish("billing", "classic", parse_aim("earliest", 0), EVERYTHING)
    layout = await layout_for([wish], cluster)
    assert (await drafted(wish, cluster, layout)).left_out == (THREE,)
    named = replace(wish, extent=parse_extent("orders"))
    assert await layout_for([named], cluster) is None
    assert (await drafted(named, cluster, layout)).left_out == ()


async def moves(
    cluster: FakeCluster, to: str, scope: str = "all"
) -> dict[TopicPartition, int | Unknown]:
    return {row.key: row.new for row in (await draft_of(cluster, to, scope)).plan.rows}


@pytest.mark.parametrize(
    ("to", "new"),
    [
        ("earliest", 10),
        ("latest", 100),
        ("end-30", 70),
        ("50", 50),
        ("5", 10),
        ("5000", 100),
        ("+7", 47),
        ("-7", 33),
        ("2023-11-14 22:14:20+00:00", 60),
        ("2099-01-01", 100),
    ],
)
async def test_every_way_to_say_where_to(to: str, new: int) -> None:
    assert await moves(cluster_at_rest(), to) == {ONE: new, TWO: new}


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        ("all", [ONE, TWO]),
        ("orders", [ONE, TWO, THREE]),
        ("orders:2,0", [ONE, THREE]),
    ],
)
async def test_every_way_to_say_which(scope: str, keys: list[TopicPartition]) -> None:
    assert list(await moves(cluster_at_rest(), "earliest", scope)) == keys


async def test_a_time_without_later_records_is_said_to_be_the_end() -> None:
    plan = (await draft_of(cluster_at_rest(), "2099-01-01")).plan
    assert {row.clamp for row in plan.rows} == {Clamp.NOTHING_LATER}


async def test_positions_of_another_group_are_taken_over_where_it_has_some() -> None:
    cluster = cluster_at_rest()
    other = cluster.world.add_group("fraud", "orders", committed=77)
    del other.committed[TWO]
    none = Unknown("fraud has no position there")
    assert await moves(cluster, "group fraud") == {ONE: 77, TWO: none, THREE: 77}
    with pytest.raises(CannotPlan, match="nobody has no positions"):
        await draft_of(cluster, "group nobody")


async def test_positions_of_a_file_are_taken_over_within_the_scope(tmp_path: Path) -> None:
    file = tmp_path / "positions.csv"
    file.write_text("orders,0,50\norders,2,9999\nmails,0,1\n")
    cluster = cluster_at_rest()
    gone = Unknown("there is no partition mails-0")
    assert await moves(cluster, f"file {file}", "orders") == {ONE: 50, THREE: 100}
    assert (await moves(cluster, f"file {file}"))[TopicPartition("mails", 0)] == gone
    with pytest.raises(CannotPlan, match="the file has nothing for orders:1"):
        await draft_of(cluster, f"file {file}", "orders:1")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: No such file"), ("orders,0\n", "line 1: expected")],
)
async def test_a_file_that_is_of_no_use_says_why(
    tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "positions.csv"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CannotPlan, match=said):
        await draft_of(cluster_at_rest(), f"file {file}")


@pytest.mark.parametrize(
    ("scope", "said"),
    [("gone", "there is no topic gone"), ("all", "billing has no positions: name a topic")],
)
async def test_nothing_to_reset_is_told(scope: str, said: str) -> None:
    cluster = cluster_at_rest()
    cluster.world.groups["billing"].committed.clear()
    with pytest.raises(CannotPlan, match=said):
        await draft_of(cluster, "earliest", scope)


async def test_partitions_of_a_broker_that_is_down_stay_and_say_why() -> None:
    cluster = cluster_at_rest()
    cluster.world.silent.add(2)
    plan = (await draft_of(cluster, "earliest", "orders")).plan
    down = Unknown("kafka-2:9092 refused the connection")
    assert [row.new for row in plan.rows] == [10, down, 10]


async def test_a_coordinator_that_is_down_leaves_nothing_to_plan() -> None:
    cluster = cluster_at_rest()
    cluster.world.silent.add(1)
    with pytest.raises(Unreachable):
        await draft_of(cluster, "earliest")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "billing-0 (10.0.0.1) reads with these positions; stop it first"),
        (2, "billing-0 (10.0.0.1), billing-1 (10.0.0.1) read with these positions; stop them"),
        (7, "billing-4 (10.0.0.1) and 2 more read with these positions; stop them first"),
    ],
)
async def test_members_are_named_while_they_read(count: int, said: str) -> None:
    cluster = cluster_at_rest()
    cluster.world.add_group("billing", "orders", committed=40, members=count)
    draft = await draft_of(cluster, "earliest")
    assert said in draft.hindrance
    assert draft.plan.changes == {ONE: 10, TWO: 10, THREE: 10}


async def test_a_group_between_two_crews_is_not_at_rest() -> None:
    cluster = cluster_at_rest()
    cluster.world.groups["billing"].state = GroupState.PREPARING
    assert "PreparingRebalance" in (await draft_of(cluster, "earliest")).hindrance
    cluster.world.groups["billing"].state = GroupState.DEAD
    assert (await draft_of(cluster, "earliest")).hindrance == ""


async def test_share_groups_are_not_reset_this_way() -> None:
    wish = Wish("billing", "share", parse_aim("earliest", 0), parse_extent("all"))
    with pytest.raises(CannotPlan, match="share group"):
        await drafted(wish, cluster_at_rest())


async def test_positions_are_read_before_the_ends_of_the_logs() -> None:
    cluster = cluster_at_rest()
    await draft_of(cluster, "latest")
    assert cluster.calls.index("committed") < cluster.calls.index("end_offsets")


async def test_several_topics_and_partitions_are_planned_at_once() -> None:
    cluster = cluster_at_rest()
    cluster.world.add_topic("mails", 2, end=7)
    assert await moves(cluster, "latest", "mails orders:1") == {
        TopicPartition("mails", 0): 7,
        TopicPartition("mails", 1): 7,
        TWO: 100,
    }
    with pytest.raises(CannotPlan, match="there is no topic nowhere"):
        await draft_of(cluster, "latest", "orders:0 nowhere")


async def test_partition_that_is_not_there_is_not_planned() -> None:
    with pytest.raises(CannotPlan, match="orders has no partition 9"):
        await draft_of(cluster_at_rest(), "latest", "orders:0,9")
