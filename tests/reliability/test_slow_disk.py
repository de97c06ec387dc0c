"""A short form of slow disks; `python -m tests.reliability.slow_disk` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.slow_disk import run


@pytest.mark.long
def test_nobody_who_does_not_need_the_disk_waits_for_it(tmp_path: Path) -> None:
    result = run(3.0, 15, tmp_path, sync_ms=(20, 200), rate=2000)
    assert result["clean"], result
    assert result["answers"], result
