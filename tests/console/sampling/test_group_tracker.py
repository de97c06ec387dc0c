"""What one group has done over time: samples, sums, judgements that are due."""

import pytest

from console.model.age import EndTimes
from console.model.figures import Figure, Known, Unknown
from console.model.lag import NO_COMMIT, Age, OutlookKind
from console.model.lag import Offsets as OffsetReading
from console.model.verdict import NO_ALLOWANCE, Verdict
from console.sampling.collected import Stamp
from console.sampling.group_tracker import JUDGED_EVERY_MS, GroupTracker, Tracked
from tests.support.cluster_stages import key

P0, P1 = key("orders", 0), key("orders", 1)
START_MS = 1_700_000_000_000


def read(committed: Figure[int] | int, end: Figure[int] | int, at_ms: int = 1) -> OffsetReading:
    def figure(value: Figure[int] | int) -> Figure[int]:
        return Known(value, at_ms) if isinstance(value, int) else value

    return OffsetReading(figure(committed), Known(0, at_ms), figure(end))


def judged(tracker: GroupTracker, at_ms: int, *, members: bool = False) -> Tracked:
    tracker.judge(
        at_ms,
        end_times={},
        record_times={},
        members={P0: "m"} if members else {},
        allowance=NO_ALLOWANCE,
    )
    return tracker.partitions[P0]


def watched(seconds: int, *, committed: int = 10, end: int = 10) -> GroupTracker:
    """One partition that moves by so much a second."""
    tracker = GroupTracker()
    for second in range(seconds):
        offsets = read(committed * second, 1000 + end * second)
        tracker.observe(START_MS + 1000 * second, {P0: offsets})
    return tracker


def test_the_lag_of_the_group_is_the_sum_of_what_is_known_or_was_known_last() -> None:
    tracker = GroupTracker()
    tracker.observe(START_MS, {P0: read(10, 15), P1: read(1, 3)})
    tracker.observe(START_MS + 1000, {P0: read(10, 25), P1: read(1, Unknown("down"))})
    assert tracker.lag_series.values == (7, 17)


def test_nothing_known_is_no_sample() -> None:
    tracker = GroupTracker()
    tracker.observe(START_MS, {P0: read(NO_COMMIT, 100)})
    assert len(tracker.lag_series) == 0
    assert not tracker.partitions[P0].history.samples
    assert judged(tracker, START_MS).judgement is None


def test_an_empty_partition_that_was_never_committed_is_read_to_its_end() -> None:
    tracker = GroupTracker()
    for second in range(2):
        found = {P0: read(NO_COMMIT, 0), P1: read(10 + second, 15)}
        tracker.observe(START_MS + 1000 * second, found)
        empty = judged(tracker, START_MS + 1000 * second)
    assert (empty.lag.records, empty.age) == (Known(0, 1), Known(Age(0.0), 1))
    assert empty.judgement is not None
    assert empty.judgement.verdict is Verdict.OK
    assert tracker.lag_series.values == (5, 4)


def test_the_speed_does_not_leap_when_a_partition_comes_or_goes() -> None:
    """The sum over other partitions is another quantity, not progress."""
    tracker = GroupTracker()
    for second in range(6):
        offsets = {P0: read(10 * second, 1000)}
        if second >= 3:
            offsets[P1] = read(1_000_000 + 10 * second, 2_000_000)
        tracker.observe(START_MS + 1000 * second, offsets)
    assert max(tracker.consumed_series.values) == pytest.approx(20)


def test_partitions_that_are_not_in_a_round_are_forgotten() -> None:
    tracker = GroupTracker()
    tracker.observe(START_MS, {P0: read(1, 2), P1: read(1, 2)})
    tracker.observe(START_MS + 1000, {P1: read(1, 2)})
    assert list(tracker.partitions) == [P1]


def test_a_partition_keeps_its_history_through_a_round_that_was_unknown() -> None:
    tracker = watched(5)
    tracker.observe(START_MS + 5000, {P0: read(Unknown("down"), 1000)})
    tracker.observe(START_MS + 6000, {P0: read(60, 1060)})
    assert len(tracker.partitions[P0].history.samples) == 6


def test_judging_is_due_only_every_few_seconds() -> None:
    tracker = watched(30)
    now_ms = START_MS + 30_000
    first = judged(tracker, now_ms).judgement
    assert first is not None
    assert first.verdict is not Verdict.UNKNOWN
    assert judged(tracker, now_ms + JUDGED_EVERY_MS - 1).judgement is first
    assert judged(tracker, now_ms + JUDGED_EVERY_MS).judgement is not first


def test_judging_is_due_at_once_when_lag_comes_or_goes() -> None:
    tracker = watched(30)
    now_ms = START_MS + 30_000
    first = judged(tracker, now_ms).judgement
    tracker.observe(now_ms + 1000, {P0: read(2000, 2000)})
    caught_up = judged(tracker, now_ms + 1000).judgement
    assert caught_up is not first
    assert caught_up is not None
    assert (caught_up.verdict, caught_up.outlook.kind) == (Verdict.OK, OutlookKind.CAUGHT_UP)


