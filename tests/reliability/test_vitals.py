"""Growth is seen through noise, and noise is not taken for growth."""

import math
import random

import pytest

from tests.reliability.vitals import Sample, anonymous_bytes, slope, vitals

MINUTES = 30


def memory(per_minute: float, seed: int, *, noise: float = 200_000) -> list[tuple[float, float]]:
    """A sample a second: a base, growth, and noise that lasts for some seconds."""
    chance = random.Random(seed)
    drift, points = 0.0, []
    for second in range(MINUTES * 60):
        drift = 0.9 * drift + chance.gauss(0, noise)
        points.append((float(second), 60e6 + per_minute * second / 60 + drift))
    return points


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_does_not_grow(seed: int) -> None:
    found = slope(memory(0, seed))
    assert abs(found.per_minute) < 4 * found.error


@pytest.mark.parametrize("seed", range(5))
def test_growth_is_measured_through_noise(seed: int) -> None:
    found = slope(memory(100_000, seed))
    assert abs(found.per_minute - 100_000) < 4 * found.error
    assert found.per_minute - 2 * found.error > 50_000


def test_a_peak_that_is_given_back_is_no_growth() -> None:
    points = [(float(second), 60e6 + (9e6 if second % 60 < 50 else 0)) for second in range(1200)]
    found = slope(points)
    assert found.per_minute == pytest.approx(0)
    assert found.at_most == pytest.approx(0, abs=1)


def test_a_peak_that_is_kept_is_growth() -> None:
    points = [(float(second), 60e6 + (1e6 if second >= 600 else 0)) for second in range(1200)]
    assert slope(points).at_least > 40_000


def test_a_minute_that_is_cut_short_tells_nothing() -> None:
    points = [(float(second), 1.0) for second in range(600)]
    assert slope([*points, (600.0, 9e6), (601.0, 9e6)]) == slope(points)


def test_memory_is_what_belongs_to_the_process_alone() -> None:
    told = "55-7f [rollup]\nRss: 50000 kB\nAnonymous: 30000 kB\nSwap: 200 kB\nSwapPss: 9 kB\n"
    assert anonymous_bytes(told) == 30_200 * 1024


def test_a_straight_line_has_no_error() -> None:
    found = slope([(float(second), 5.0 * second) for second in range(600)])
    assert found.per_minute == pytest.approx(300)
    assert found.error == pytest.approx(0, abs=1e-6)


def test_few_samples_tell_nothing() -> None:
    assert math.isnan(slope([]).per_minute)
    assert math.isnan(slope([(0.0, 1.0), (1.0, 2.0)]).error)


def test_what_the_warm_up_takes_is_put_aside() -> None:
    warm = [Sample(float(second), 1_000_000 * second, second) for second in range(60)]
    level = [Sample(float(second), 60_000_000, 60) for second in range(60, 600)]
    found = vitals([*warm, *level], warm_up_s=60)
    assert found.memory.per_minute == 0
    assert (found.memory_first_bytes, found.memory_last_bytes) == (60_000_000, 60_000_000)
    assert (found.descriptors_first, found.descriptors_max) == (60, 60)
