"""A short form of the simulation; `python -m tests.reliability.simulation` is the long one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import simulated_faults
from tests.reliability.planted import BUGS
from tests.reliability.simulated_faults import NOT_COME
from tests.reliability.simulation import Simulation, run, run_seeds

NOT_SIMULATED = {"forget a truncation"}
"""It is planted into the file system of the machine, which has no part here."""


def test_a_broker_keeps_what_it_promised_whatever_happens(tmp_path: Path) -> None:
    """Three seeds, by the command: what it does with one it does again."""
    result = _lived(tmp_path, "--seed", "1", "--hours-each", "0.4", "--pause-seconds", "600")
    assert result["clean"], result
    assert result["seeds"] == 3
    assert result["faults_played"]
    assert result["faults_played"] == sum(result["by_kind"].values())
    assert result["faults_played"] + result["faults_not_come"] == result["events"]["verifications"]
    assert result["simulated_hours"] >= result["hours_asked"]


def test_a_seed_that_has_begun_lives_to_its_end_and_fewer_hours_are_not_clean(
    tmp_path: Path,
) -> None:
    """Goal: the machine's time decides whether a seed lives, and never how long."""
    one = run(0.05, 4, pause_s=60)
    cut = run_seeds(0.5, 4, 0.0, tmp_path, hours_each=0.05, pause_s=60)
    assert (cut["seeds"], cut["simulated_hours"]) == (1, one["simulated_hours"])
    assert (one["clean"], cut["clean"], cut["faults"]) == (True, False, [])
    assert run_seeds(0.05, 4, 0.0, tmp_path, hours_each=0.05, pause_s=60)["clean"]


COMES = ("process killed", "power cut", "stopped and started", "power cut during a start")
"""Whatever a broker does."""


@pytest.mark.parametrize("name", COMES)
def test_a_fault_counts_when_it_has_come(name: str) -> None:
    assert _played_alone(name) == {name: 1}


@pytest.mark.parametrize(
    "name",
    [
        "process killed at an operation",
        "power cut at an operation",
        "EIO once",
        "ENOSPC until room is made",
        "connections reset",
        "connections half open",
        "slow network",
    ],
)
def test_a_fault_that_did_not_come_does_not_count(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No operation of the disk is the one at which it is to come, and nobody is connected."""
    monkeypatch.setattr(simulated_faults, "OPERATIONS_MAX", 1 << 60)
    assert _played_alone(name) == {NOT_COME: 1}


def test_the_seed_alone_decides_what_happens() -> None:
    first, again, other = (run(0.05, seed, pause_s=60) for seed in (4, 4, 5))
    first.pop("cpu_seconds")
    again.pop("cpu_seconds")
    assert first == again
    assert first["trace"] != other["trace"]


def test_a_planted_bug_is_found(tmp_path: Path) -> None:
    found, without = _lived_with("lose a commit", tmp_path, hours=1)
    assert found["faults"], found
    assert without["clean"], without


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("bug", sorted(BUGS.keys() - NOT_SIMULATED))
def test_every_planted_bug_is_found(bug: str, tmp_path: Path) -> None:
    found, without = _lived_with(bug, tmp_path, hours=50)
    assert found["faults"], found
    assert without["clean"], without


def _played_alone(name: str) -> dict[str, int]:
    """What is counted after a fault of a broker that nobody uses."""
    simulation = Simulation(7, 60)

    async def play() -> None:
        await simulation.faults.running()
        await simulation.faults.play(name)

    with simulation.machine.in_place():
        simulation.loop.run_until_complete(play())
        simulation.machine.kill()
    simulation.machine.threads.close()
    simulation.loop.close()
    assert not simulation.all_faults
    return dict(simulation.world.events)


def _lived_with(bug: str, work: Path, *, hours: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was found with a bug, and in as many hours of the same seeds without it."""
    found = _lived(work, "--seed", "5", "--bug", bug, hours=hours)
    return found, _lived(work, "--seed", "5", hours=found["simulated_hours"])


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
