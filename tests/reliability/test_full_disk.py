"""A short form of full disks; `python -m tests.reliability.full_disk` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.full_disk import run
from tests.reliability.small_disk import CountedDisk, MountedDisk, SmallDisk, can_mount

KINDS = (CountedDisk, MountedDisk) if can_mount() else (CountedDisk,)
SEED = 7
"""Leaves no byte; on a disk that is counted no block that was begun has room either."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_broker_that_dies_on_a_full_disk_loses_nothing_and_goes_on(
    kind: type[SmallDisk], tmp_path: Path
) -> None:
    result = run(rounds=1, seed=SEED, seconds=100, work=tmp_path, make_disk=kind)
    assert result["clean"], result
