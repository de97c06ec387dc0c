"""A short form of fuzzing; `python -m tests.reliability.fuzz` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.fuzz import run
from tests.reliability.planted_decoders import BUGS


def test_bytes_made_wrong_are_read_or_refused(tmp_path: Path) -> None:
    """The connections have a test of their own, `test_hostile_requests.py`."""
    result = run(
        tmp_path,
        frames=40_000,
        seed=3,
        seconds=100,
        messages_every=25,
        connection_frames=0,
        bug_frames=20_000,
        bugs=("let bad text out",),
    )
    assert result["clean"], result


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_planted_bug_is_found(tmp_path: Path) -> None:
    result = run(
        tmp_path, frames=40_000, seed=3, seconds=500, messages_every=25, connection_frames=200
    )
    assert result["clean"], result
    assert result["text"] == f"finds {len(BUGS)} of {len(BUGS)}"
