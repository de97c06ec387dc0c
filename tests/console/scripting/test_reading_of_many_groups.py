"""Tables of more groups than a screen follows at a time: what is printed is whole."""

from typing import Any

import pytest

from console.model.group import GroupState
from console.model.names import TopicPartition
from console.port.source import Source
from console.sampling.followed import GROUPS_FOLLOWED_MAX
from console.sampling.follower import AGES_PER_ROUND
from console.scripting.reading import TableReader
from console.scripting.table import Place
from console.scripting.tables import TABLES
from engine.config.load import Document
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow

COUNT = GROUPS_FOLLOWED_MAX + 10
assert COUNT > AGES_PER_ROUND


class PassingClock(FakeClock):
    """Time passes whenever it is looked at: totals are made once for each moment."""

    def wall_ms(self) -> int:
        self.wall += 1
        return self.wall


@pytest.fixture
def place() -> Place:
    """A topic of many partitions, each read by one group that is 40 records behind."""
    cluster = FakeCluster(PassingClock())
    cluster.world.add_topic("orders", COUNT, end=100)
    for number in range(COUNT):
        group = cluster.world.add_group(f"g-{number:03d}", members=0, state=GroupState.EMPTY)
        group.committed = {TopicPartition("orders", number): Flow(60)}
    return Place(cluster, Source(cluster, cluster, cluster.world.clock), Document())


async def rows(place: Place, name: str) -> list[dict[str, Any]]:
    table = TABLES[name]
    reading = await TableReader(place, table).read()
    assert reading.remark == ""
    return [{field.name: field.value(row) for field in table.fields} for row in reading.rows]


async def test_every_group_has_its_lag_and_the_age_of_what_it_has_not_read(place: Place) -> None:
    found = await rows(place, "groups")
    assert len(found) == COUNT
    assert {row["lag"] for row in found} == {40}
    assert all(row["age_s"] is not None for row in found)


async def test_topics_and_totals_have_the_lag_of_every_group(place: Place) -> None:
    (topic,) = await rows(place, "topics")
    assert topic["lag"] == 40
    assert len(topic["groups"]) == COUNT
    (totals,) = await rows(place, "totals")
    assert (totals["lag"], totals["unknown"]) == (40 * COUNT, 0)


@pytest.mark.parametrize("name", ["groups", "lag", "readers"])
async def test_what_compares_readings_is_told_by_one_where_the_help_says_so(
    place: Place, name: str
) -> None:
    assert isinstance(place.cluster, FakeCluster)
    place.cluster.world.groups["g-000"].committed = {TopicPartition("orders", 0): Flow(100)}
    table = TABLES[name]
    assert table.at_once == "where `lag` is 0"
    found = {
        row["group"]: [row[each] for each in table.over_time] for row in await rows(place, name)
    }
    assert found.pop("g-000") == ["ok", "caught up"][: len(table.over_time)]
    assert {told for row in found.values() for told in row} == {"unknown"}
