"""A short form of bad networks; `python -m tests.reliability.bad_network` is the long one."""

from pathlib import Path

from tests.reliability.bad_network import run


def test_nothing_is_lost_or_doubled_by_connections_that_end_in_the_middle(tmp_path: Path) -> None:
    result = run(rounds=1, seed=14, seconds=100, work=tmp_path)
    assert result["clean"], result
    assert result["connections_reset"], result
