"""A loss that cannot be told for a moment is what it just was, and not for long."""

from console.model.age import EndTimes
from console.model.figures import Known
from console.model.group import UNKNOWN_LOSS, GroupState
from console.model.lag import LossKind, LossOutlook
from console.model.lag import Offsets as OffsetReading
from console.model.retention import policy_from
from console.model.verdict import NO_ALLOWANCE
from console.port.readings import GroupListing
from console.sampling.group_rows import group_row
from console.sampling.group_tracker import GroupTracker
from console.sampling.held_loss import HELD_MS, HeldLoss
from tests.support.cluster_stages import key

NOW_MS = 1_700_000_000_000
P0 = key("orders", 0)
LISTING = GroupListing("billing", GroupState.STABLE, "classic", "consumer", 2)
SAFE = LossOutlook(LossKind.SAFE)


def test_what_was_just_known_is_held_and_then_no_longer() -> None:
    held = HeldLoss()
    assert held.told(UNKNOWN_LOSS, NOW_MS) == UNKNOWN_LOSS
    assert held.told(SAFE, NOW_MS) == SAFE
    assert held.told(UNKNOWN_LOSS, NOW_MS + HELD_MS) == SAFE
    assert held.told(UNKNOWN_LOSS, NOW_MS + HELD_MS + 1) == UNKNOWN_LOSS


def test_a_time_that_is_held_goes_on() -> None:
    held = HeldLoss()
    held.told(LossOutlook(LossKind.IN_TIME, 60.0), NOW_MS)
    assert held.told(UNKNOWN_LOSS, NOW_MS + 10_000).seconds == 50.0


def test_the_loss_of_a_reader_near_the_end_stays_from_look_to_look() -> None:
    """A record every two seconds, committed every five: now all is read, and now one waits."""
    tracker, policies = GroupTracker(), {"orders": Known(policy_from({}), 1)}
    kinds: list[LossKind] = []
    committed = 100
    for second in range(120):
        now_ms, end = NOW_MS + second * 1000, 100 + second // 2
        if second % 5 == 0:
            committed = end - (second // 5) % 2
        offsets = OffsetReading(Known(committed, 1), Known(0, 1), Known(end, 1))
        tracker.observe(now_ms, {P0: offsets})
        tracker.judge(
            now_ms, end_times={P0: EndTimes()}, record_times={}, members={}, allowance=NO_ALLOWANCE
        )
        found = group_row(
            LISTING, None, tracker, problem="", now_ms=now_ms, policies=policies, sizes={}
        )
        kinds.append(found.loss.kind)
    first = kinds.index(LossKind.SAFE)
    assert set(kinds[first:]) == {LossKind.SAFE}
