"""What is followed from round to round: held back records, ages, owners, and what is forgotten."""

from dataclasses import replace

import pytest

from console.model.figures import Known, Total, Unknown
from console.model.group import GroupState
from console.model.lag import NO_COMMIT
from console.model.section import content
from console.model.verdict import Allowance, Verdict
from console.sampling.collected import STAMPS_MAX, Collected, Stamp
from console.sampling.follower import AGES_PER_ROUND, GroupFollower
from console.sampling.needs import View
from tests.support.cluster_stages import key
from tests.support.fake_world import RECORD_MS, Flow
from tests.support.watched_cluster import WatchedCluster, group_of


def reading(per_s: float, committed: int, end: int = 1000) -> WatchedCluster:
    """One partition with 1,000 records; a group at some offset that reads at some speed."""
    watched = WatchedCluster()
    watched.world.add_topic("orders", 1, end=end)
    watched.world.add_group("billing", "orders", committed=committed, per_s=per_s)
    return watched


async def test_an_open_transaction_holds_records_back_beside_the_lag() -> None:
    watched = reading(0, committed=900)
    watched.world.topics["orders"].partitions[0].open_transaction_at = 950
    group = group_of(await watched.after(1), "billing")
    assert group.lag_total == Total(50)
    assert group.held_back == 50


async def test_a_remainder_of_commit_markers_is_no_lag_once_it_stands_still() -> None:
    """The reader stops just before a marker, which takes up the last offset and is no record."""
    watched = reading(0, committed=999)
    partition = watched.world.topics["orders"].partitions[0]
    partition.markers.add(999)
    assert group_of(await watched.after(1), "billing").lag_total == Total(1)
    assert group_of(await watched.after(12), "billing").lag_total == Total(0)
    partition.end = Flow(1001)
    assert group_of(await watched.after(1), "billing").lag_total == Total(2)


async def test_a_last_record_that_stands_still_stays_a_lag_of_one() -> None:
    watched = reading(0, committed=999)
    assert group_of(await watched.after(30), "billing").lag_total == Total(1)


async def test_the_age_of_what_was_written_before_is_that_of_its_record() -> None:
    watched = reading(0, committed=400)
    watched.world.topics["orders"].partitions[0].created_ms -= 1000 * RECORD_MS
    age = group_of(await watched.after(8), "billing").age
    assert isinstance(age, Known)
    passed_s = watched.clock.wall_ms() - watched.world.topics["orders"].partitions[0].created_ms
    assert age.value.seconds == pytest.approx(passed_s / 1000 - 400, abs=2)


async def test_groups_at_different_places_of_a_partition_have_the_ages_of_their_records() -> None:
    """Two hours without a record lie between the last one and the start of the watching."""
    watched = reading(0, committed=100)
    watched.world.add_group("mailer", "orders", committed=900, per_s=0)
    partition = watched.world.topics["orders"].partitions[0]
    partition.created_ms -= 1000 * RECORD_MS + 7_200_000
    snapshot = await watched.after(12)
    passed_s = (watched.clock.wall_ms() - partition.created_ms) / 1000
    for name, position in (("billing", 100), ("mailer", 900)):
        age = group_of(snapshot, name).age
        assert isinstance(age, Known)
        assert age.value.seconds == pytest.approx(passed_s - position * RECORD_MS / 1000, abs=2)


async def test_however_many_groups_stand_in_a_partition_each_has_the_age_of_its_record() -> None:
    watched = reading(0, committed=100)
    for number in range(1, 2 * STAMPS_MAX):
        watched.world.add_group(f"g-{number}", "orders", committed=100 + 10 * number)
    partition = watched.world.topics["orders"].partitions[0]
    partition.created_ms -= 1000 * RECORD_MS + 7_200_000
    snapshot = await watched.after(2)
    passed_s = (watched.clock.wall_ms() - partition.created_ms) / 1000
    for group in content(snapshot.groups) or ():
        (row,) = group.partitions
        assert isinstance(row.committed, Known)
        assert isinstance(row.age, Known)
        expected_s = passed_s - row.committed.value * RECORD_MS / 1000
        assert row.age.value.seconds == pytest.approx(expected_s, abs=2)


def test_of_places_that_groups_have_left_only_so_many_stamps_are_kept() -> None:
    place, collected = key("orders"), Collected()
    collected.ends[place] = Known(1000, 1)
    follower = GroupFollower(collected)
    stamps = {each: Stamp(each, 1, 1000) for each in range(3 * STAMPS_MAX)}
    collected.record_times[place] = dict(stamps)
    groups = {f"g-{each}": {place: each} for each in range(2 * STAMPS_MAX)}
    follower.observe(1, groups)
    assert list(collected.record_times[place]) == list(stamps), "groups stand at most of them"
    follower.observe(2, {name: {place: 0} for name in groups})
    assert list(collected.record_times[place]) == [0, *list(stamps)[-STAMPS_MAX:]]


