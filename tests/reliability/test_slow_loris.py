"""A short form; `python -m tests.reliability.slow_loris` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.slow_loris import WRONG_FRAMES, run


@pytest.mark.timeout(240)
def test_clients_that_take_for_ever_harm_nobody(tmp_path: Path) -> None:
    result = run(80, 19, 2.0, tmp_path)
    assert result["clean"], result
    assert result["wrong_frames_closed"].keys() == WRONG_FRAMES.keys()
