"""Groups as the list shows them: from a listing alone, described, and followed."""

from console.model.age import EndTimes
from console.model.figures import Figure, Known, Total, Unknown
from console.model.group import Group, GroupState, Member
from console.model.lag import NO_COMMIT, Age, LossKind
from console.model.lag import Offsets as OffsetReading
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.retention import policy_from
from console.model.verdict import NO_ALLOWANCE, Verdict
from console.port.errors import Refused
from console.port.readings import GroupListing, GroupReading
from console.sampling.group_rows import group_row, members_of, owners
from console.sampling.group_tracker import GroupTracker
from tests.support.cluster_stages import key

P0, P1 = key("orders", 0), key("orders", 1)
LISTING = GroupListing("billing", GroupState.EMPTY, "classic", "consumer", 2)
MEMBER = Member("m-1", None, "client-1", "10.0.0.1", (P1,))
READING = GroupReading("billing", GroupState.STABLE, "range", (MEMBER,))
NOW_MS = 1_700_000_000_000


def tracked(*, committed: int = 60, end: int = 100, start: int = 0) -> GroupTracker:
    tracker = GroupTracker()
    offsets = OffsetReading(Known(committed, 1), Known(start, 1), Known(end, 1))
    tracker.observe(NOW_MS, {P1: offsets, P0: offsets})
    tracker.judge(NOW_MS, end_times={}, record_times={}, members={}, allowance=NO_ALLOWANCE)
    return tracker


def test_a_listed_group_shows_what_the_list_tells_and_nothing_as_zero() -> None:
    found = group_row(LISTING, None, None, problem="", now_ms=NOW_MS, policies={}, sizes={})
    assert (found.name, found.state, found.group_type) == ("billing", GroupState.EMPTY, "classic")
    assert found.coordinator == Known(2, NOW_MS)
    assert found.members == NOT_READ
    assert not found.is_enriched
    assert isinstance(found.lag_max, Unknown)
    assert found.verdict is Verdict.UNKNOWN


def test_a_description_is_newer_than_the_listing() -> None:
    found = group_row(LISTING, READING, None, problem="", now_ms=NOW_MS, policies={}, sizes={})
    assert (found.state, found.protocol) == (GroupState.STABLE, "range")
    assert found.members == Known((MEMBER,), NOW_MS)


def test_members_that_may_not_be_seen_are_unknown_with_the_reason() -> None:
    assert members_of(Refused("no right"), NOW_MS) == Unknown("no right")
    assert members_of(None, NOW_MS) == NOT_READ
    assert owners(Unknown("no right")) == {}


def test_a_followed_group_has_rows_in_order_with_their_owners() -> None:
    found = group_row(LISTING, READING, tracked(), problem="", now_ms=NOW_MS, policies={}, sizes={})
    assert found.is_enriched
    assert [each.name for each in found.partitions] == [P0, P1]
    assert [each.client_id for each in found.partitions] == [None, "client-1"]
    assert found.lag_total.amount == 80
    assert found.lag_history.values == (80,)
    assert found.partitions[0].trend.values == (40.0,)


def test_a_problem_stands_beside_the_last_figures_and_takes_the_verdict() -> None:
    caught_up = tracked(committed=100)
    fine = group_row(LISTING, READING, caught_up, problem="", now_ms=1, policies={}, sizes={})
    assert fine.verdict is Verdict.OK
    ill = group_row(LISTING, READING, caught_up, problem="down", now_ms=1, policies={}, sizes={})
    assert (ill.verdict, ill.problem) == (Verdict.UNKNOWN, "down")
    assert ill.lag_total == fine.lag_total


def row_of(offsets: dict[TopicPartition, OffsetReading]) -> Group:
    tracker = GroupTracker()
    tracker.observe(NOW_MS, offsets)
    tracker.judge(NOW_MS, end_times={}, record_times={}, members={}, allowance=NO_ALLOWANCE)
    return group_row(LISTING, None, tracker, problem="", now_ms=NOW_MS, policies={}, sizes={})


