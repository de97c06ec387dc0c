"""One worker process: its roles, its clients, and that it ends with its standard input."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console.demo.worker import EXIT_HELD_UP, ROLES, Assignment, producer
from console.demo.workflow import WORKERS
from tests.support.served import ServedBroker

SECONDS_MAX = 60


def worker(role: str, bootstrap: str, folder: Path) -> "subprocess.Popen[bytes]":
    options = ["--bootstrap", bootstrap, "--name", role, "--folder", str(folder), "--seed", "1"]
    return subprocess.Popen(
        [sys.executable, "-m", "console.demo.worker", role, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_every_worker_of_the_workflow_has_a_role() -> None:
    assert {row.role for row in WORKERS} == set(ROLES)
    assert len({row.name for row in WORKERS}) == len(WORKERS)


def test_a_producer_neither_loses_nor_repeats() -> None:
    made = producer(Assignment("127.0.0.1:1", "payments", Path(), 1))
    assert made.flush(0) == 0


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_worker_ends_when_its_standard_input_does(role: str, tmp_path: Path) -> None:
    """However the console dies: the pipe to its workers ends with it."""
    with ServedBroker(tmp_path / "data") as broker:
        with worker(role, broker.address, tmp_path) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.stdout.readline()
            assert process.poll() is None, "the terminal's interrupt is the console's to decide on"
            _, error = process.communicate(timeout=SECONDS_MAX)
        assert (process.returncode, error) == (0, b"")


def test_a_worker_that_is_held_up_is_ended_when_its_standard_input_is() -> None:
    """As by a client library that waits for ever for a broker that is gone."""
    held_up = (
        "import threading\n"
        "from console.demo.control import Commands\n"
        "from console.demo.worker import leave_in_time\n"
        "Commands(lambda: leave_in_time(0.01))\n"
        "threading.Event().wait()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", held_up], stdin=subprocess.DEVNULL, timeout=SECONDS_MAX
    )
    assert ended.returncode == EXIT_HELD_UP


def test_a_role_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with worker("thief", "127.0.0.1:1", tmp_path) as process:
        _, error = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 2
    assert b"thief" in error
