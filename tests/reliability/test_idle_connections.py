"""A short form; `python -m tests.reliability.idle_connections` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.idle_connections import run


@pytest.mark.long
def test_a_thousand_idle_connections_cost_little(tmp_path: Path) -> None:
    result = run(1000, 17, 1.0, tmp_path)
    assert result["clean"], result
