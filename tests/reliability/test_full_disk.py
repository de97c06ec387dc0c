"""A short form of full disks; `python -m tests.reliability.full_disk` is the long one."""

from pathlib import Path

from tests.reliability.full_disk import run


def test_a_broker_that_dies_on_a_full_disk_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    result = run(rounds=1, seed=12, seconds=100, work=tmp_path)
    assert result["clean"], result