def test_who_has_members_is_stalled_and_who_has_none_is_stopped() -> None:
    for members, verdict in ((True, Verdict.STALL), (False, Verdict.STOP)):
        tracker = watched(10)
        for second in range(10, 120):
            tracker.observe(START_MS + 1000 * second, {P0: read(90, 1000 + 10 * second)})
        judgement = judged(tracker, START_MS + 120_000, members=members).judgement
        assert judgement is not None
        assert judgement.verdict is verdict


def test_the_outlook_of_the_group_is_that_of_what_is_behind() -> None:
    tracker = watched(60, committed=30, end=10)
    judged(tracker, START_MS + 60_000)
    assert tracker.outlook is not None
    assert tracker.outlook.kind in (OutlookKind.CATCHING_UP, OutlookKind.CAUGHT_UP)
    behind = watched(60, committed=5, end=10)
    judged(behind, START_MS + 60_000)
    assert behind.outlook is not None
    assert behind.outlook.kind is OutlookKind.FALLING_BEHIND


def test_no_time_to_catch_up_is_told_while_a_partition_stands_still() -> None:
    """Verdict and loss are those of the partition that is worst off: this would deny them."""
    tracker = GroupTracker()
    for second in range(120):
        found = {P0: read(500, 1000 + second), P1: read(30 * second, 100_000 + 10 * second)}
        tracker.observe(START_MS + 1000 * second, found)
    standing = judged(tracker, START_MS + 120_000).judgement
    assert standing is not None
    assert (standing.verdict, standing.outlook.kind) == (Verdict.STOP, OutlookKind.STOPPED)
    assert tracker.outlook is not None
    assert (tracker.outlook.kind, tracker.outlook.eta_s) == (OutlookKind.STOPPED, None)


@pytest.mark.parametrize("members", [True, False])
def test_a_reader_is_said_to_stand_still_once_its_verdict_says_so_and_not_before(
    members: bool,
) -> None:
    tracker, seen = GroupTracker(), set()
    for second in range(90):
        at_ms = START_MS + 1000 * second
        tracker.observe(at_ms, {P0: read(500, 1000 + second)})
        found = judged(tracker, at_ms, members=members).judgement
        assert found is not None
        assert tracker.outlook == found.outlook
        seen.add((found.verdict, found.outlook.kind))
    ill = Verdict.STALL if members else Verdict.STOP
    assert seen == {(Verdict.UNKNOWN, OutlookKind.UNKNOWN), (ill, OutlookKind.STOPPED)}


@pytest.mark.parametrize(
    ("rounds", "may_be"),
    [
        ([(98, 100)] * 3, True),
        ([(99, 100)] * 3, True),
        ([(97, 100)] * 3, False),
        ([(100, 100)] * 3, False),
        ([(99, 100)] * 2, False),
        ([(98, 100), (98, 100), (99, 100)], False),
        ([(99, 101), (99, 100), (99, 100)], False),
    ],
)
def test_a_small_remainder_that_stands_still_may_be_markers(
    rounds: list[tuple[int, int]], may_be: bool
) -> None:
    tracker = GroupTracker()
    for second, (committed, end) in enumerate(rounds):
        tracker.observe(START_MS + 1000 * second, {P0: read(committed, end)})
    assert tracker.partitions[P0].may_be_control_only is may_be


def test_the_age_of_an_unread_record_comes_from_its_stamp() -> None:
    tracker = watched(1)
    ends = EndTimes().observed(START_MS, 1000)
    tracker.judge(
        START_MS + 10_000,
        end_times={P0: ends},
        record_times={P0: {0: Stamp(0, START_MS - 60_000, 1000)}},
        members={},
        allowance=NO_ALLOWANCE,
    )
    age = tracker.partitions[P0].age
    assert isinstance(age, Known)
    assert age.value.seconds == pytest.approx(70)
    assert not age.value.is_at_least


def test_a_stamp_later_than_what_was_written_after_it_is_at_least_so_old() -> None:
    """Producers set the time: a clock that is wrong makes no negative age."""
    tracker = watched(1)
    tracker.judge(
        START_MS + 10_000,
        end_times={P0: EndTimes().observed(START_MS, 1000)},
        record_times={P0: {0: Stamp(0, START_MS + 999_000, 1000)}},
        members={},
        allowance=NO_ALLOWANCE,
    )
    age = tracker.partitions[P0].age
    assert isinstance(age, Known)
    assert age.value.seconds == 0
    assert age.value.is_at_least


def test_without_any_stamp_the_age_is_unknown() -> None:
    tracked = judged(watched(1), START_MS)
    assert isinstance(tracked.age, Unknown)


def test_lag_does_not_dip_where_a_partition_cannot_be_read_for_a_while() -> None:
    tracker = GroupTracker()
    tracker.observe(START_MS, {P0: read(0, 70), P1: read(0, 30)})
    tracker.observe(START_MS + 1000, {P0: read(0, Unknown("kafka-2 refused")), P1: read(5, 30)})
    tracker.observe(START_MS + 2000, {P0: read(70, 80), P1: read(5, 30)})
    assert tracker.lag_series.values == (100.0, 95.0, 35.0)


def test_a_partition_that_the_group_does_not_read_any_more_leaves_the_sum() -> None:
    tracker = GroupTracker()
    tracker.observe(START_MS, {P0: read(0, 70), P1: read(0, 30)})
    tracker.observe(START_MS + 1000, {P1: read(0, 30)})
    assert tracker.lag_series.values == (100.0, 30.0)