async def test_the_age_follows_a_group_that_reads_on() -> None:
    watched = reading(10, committed=100)
    partition = watched.world.topics["orders"].partitions[0]
    partition.created_ms -= 1000 * RECORD_MS + 7_200_000
    snapshot = await watched.after(60)
    age = group_of(snapshot, "billing").age
    assert isinstance(age, Known)
    passed_s = (watched.clock.wall_ms() - partition.created_ms) / 1000
    position = 100 + 10 * 60
    assert age.value.seconds == pytest.approx(passed_s - position * RECORD_MS / 1000, abs=120)


async def test_the_age_of_what_was_written_since_needs_no_record_read() -> None:
    watched = reading(0, committed=1000)
    await watched.after(3)
    watched.world.set_rate("orders", 10)
    watched.cluster.calls.clear()
    age = group_of(await watched.after(20), "billing").age
    assert isinstance(age, Known)
    assert age.value.seconds == pytest.approx(20, abs=1.5)
    assert "record_times" not in watched.cluster.calls


async def test_nothing_to_read_is_no_age() -> None:
    age = group_of(await reading(0, committed=1000).after(2), "billing").age
    assert isinstance(age, Known)
    assert age.value.seconds == 0


async def test_of_many_ages_only_so_many_are_fetched_in_a_round_and_those_in_sight_first() -> None:
    watched = WatchedCluster()
    watched.world.add_topic("wide", AGES_PER_ROUND + 50, end=1000)
    watched.world.add_topic("seen", 1, end=1000)
    watched.world.add_group("aaa-all", "wide", committed=5)
    watched.world.add_group("zzz-seen", "seen", committed=5)
    watched.need(View.GROUPS, groups=frozenset({"zzz-seen"}))
    await watched.tick()
    snapshot = await watched.after(1)
    known = [row for row in group_of(snapshot, "aaa-all").partitions if isinstance(row.age, Known)]
    assert isinstance(group_of(snapshot, "zzz-seen").age, Known)
    assert len(known) == AGES_PER_ROUND - 1
    later = group_of(await watched.after(12), "aaa-all")
    assert all(isinstance(row.age, Known) for row in later.partitions)


async def test_a_stopped_group_is_told_by_its_silence() -> None:
    watched = reading(10, committed=100)
    watched.world.set_rate("orders", 10)
    await watched.after(10)
    watched.world.set_speed("billing", 0)
    watched.world.groups["billing"].members = ()
    assert group_of(await watched.after(30), "billing").verdict is Verdict.STOP


async def test_an_allowance_makes_lag_fine() -> None:
    watched = WatchedCluster(allowances={"patient": Allowance(records=1000)})
    watched.world.add_topic("orders", 1, per_s=10, end=500)
    for name in ("patient", "plain"):
        watched.world.add_group(name, "orders", committed=100, per_s=5)
    snapshot = await watched.after(30)
    assert group_of(snapshot, "patient").verdict is Verdict.OK
    assert group_of(snapshot, "plain").verdict is Verdict.WARN


async def test_offsets_that_cannot_be_read_are_a_problem_and_no_verdict() -> None:
    watched = reading(10, committed=100)
    await watched.after(5)
    watched.world.groups["billing"].coordinator = 2
    watched.world.silent.add(2)
    group = group_of(await watched.after(3), "billing")
    assert group.problem
    assert group.verdict is Verdict.UNKNOWN
    assert isinstance(group.partitions[0].records, Known)
    watched.world.silent.clear()
    assert not group_of(await watched.after(2), "billing").problem


async def test_what_has_no_position_stays_unknown_when_the_last_member_has_left() -> None:
    """Its lag would get smaller by that, and nothing has been read."""
    watched = reading(0, committed=900)
    watched.world.add_topic("mails", 2, end=70)
    billing = watched.world.groups["billing"]
    billing.committed[key("mails", 1)] = Flow(60)
    all_of_them = (key("orders"), key("mails", 0), key("mails", 1))
    billing.members = (replace(billing.members[0], assignments=all_of_them),)
    assert group_of(await watched.after(1), "billing").lag_total == Total(110, 1)
    billing.members, billing.state = (), GroupState.EMPTY
    group = group_of(await watched.after(6), "billing")
    assert group.lag_total == Total(110, 1)
    assert group.partitions_of("mails")[0].committed == NO_COMMIT


async def test_a_partition_that_is_committed_no_more_is_forgotten() -> None:
    watched = reading(0, committed=100)
    watched.world.groups["billing"].members = ()
    await watched.after(2)
    del watched.world.groups["billing"].committed[key("orders")]
    assert group_of(await watched.after(1), "billing").partitions == ()


async def test_a_commit_that_cannot_be_told_is_unknown_with_its_reason() -> None:
    watched = reading(0, committed=100)
    watched.world.add_topic("payments", 1, end=10)
    group = watched.world.groups["billing"]
    group.members = ()
    await watched.after(1)
    del watched.world.topics["orders"]
    row = group_of(await watched.after(1), "billing").partitions[0]
    assert isinstance(row.records, Unknown)
    assert row.committed == Known(100, watched.clock.wall_ms())
