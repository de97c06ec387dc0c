"""A short form; `python -m tests.reliability.few_descriptors` is the long one."""

from pathlib import Path

from tests.reliability.few_descriptors import run


def test_neither_a_crowd_of_clients_nor_many_partitions_cost_data(tmp_path: Path) -> None:
    result = run(rounds=2, seed=13, seconds=100, work=tmp_path, descriptors=96, partitions=120)
    assert result["clean"], result
    assert result["rounds_by_way"] == {"by clients": 1, "by partitions": 1}
