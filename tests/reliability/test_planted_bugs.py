"""The verifier catches what is planted into a broker, and finds nothing where there is nothing."""

from pathlib import Path

import pytest

from tests.reliability.cut_trial import run_trial
from tests.reliability.mutation import run
from tests.reliability.planted import BUGS


@pytest.mark.timeout(120)
def test_a_broker_without_a_bug_keeps_its_promises_over_a_power_cut(tmp_path: Path) -> None:
    trial = run_trial(tmp_path / "none", bug="", seed=3, cuts=1)
    assert trial.is_clean, trial.verdict.faults
    assert trial.cuts == 1


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_planted_bug_is_caught(tmp_path: Path) -> None:
    result = run(tmp_path, seed=4, cuts=2, seconds=800)
    assert result["clean"], result
    assert result["text"] == f"catches {len(BUGS)} of {len(BUGS)}"