def verdict_of(offsets: dict[TopicPartition, OffsetReading]) -> Verdict:
    return row_of(offsets).verdict


def test_a_group_is_not_well_because_some_of_its_partitions_are_read_to_the_end() -> None:
    """The first round of a group without members that is behind: nothing is told of it yet."""
    at_end = OffsetReading(Known(9, 1), Known(0, 1), Known(9, 1))
    behind = OffsetReading(Known(60, 1), Known(0, 1), Known(100, 1))
    unread = OffsetReading(Known(60, 1), Known(0, 1), Unknown("no leader"))
    untouched = OffsetReading(NO_COMMIT, Known(0, 1), Known(5, 1))
    assert verdict_of({P0: at_end, P1: behind}) is Verdict.UNKNOWN
    assert verdict_of({P0: at_end, P1: unread}) is Verdict.UNKNOWN
    assert verdict_of({P0: at_end, P1: untouched}) is Verdict.OK
    assert verdict_of({P0: untouched, P1: untouched}) is Verdict.UNKNOWN


def test_a_group_is_as_badly_off_as_its_partition_nearest_to_a_loss() -> None:
    policy = Known(policy_from({"cleanup.policy": "delete", "retention.ms": "1000"}), 1)
    found = group_row(
        LISTING,
        READING,
        tracked(committed=10, start=50),
        problem="",
        now_ms=NOW_MS,
        policies={"orders": policy},
        sizes={},
    )
    assert found.expired_unread == 80
    assert found.loss.kind is LossKind.NOW


def test_a_group_of_empty_partitions_without_commits_has_a_lag_and_nothing_to_lose() -> None:
    """Each beside one that it has read: what nobody wrote to takes nothing from what is known."""
    at_end = OffsetReading(Known(9, 1), Known(0, 1), Known(9, 1))
    empty = OffsetReading(NO_COMMIT, Known(0, 1), Known(0, 1))
    found = row_of({P0: at_end, P1: empty})
    assert (found.lag_total, found.verdict) == (Total(0), Verdict.OK)
    assert (found.age, found.loss.kind) == (Known(Age(0.0), 1), LossKind.SAFE)


def test_an_age_is_at_least_so_much_while_that_of_another_partition_is_not_known() -> None:
    tracker = GroupTracker()
    behind = OffsetReading(Known(60, 1), Known(0, 1), Known(100, 1))
    seen = {P0: EndTimes().observed(NOW_MS - 9_000, 60).observed(NOW_MS - 8_000, 100)}

    def age(reading: OffsetReading) -> Figure[Age]:
        tracker.observe(NOW_MS, {P0: behind, P1: reading})
        tracker.judge(NOW_MS, end_times=seen, record_times={}, members={}, allowance=NO_ALLOWANCE)
        found = group_row(LISTING, None, tracker, problem="", now_ms=NOW_MS, policies={}, sizes={})
        return found.age

    partly, caught_up = age(behind), age(OffsetReading(Known(9, 1), Known(0, 1), Known(9, 1)))
    assert isinstance(partly, Known)
    assert isinstance(caught_up, Known)
    assert (partly.value.is_at_least, caught_up.value.is_at_least) == (True, False)
    assert partly.value.seconds == caught_up.value.seconds > 8


def test_a_group_has_no_age_of_zero_because_only_what_is_caught_up_has_one() -> None:
    tracker = GroupTracker()
    behind = OffsetReading(Known(60, 1), Known(0, 1), Known(100, 1))
    tracker.observe(NOW_MS, {P0: behind, P1: OffsetReading(Known(9, 1), Known(0, 1), Known(9, 1))})
    tracker.judge(NOW_MS, end_times={}, record_times={}, members={}, allowance=NO_ALLOWANCE)
    found = group_row(LISTING, None, tracker, problem="", now_ms=NOW_MS, policies={}, sizes={})
    assert isinstance(found.age, Unknown)
