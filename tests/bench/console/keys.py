"""Keys in the console while its own broker works hard, and what the broker loses by the console.

The load is four fifths of the rate that the broker reaches alone on this machine, with the load's
own cost. Each round puts it on `kconsole serve` and then on the broker of a console in which keys
are pressed; both sync to disk.
"""

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.console.clusters import Amounts
from tests.bench.console.program import WAIT_S, Program
from tests.bench.pipelines import check_produced, produce_frames, requests_per_second
from tests.bench.workloads import Figures, create_topic
from tests.support.console_program import server_of
from tests.support.group_reader import create_topic as create_named
from tests.support.served import ServedBroker

SHARE = 0.8
PARTITIONS = 10
IN_FLIGHT = 5
CAPACITY_S, LOAD_S = 3.0, 25.0
LIST_TOPICS = 12
KEY_EACH_S = 0.15
LEAD_S = 3.0


def keys_under_load(work: Path, _amounts: Amounts, rounds: int) -> list[Figures]:
    """Latencies of keys, and those of the broker with and without the console."""
    found = []
    for _ in range(rounds):
        with ServedBroker(work / "alone") as broker:
            rate = SHARE * _capacity(broker.address)
            alone = _finished(_load(broker.address, rate))
        taken_ms, beside = _with_console(work, rate)
        shutil.rmtree(work / "hosted")
        cuts = statistics.quantiles(taken_ms, n=100)
        found.append(
            {
                "ms from key to frame p50": cuts[49],
                "ms from key to frame p99": cuts[98],
                "broker p99 ms alone": alone["p99 ms"],
                "broker p99 ms with the console": beside["p99 ms"],
                "broker p99, with to alone": beside["p99 ms"] / alone["p99 ms"],
                "requests/s": rate,
            }
        )
    return found


def _with_console(work: Path, rate: float) -> tuple[list[float], Figures]:
    data = work / "hosted"
    with Program(["--data", str(data), "--listen", "127.0.0.1:0"], work / "home") as program:
        program.wait_for("1/1")
        _, address = server_of(data)
        names = [f"a-topic-{number:02d}" for number in range(LIST_TOPICS)]
        for name in names:
            create_named(address, name, 1)
        program.press("2")
        program.wait_for(names[-1])
        load = _load(address, rate)
        time.sleep(LEAD_S)
        taken_ms = []
        at = 0
        while load.poll() is None:
            is_down = at == 0
            at = 1 if is_down else 0
            pressed_s = program.press("j" if is_down else "k")
            shown_s = program.wait_for(f"▌{names[at]}")
            taken_ms.append(1e3 * (shown_s - pressed_s))
            time.sleep(KEY_EACH_S)
        program.leave()
    return taken_ms, _finished(load)


def _capacity(address: str) -> float:
    """Requests a second that the broker answers when it always has some."""
    topic = create_topic(address, PARTITIONS)
    frames = produce_frames(topic, PARTITIONS, PARTITIONS)
    rate, _ = asyncio.run(
        requests_per_second(address, frames, IN_FLIGHT, CAPACITY_S, check_produced)
    )
    return rate


def _load(address: str, rate: float) -> subprocess.Popen[str]:
    topic = create_topic(address, PARTITIONS)
    module = "tests.bench.console.paced_load"
    return subprocess.Popen(
        [sys.executable, "-m", module, address, topic, str(PARTITIONS), str(rate), str(LOAD_S)],
        stdout=subprocess.PIPE,
        text=True,
    )


def _finished(load: subprocess.Popen[str]) -> Figures:
    told, _ = load.communicate(timeout=WAIT_S)
    assert load.returncode == 0, "the load ended with an error"
    figures: Figures = json.loads(told)
    return figures
