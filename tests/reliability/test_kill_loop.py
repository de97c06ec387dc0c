"""A short form of the kill loop; `python -m tests.reliability.kill_loop` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.kill_loop import run


@pytest.mark.timeout(240)
def test_nothing_acknowledged_is_lost_over_three_deaths(tmp_path: Path) -> None:
    result = run(rounds=3, seed=11, seconds=120, work=tmp_path / "loop", rate=3000)
    assert result["clean"], result
