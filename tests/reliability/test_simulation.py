"""A short form of the simulation; `python -m tests.reliability.simulation` is the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.planted import BUGS
from tests.reliability.simulation import run

NOT_SIMULATED = {"forget a truncation"}
"""It is planted into the file system of the machine, which has no part here."""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_broker_keeps_what_it_promised_whatever_happens(seed: int, tmp_path: Path) -> None:
    result = run(0.4, seed, minutes=2, work=tmp_path, pause_s=600)
    assert result["clean"], result
    assert result["faults_played"]


def test_the_seed_alone_decides_what_happens() -> None:
    first, again, other = (run(0.05, seed, minutes=1, pause_s=60) for seed in (4, 4, 5))
    first.pop("cpu_seconds")
    again.pop("cpu_seconds")
    assert first == again
    assert first["trace"] != other["trace"]


def test_a_planted_bug_is_found() -> None:
    assert not _is_clean_with("lose a commit", hours=1)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("bug", sorted(BUGS.keys() - NOT_SIMULATED))
def test_every_planted_bug_is_found(bug: str) -> None:
    assert not _is_clean_with(bug, hours=50)


def _is_clean_with(bug: str, hours: float) -> bool:
    """Bugs stay in the process into which they are planted, so that is another one."""
    words = ("--hours", str(hours), "--seed", "5", "--bug", bug)
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.simulation", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"clean": ' in done.stdout, done.stderr
    return done.returncode == 0
