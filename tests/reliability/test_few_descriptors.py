"""A short form; `python -m tests.reliability.few_descriptors` is the long one."""

from pathlib import Path

from tests.reliability.few_descriptors import run


def test_a_crowd_of_clients_keeps_no_other_from_being_served(tmp_path: Path) -> None:
    result = run(rounds=1, seed=13, seconds=100, work=tmp_path, descriptors=96, partitions=120)
    assert result["clean"], result
