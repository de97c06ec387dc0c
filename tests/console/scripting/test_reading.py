"""Readings of tables: what is old or missing in them is said, and never taken for something new."""

import pytest

from console.model.group import GroupState
from console.model.lag import LossKind, OutlookKind
from console.port.errors import Failed, NotFound, Unreachable
from console.port.source import Source
from console.scripting.cluster_tables import BROKERS
from console.scripting.fields import RowT
from console.scripting.group_tables import GROUPS, LAG
from console.scripting.reading import TableReader
from console.scripting.table import Place, Table
from engine.config.load import Document
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

AN_HOUR_S = 3_600.0


@pytest.fixture
def cluster() -> FakeCluster:
    """`billing` and `mails` have read 40 of 100, each with a coordinator of its own."""
    cluster = FakeCluster(FakeClock(), nodes=2)
    cluster.world.add_topic("orders", 2, end=100)
    for number, name in enumerate(("billing", "mails"), 1):
        group = cluster.world.add_group(name, "orders", committed=40, members=0)
        group.state, group.coordinator = GroupState.EMPTY, number
    return cluster


def reader(cluster: FakeCluster, table: Table[RowT], *names: str) -> TableReader[RowT]:
    source = Source(cluster, cluster, cluster.world.clock)
    return TableReader(Place(cluster, source, Document(), frozenset(names)), table)


async def test_a_coordinator_that_loads_is_given_time_between_the_tries(
    cluster: FakeCluster,
) -> None:
    """It says at once that it loads: three questions in a row would be one."""
    cluster.fail("list_groups", Failed("COORDINATOR_LOAD_IN_PROGRESS", "it is loading"))
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            cluster.fail("list_groups", None)

    source = Source(cluster, cluster, cluster.world.clock)
    place = Place(cluster, source, Document(), pause=pause)
    reading = await TableReader(place, GROUPS).read()

    assert [row.name for row in reading.rows] == ["billing", "mails"]
    first, second = pauses
    assert 0 < first < second


def told_of(table: Table[RowT], row: RowT, name: str) -> object:
    (field,) = [each for each in table.fields if each.name == name]
    return field.value(row)


async def test_a_whole_reading_has_no_remark(cluster: FakeCluster) -> None:
    reading = await reader(cluster, LAG).read()
    assert (len(reading.rows), reading.remark) == (4, "")


async def expired_unread(cluster: FakeCluster) -> list[object]:
    """What one reading of groups, and one of their partitions, tells that retention took."""
    groups, partitions = reader(cluster, GROUPS), reader(cluster, LAG)
    return [
        *(told_of(GROUPS, row, "expired_unread") for row in (await groups.read()).rows),
        *(told_of(LAG, row, "expired_unread") for row in (await partitions.read()).rows),
    ]


async def test_one_reading_tells_where_logs_start_and_what_retention_took(
    cluster: FakeCluster,
) -> None:
    """Method: nothing was taken at first, then 25 records behind the 40 of each partition."""
    assert await expired_unread(cluster) == [0] * 6
    for partition in cluster.world.topics["orders"].partitions:
        partition.start = 65
    assert await expired_unread(cluster) == [50, 50, 25, 25, 25, 25]
    (row, *_) = (await reader(cluster, LAG).read()).rows
    told = [told_of(LAG, row, name) for name in ("log_start", "lag", "loss_s")]
    assert told == [65, 35, 0.0]


async def test_what_retention_took_is_unknown_where_it_is_not_told_where_logs_start(
    cluster: FakeCluster,
) -> None:
    cluster.fail("start_offsets", Unreachable("nobody listens"))
    assert await expired_unread(cluster) == [None] * 6


async def test_when_retention_takes_what_is_unread_is_told_while_watched(
    cluster: FakeCluster,
) -> None:
    """The reader stands, and its next record was written just before."""
    groups = reader(cluster, GROUPS, "billing")
    for _ in range(4):
        (group,) = (await groups.read()).rows
        cluster.world.clock.advance(30.0)
    assert group.outlook.kind is OutlookKind.STOPPED
    assert group.loss.kind is LossKind.IN_TIME
    assert told_of(GROUPS, group, "loss_s") == pytest.approx(7 * 24 * AN_HOUR_S, rel=0.05)


async def test_groups_that_may_be_missing_are_told(cluster: FakeCluster) -> None:
    cluster.world.silent.add(2)
    reading = await reader(cluster, LAG).read()
    assert {row.group for row in reading.rows} == {"billing"}
    assert "broker 2 does not answer: kafka-2:9092 refused the connection" in reading.remark
    assert "may be missing" in reading.remark


async def test_figures_of_before_are_told_to_be_old(cluster: FakeCluster) -> None:
    groups = reader(cluster, GROUPS, "mails")
    assert (await groups.read()).remark == ""
    cluster.world.silent.add(2)
    cluster.world.clock.advance(AN_HOUR_S)
    reading = await groups.read()
    assert [row.lag_total.amount for row in reading.rows] == [120]
    assert "group mails cannot be read: kafka-2:9092 refused the connection" in reading.remark


async def test_what_befalls_other_groups_is_no_matter(cluster: FakeCluster) -> None:
    cluster.world.silent.add(2)
    assert (await reader(cluster, GROUPS, "billing").read()).remark == ""


async def test_a_group_that_may_only_be_out_of_sight_is_not_said_to_be_none(
    cluster: FakeCluster,
) -> None:
    with pytest.raises(NotFound, match="there is no group nobody"):
        await reader(cluster, GROUPS, "nobody").read()
    cluster.world.silent.add(2)
    with pytest.raises(Unreachable, match="group mails cannot be found, and broker 2 does not"):
        await reader(cluster, GROUPS, "mails").read()


async def test_brokers_have_their_rates_from_the_second_reading_on(cluster: FakeCluster) -> None:
    cluster.world.set_rate("orders", 50.0)
    brokers = reader(cluster, BROKERS)
    first = (await brokers.read()).rows
    cluster.world.clock.advance(10.0)
    second = (await brokers.read()).rows
    assert [told_of(BROKERS, row, "messages_per_s") for row in first] == [None, None]
    rates = [told_of(BROKERS, row, "messages_per_s") for row in second]
    assert rates == [pytest.approx(50.0, rel=0.1)] * 2
    assert all(told_of(BROKERS, row, "bytes_per_s") for row in second)
