"""A gap in what a group has read is put down to retention only if retention was there first."""

import math

import pytest

from tests.reliability.log_starts import LATE_S, LogStarts, overtaken

PARTITION = 1


def watched() -> LogStarts:
    """Retention took 0 to 99 at 10 s, and 100 to 199 at 20 s."""
    starts = LogStarts(dict)
    for start, at_s in ((0, 1.0), (100, 10.0), (100, 11.0), (200, 20.0)):
        starts.note(PARTITION, start, at_s)
    return starts


@pytest.mark.parametrize(
    ("gaps", "told_s", "count"),
    [
        ([], 30.0, 0),
        ([(0, 100)], 10.5, 100),
        ([(50, 100)], 10.5, 50),
        ([(50, 100)], 10.0 - LATE_S, 50),
        ([(50, 100)], 9.9 - LATE_S, 0),
        ([(50, 150)], 10.5, 0),
        ([(50, 150)], 20.0, 100),
        ([(50, 201)], 30.0, 0),
        ([(50, 200)], 20.0, 150),
        ([(50, 200)], math.inf, 0),
        ([(20, 30), (50, 200)], 10.5, 10),
    ],
)
def test_what_was_gone_before_a_member_read_behind_it_was_overtaken(
    gaps: list[tuple[int, int]], told_s: float, count: int
) -> None:
    assert overtaken(watched(), PARTITION, gaps, lambda _: told_s) == count


def test_of_a_partition_that_was_never_seen_nothing_was_overtaken() -> None:
    assert overtaken(watched(), PARTITION + 1, [(0, 10)], lambda _: math.inf) == 0
