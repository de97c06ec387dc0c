"""What a process of its own answers, and what its death means."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.reliability.own_process import Died, in_own_process

FOREVER = "import threading; threading.Event().wait()"


def fail() -> None:
    raise ValueError("by itself")


def start_and_abort(told: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", FOREVER])
    told.write_text(str(child.pid))
    os.abort()


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_an_answer_comes_back() -> None:
    assert in_own_process(divmod, 7, 2) == (3, 1)


def test_a_death_is_told_by_its_signal_and_leaves_nobody_behind(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with pytest.raises(Died, match="SIGABRT"):
        in_own_process(start_and_abort, told)
    pid = int(told.read_text())
    while lives(pid):
        pass
    assert not lives(pid)


def test_a_call_that_fails_by_itself_is_no_death(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="ended with 1") as told:
        in_own_process(fail)
    assert not isinstance(told.value, Died)
    assert "ValueError: by itself" in capfd.readouterr().err
