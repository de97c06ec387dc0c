"""A short form of the soak; `python -m tests.reliability.soak` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.soak import run


@pytest.mark.timeout(240)
def test_a_loaded_broker_loses_nothing_while_members_come_and_go(tmp_path: Path) -> None:
    result = run(tmp_path / "soak", seconds=10, rate=300, seed=11)
    assert result["lost"] == 0, result
    assert result["faults"] == []
    assert result["topics_made"]
    assert result["read_by_groups"]
