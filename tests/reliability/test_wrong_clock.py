"""A short form of wrong clocks; `python -m tests.reliability.wrong_clock` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.wrong_clock import run


@pytest.mark.long
def test_a_clock_that_is_ten_years_on_deletes_nothing(tmp_path: Path) -> None:
    result = run(rounds=1, seed=16, seconds=100, work=tmp_path)
    assert result["clean"], result
