"""What a table for scripts costs: the lag of very many groups, printed once and then watched."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.bench.console.clusters import (
    LAG_TOPICS_OF_GROUP,
    Amounts,
    fill_lag,
    lag_amounts,
    served,
)
from tests.bench.workloads import Figures

WATCHED_S = 15.0


def lag_of_groups(work: Path, amounts: Amounts, rounds: int) -> list[Figures]:
    """`kconsole get lag` of all groups, from its start to its end, and its share of a core later.

    What is watched is read each second, and printed only when it changes.
    """
    found = []
    few = lag_amounts(amounts)
    with served(work, f"lag of {few.groups} in {few.topics}", fill_lag, few) as broker:
        for number in range(rounds):
            printed = work / f"lag-{number}.csv"
            cost = _run(["get", "lag", "-b", broker.address, "-o", "csv"], printed)
            rows = len(printed.read_text().splitlines()) - 1
            assert rows == few.groups * LAG_TOPICS_OF_GROUP, f"{rows} rows were printed"
            found.append(
                {
                    "s to the table": cost.wall_s,
                    "CPU s": cost.cpu_s,
                    "resident MB at most": cost.peak_mb,
                    "CPU % while watched": _watched_percent(broker.address, printed),
                }
            )
    return found


class _Cost(NamedTuple):
    """What one process took."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def _run(arguments: list[str], printed: Path) -> _Cost:
    began_s = time.perf_counter()
    with printed.open("wb") as output:
        process = subprocess.Popen(_command(arguments), stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - began_s
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{' '.join(arguments)} exited with {process.returncode}"
    return _Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def _watched_percent(address: str, printed: Path) -> float:
    """The share of a core that goes into reading again, once the table is there."""
    with printed.open("wb") as output:
        process = subprocess.Popen(
            _command(["get", "lag", "-b", address, "-o", "csv", "--watch", "1"]), stdout=output
        )
        try:
            while not printed.stat().st_size:
                assert process.poll() is None, "the table was not printed"
                time.sleep(0.1)
            began_s, before_s = time.perf_counter(), _cpu_s(process.pid)
            time.sleep(WATCHED_S)
            cpu_s, passed_s = _cpu_s(process.pid) - before_s, time.perf_counter() - began_s
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
    return 100 * cpu_s / passed_s


def _cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "console.cli", *arguments]
