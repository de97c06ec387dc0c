"""A short form of lives of groups; `python -m tests.reliability.groups` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.groups import run
from tests.reliability.planted_groups import BUGS


@pytest.mark.timeout(240)
def test_groups_keep_their_promises_and_planted_bugs_are_found(tmp_path: Path) -> None:
    result = run(tmp_path, histories=40, seed=5, seconds=200, bug_histories=400)
    assert result["clean"], result
    assert result["text"] == f"finds {len(BUGS)} of {len(BUGS)}"
