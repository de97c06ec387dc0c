"""Durations and sizes as people write them."""

import pytest

from engine.config.units import bytes_of, milliseconds_of


@pytest.mark.parametrize(
    ("text", "amount"),
    [("7d", 604_800_000), ("1h30m", 5_400_000), ("250 ms", 250), ("2W", 1_209_600_000)],
)
def test_durations(text, amount):
    assert milliseconds_of(text) == amount


@pytest.mark.parametrize(
    ("text", "amount"), [("64MiB", 67_108_864), ("1 GB", 10**9), ("512b", 512), ("1kib1b", 1025)]
)
def test_sizes(text, amount):
    assert bytes_of(text) == amount


@pytest.mark.parametrize("text", ["", "7", "7 days", "d", "-1d", "1h-", "1.5h"])
def test_other_text_is_no_duration(text):
    assert milliseconds_of(text) is None
