"""What a reset would do, before it is done: Kafka's rules, and counts that can be relied on."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.figures import Total, Unknown
from console.model.names import TopicPartition
from console.resets.plan import (
    At,
    By,
    Clamp,
    Facts,
    FirstSince,
    Plan,
    PlanRow,
    ToEndOfLog,
    ToStartOfLog,
    Wanted,
    planned,
)

KEY = TopicPartition("orders", 0)
NO_LEADER = Unknown("there is no leader")


def row_of(wanted: Wanted, facts: Facts) -> PlanRow:
    (row,) = planned("billing", {KEY: wanted}, {KEY: facts}).rows
    return row


@dataclass(frozen=True)
class Log:
    """A log with a group in it; `committed` may lie outside."""

    start: int
    end: int
    committed: int | None

    @property
    def facts(self) -> Facts:
        return Facts(self.committed, self.start, self.end)

    def in_range(self, offset: int) -> int:
        """Kafka's `checkOffsetsRange`, as its tool has it."""
        if offset > self.end:
            return self.end
        return max(offset, self.start)


@st.composite
def logs(draw: st.DrawFn) -> Log:
    start = draw(st.integers(0, 40))
    end = start + draw(st.integers(0, 40))
    return Log(start, end, draw(st.none() | st.integers(0, 100)))


@st.composite
def wishes(draw: st.DrawFn) -> tuple[Log, Wanted]:
    log = draw(logs())
    inside = st.integers(log.start, log.end)
    wanted = draw(
        st.one_of(
            st.builds(At, st.integers(-20, 120)),
            st.builds(By, st.integers(-120, 120)),
            st.builds(FirstSince, st.none() | inside),
            st.builds(ToStartOfLog),
            st.builds(ToEndOfLog, st.integers(0, 120)),
        )
    )
    return log, wanted


def kafka_says(wanted: Wanted, log: Log) -> int | None:
    """The new offset by the rules of Kafka's tool; None where it knows none."""
    match wanted:
        case At(offset):
            return log.in_range(offset)
        case By(offsets):
            return None if log.committed is None else log.in_range(log.committed + offsets)
        case FirstSince(offset):
            return log.end if offset is None else offset
        case ToStartOfLog():
            return log.start
        case ToEndOfLog(before):
            return log.in_range(log.end - before)
        case Unknown():
            return None


@given(wishes())
def test_new_positions_are_those_of_kafkas_tool(wish: tuple[Log, Wanted]) -> None:
    log, wanted = wish
    new = row_of(wanted, log.facts).new
    assert (None if isinstance(new, Unknown) else new) == kafka_says(wanted, log)


@given(wishes())
def test_a_row_is_clamped_exactly_when_it_does_not_go_where_it_was_wanted(
    wish: tuple[Log, Wanted],
) -> None:
    log, wanted = wish
    row = row_of(wanted, log.facts)
    match wanted:
        case At(asked):
            pass
        case By(offsets) if log.committed is not None:
            asked = log.committed + offsets
        case ToEndOfLog(before):
            asked = log.end - before
        case FirstSince(None):
            assert row.clamp is Clamp.NOTHING_LATER
            return
        case _:
            assert row.clamp is Clamp.NONE
            return
    outside = Clamp.END if asked > log.end else Clamp.START if asked < log.start else Clamp.NONE
    assert row.clamp is outside
    assert row.asked == (asked if outside is not Clamp.NONE else None)


@given(wishes())
def test_records_read_again_and_skipped_are_those_between_the_positions(
    wish: tuple[Log, Wanted],
) -> None:
    """Method: the records that the log has are counted one by one."""
    log, wanted = wish
    row = row_of(wanted, log.facts)
    if isinstance(row.new, Unknown):
        assert (row.again, row.skipped, row.is_change) == (0, 0, False)
        return
    old = log.committed
    has_read = {each for each in range(log.start, log.end) if old is not None and each < old}
    will_read = set(range(row.new, log.end))
    kept = set(range(log.start, log.end))
    assert row.again == len(has_read & will_read)
    assert row.skipped == len(kept - has_read - will_read)
    assert row.difference == (None if old is None else row.new - old)
    assert row.is_change == (row.new != old)


@pytest.mark.parametrize(
    ("wanted", "facts"),
    [
        (NO_LEADER, Facts(5, 0, 10)),
        (ToStartOfLog(), Facts(5, NO_LEADER, 10)),
        (ToEndOfLog(), Facts(5, 0, NO_LEADER)),
        (ToEndOfLog(3), Facts(5, 0, NO_LEADER)),
        (FirstSince(None), Facts(5, 0, NO_LEADER)),
        (At(3), Facts(5, 0, NO_LEADER)),
        (At(3), Facts(5, NO_LEADER, 10)),
        (By(1), Facts(NO_LEADER, 0, 10)),
    ],
)
def test_what_is_not_known_leaves_the_partition_as_it_is_with_the_reason(
    wanted: Wanted, facts: Facts
) -> None:
    row = row_of(wanted, facts)
    assert row.new == NO_LEADER
    assert row.clamp is Clamp.NONE
    assert Plan("billing", (row,)).changes == {}
    assert Plan("billing", (row,)).left == 1


def test_nothing_can_be_shifted_from_nowhere() -> None:
    row = row_of(By(5), Facts(None, 0, 10))
    assert row.new == Unknown("it has no position to shift from")


def test_a_position_that_cannot_be_read_may_skip_records() -> None:
    row = row_of(ToEndOfLog(), Facts(NO_LEADER, 0, 10))
    assert (row.new, row.again, row.skipped) == (10, NO_LEADER, NO_LEADER)
    plan = Plan("billing", (row,))
    assert plan.may_skip
    assert plan.skipped == Total(0, 1)


def test_what_retention_deleted_is_not_skipped_by_the_reset() -> None:
    assert row_of(ToStartOfLog(), Facts(3, 10, 20)).skipped == 0
    assert row_of(At(12), Facts(3, 10, 20)).skipped == 2


def test_a_group_beyond_the_end_reads_again_only_what_there_is() -> None:
    assert row_of(ToStartOfLog(), Facts(50, 10, 20)).again == 10


def test_sums_are_of_the_partitions_that_move() -> None:
    keys = [TopicPartition("orders", index) for index in range(5)]
    wanted: dict[TopicPartition, Wanted] = dict.fromkeys(keys, At(50))
    facts = {
        keys[4]: Facts(70, 0, 100),
        keys[0]: Facts(20, 0, 100),
        keys[1]: Facts(50, 0, 100),
        keys[2]: Facts(10, 0, 30),
        keys[3]: Facts(10, 0, NO_LEADER),
    }
    plan = planned("billing", wanted, facts)
    assert [row.key for row in plan.rows] == keys
    assert plan.changes == {keys[0]: 50, keys[2]: 30, keys[4]: 50}
    assert plan.again == Total(20)
    assert plan.skipped == Total(50)
    assert (plan.clamped, plan.left) == (1, 1)
    assert plan.may_skip
