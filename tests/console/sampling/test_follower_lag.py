"""Each kind of wrong lag that other consoles were reported for, on a fake and on a real cluster.

The sampler asks as it does in the application; what it says of a group is held against what was
written, committed and deleted.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.model.figures import Total, Unknown
from console.model.group import Group, PartitionLag
from console.model.verdict import Verdict
from console.port.cluster import NewRecord, NewTopic
from console.sampling.sampler import Sampler
from tests.support.cluster_stages import Stage, engine_stage, fake_stage, key
from tests.support.watched_cluster import group_of


@pytest.fixture(params=["fake", "engine"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    on = fake_stage() if request.param == "fake" else engine_stage(tmp_path / "data")
    async with on as found:
        yield found


async def written(stage: Stage, *counts: int) -> None:
    """The topic `orders` with so many records in its partitions."""
    await stage.writes.create_topic(NewTopic("orders", len(counts)))
    await more(stage, *counts)


async def more(stage: Stage, *counts: int) -> None:
    records = [
        NewRecord(None, b"x", partition=index)
        for index, count in enumerate(counts)
        for _ in range(count)
    ]
    outcomes = await stage.writes.publish("orders", records)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]


async def committed(stage: Stage, **offsets: int) -> None:
    """Commit for the group `billing`: `p0=7`."""
    wanted = {key("orders", int(name[1:])): offset for name, offset in offsets.items()}
    assert set((await stage.writes.set_offsets("billing", wanted)).values()) == {None}


async def group(stage: Stage, sampler: Sampler | None = None) -> Group:
    watching = sampler or Sampler(stage.reads, stage.clock, name="test")
    watching.refresh()
    return group_of(await watching.tick(), "billing")


def row(found: Group, partition: int = 0) -> PartitionLag:
    return {each.partition: each for each in found.partitions}[partition]


async def test_lag_is_the_end_minus_what_is_committed(stage: Stage) -> None:
    await written(stage, 10, 20)
    await committed(stage, p0=4, p1=20)
    found = await group(stage)
    assert found.lag_total == Total(6)
    assert found.lag_max_partition == key("orders", 0)
    assert not found.clamps


async def test_records_that_expired_unread_are_told_apart_and_are_no_lag(stage: Stage) -> None:
    await written(stage, 10)
    await committed(stage, p0=2)
    await stage.writes.delete_records({key("orders"): 7})
    found = await group(stage)
    assert found.lag_total == Total(3)
    assert found.expired_unread == 5


async def test_retention_that_took_everything_leaves_no_phantom(stage: Stage) -> None:
    await written(stage, 10)
    await committed(stage, p0=2)
    await stage.writes.delete_records({key("orders"): 10})
    found = await group(stage)
    assert found.lag_total == Total(0)
    assert found.expired_unread == 8


async def test_a_partition_without_commit_is_neither_zero_nor_the_whole_log(stage: Stage) -> None:
    """It is told only once somebody reads it: no commit and no reader is no part of the group."""
    await written(stage, 10, 10)
    await committed(stage, p0=10)
    found = await group(stage)
    assert [each.partition for each in found.partitions] == [0]
    assert found.lag_total == Total(0)


async def test_a_commit_beyond_the_end_is_ahead_and_no_negative_lag(stage: Stage) -> None:
    await written(stage, 10)
    await committed(stage, p0=500)
    found = await group(stage)
    assert found.lag_total == Total(0)
    assert row(found).lag.ahead == 490
    assert found.verdict is Verdict.AHEAD


async def test_a_topic_made_anew_has_no_lag_of_the_old_one(stage: Stage) -> None:
    await written(stage, 1000)
    await committed(stage, p0=0)
    sampler = Sampler(stage.reads, stage.clock, name="test")
    assert (await group(stage, sampler)).lag_total == Total(1000)
    await stage.writes.delete_topic("orders")
    await written(stage, 5)
    await committed(stage, p0=1)
    found = await group(stage, sampler)
    assert found.lag_total == Total(4)
    assert not row(found).lag.ahead


async def test_a_topic_that_is_gone_is_unknown_and_not_zero(stage: Stage) -> None:
    await written(stage, 10)
    await committed(stage, p0=4)
    await stage.writes.delete_topic("orders")
    found = await group(stage)
    assert not [each for each in found.partitions if not isinstance(each.records, Unknown)]


async def test_lag_follows_what_is_written_and_committed_from_round_to_round(stage: Stage) -> None:
    await written(stage, 10)
    await committed(stage, p0=10)
    sampler = Sampler(stage.reads, stage.clock, name="test")
    assert (await group(stage, sampler)).lag_total == Total(0)
    await more(stage, 33)
    assert (await group(stage, sampler)).lag_total == Total(33)
    await committed(stage, p0=43)
    assert (await group(stage, sampler)).lag_total == Total(0)


async def test_the_members_of_a_group_are_told_with_what_they_read(stage: Stage) -> None:
    await written(stage, 3, 3)
    await stage.join("billing", "orders", 6)
    found = await group(stage)
    assert found.lag_total == Total(0)
    assert len({each.member_id for each in found.partitions}) == 1
    assert found.partitions[0].client_id
