"""Where groups begin that have no offsets."""

import pytest

from engine.config.durations import OffsetReset


@pytest.mark.parametrize(
    "text",
    ["earliest", "latest", "by_duration:PT1H", "by_duration:P1DT2H3M4.5S", "by_duration:P0D"],
)
def test_ends_and_spans_of_time_are_allowed(text: str) -> None:
    assert OffsetReset().fault(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "Earliest", "none", "by_duration:", "by_duration:P", "by_duration:PT", "by_duration:-P1D"],
)
def test_anything_else_is_refused(text: str) -> None:
    assert OffsetReset().fault(text)
