"""A short form; `python -m tests.reliability.overload` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.overload import run


@pytest.mark.long
@pytest.mark.timeout(240)
def test_four_times_the_memory_is_asked_for_and_nobody_is_killed(tmp_path: Path) -> None:
    result = run(5.0, 18, tmp_path)
    assert result["clean"], result
