"""A short form of failing operations; `python -m tests.reliability.failing_io` is the long one."""

from pathlib import Path

from tests.reliability.failing_io import run


def test_nothing_acknowledged_is_lost_whichever_operation_fails(tmp_path: Path) -> None:
    result = run(seed=7, every=83, seconds=100, work=tmp_path)
    assert result["clean"], result
