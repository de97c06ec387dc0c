"""A short form of the simulation; `python -m tests.reliability.simulation` is the long one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.planted import BUGS
from tests.reliability.simulation import run

NOT_SIMULATED = {"forget a truncation"}
"""It is planted into the file system of the machine, which has no part here."""


def test_a_broker_keeps_what_it_promised_whatever_happens(tmp_path: Path) -> None:
    """Three seeds, by the command: what it does with one it does again."""
    result = _lived(tmp_path, "--seed", "1", "--hours-each", "0.4", "--pause-seconds", "600")
    assert result["clean"], result
    assert result["seeds"] == 3
    assert result["faults_played"]


def test_the_seed_alone_decides_what_happens() -> None:
    first, again, other = (run(0.05, seed, minutes=1, pause_s=60) for seed in (4, 4, 5))
    first.pop("cpu_seconds")
    again.pop("cpu_seconds")
    assert first == again
    assert first["trace"] != other["trace"]


def test_a_planted_bug_is_found(tmp_path: Path) -> None:
    assert not _lived(tmp_path, "--seed", "5", "--bug", "lose a commit", hours=1)["clean"]


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("bug", sorted(BUGS.keys() - NOT_SIMULATED))
def test_every_planted_bug_is_found(bug: str, tmp_path: Path) -> None:
    assert not _lived(tmp_path, "--seed", "5", "--bug", bug, hours=50)["clean"]


def _lived(work: Path, *words: str, hours: float = 1.2) -> dict[str, Any]:
    """The result of the command: bugs stay in the process into which they are planted, and strings
    hash there as in every other run of a seed."""
    command = ("-m", "tests.reliability.simulation", "--hours", str(hours), "--keep", str(work))
    done = subprocess.run(
        [sys.executable, *command, *words], capture_output=True, text=True, check=False
    )
    assert '"clean": ' in done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode == 0) == result["clean"]
    return result
