"""Delays: doubling, bounded, off by a fifth at most."""

import pytest

from engine.client.backoff import Backoff
from tests.support.entropy import SeededEntropy


@pytest.mark.parametrize(
    ("failures", "middle_s"), [(0, 1.0), (1, 2.0), (2, 4.0), (9, 10.0), (999, 10.0)]
)
def test_delays_double_up_to_the_bound(failures: int, middle_s: float) -> None:
    backoff = Backoff(1.0, 10.0, SeededEntropy())
    delays = [backoff.delay_s(failures) for _ in range(200)]
    assert min(delays) >= middle_s * 0.8
    assert max(delays) <= middle_s * 1.2
    assert len(set(delays)) > 100
