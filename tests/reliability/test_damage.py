"""A short form of damages; `python -m tests.reliability.damage` is the long one."""

from pathlib import Path

from tests.reliability.damage import FIELDS, KINDS, run


def test_damage_is_told_and_costs_its_batch_alone(tmp_path: Path) -> None:
    """The unit tests of storage have every cut and tail of a log; here they are a broker's."""
    flips = 4 * max(len(FIELDS), len(KINDS))
    result = run(seed=8, flips=flips, seconds=100, work=tmp_path, every=29)
    assert result["clean"], result
