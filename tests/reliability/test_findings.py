"""A run is steady if growth is ruled out; one that cannot tell is not."""

import math
from collections.abc import Sequence

import pytest

from tests.reliability.findings import Findings
from tests.reliability.verifier import Verdict
from tests.reliability.vitals import Slope, Vitals

LEVEL = Slope(0.0, 0.1)


def findings(
    memory: Slope = LEVEL,
    descriptors: Slope = LEVEL,
    *,
    reads: Sequence[int] = (1000, 1000),
    overtaken: int = 0,
) -> Findings:
    vitals = Vitals(
        memory=memory,
        memory_first_bytes=30_000_000,
        memory_last_bytes=30_000_000,
        memory_bytes_max=30_000_000,
        descriptors=descriptors,
        descriptors_first=60,
        descriptors_last=60,
        descriptors_max=60,
    )
    return Findings(
        vitals=vitals,
        rest=Verdict(),
        compacted=Verdict(acknowledged=1),
        acknowledged=1,
        reads=reads,
        skipped=0,
        overtaken=overtaken,
        expired=1,
        faults=[],
    )


@pytest.mark.parametrize(
    ("per_minute", "error", "is_steady"),
    [
        (0, 5_000, True),
        (8_000, 2_000, True),
        (40_000, 12_000, True),
        (40_000, 10_000, False),
        (80_000, 5_000, False),
        (0, 40_000, False),
        (-100_000, 10_000, True),
        (math.nan, math.nan, False),
    ],
)
def test_memory_must_not_grow_by_more_than_chance_which_must_be_small(
    per_minute: float, error: float, *, is_steady: bool
) -> None:
    found = findings(Slope(per_minute, error))
    assert found.is_steady is is_steady
    assert found.is_clean is is_steady


@pytest.mark.parametrize(("per_minute", "is_steady"), [(0.6, True), (0.8, False)])
def test_descriptors_must_not_grow_by_more_than_chance(
    per_minute: float, *, is_steady: bool
) -> None:
    assert findings(LEVEL, Slope(per_minute, 0.1)).is_steady is is_steady


def test_what_a_short_run_cannot_tell_is_left_open() -> None:
    told = findings(Slope(math.nan, math.nan)).told()
    assert told["memory_bytes_per_minute"] is told["memory_bytes_per_minute_error"] is None
    assert not told["clean"]


@pytest.mark.parametrize(
    ("reads", "overtaken", "was_at_work"),
    [
        ((1000, 1000), 0, True),
        ((1000, 1000), 20, True),
        ((1000, 1000), 21, False),
        ((1000, 0), 0, False),
    ],
)
def test_a_run_whose_readers_did_not_keep_up_proves_nothing(
    reads: Sequence[int], overtaken: int, *, was_at_work: bool
) -> None:
    assert findings(reads=reads, overtaken=overtaken).is_clean is was_at_work
