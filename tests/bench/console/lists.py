"""How the console starts, and how it shows ten thousand topics and five thousand groups."""

import statistics
import time
from pathlib import Path
from typing import NamedTuple

from tests.bench.console.clusters import (
    COMMITTED,
    RECORDS_OF_GROUPS,
    Amounts,
    Trickle,
    fill_groups,
    fill_topics,
    group_name,
    served,
    topic_name,
)
from tests.bench.console.pauses import figures_of
from tests.bench.console.program import Program
from tests.bench.console.relay import Relay
from tests.bench.workloads import Figures

METADATA_BYTES_MIN = 100_000
SETTLED_S, REFRESHED_S = 15.0, 15.0
VIEWS = {"1": "overview", "2": "topics", "4": "retention"}
LAG_IN_SIGHT = f"{3 * (RECORDS_OF_GROUPS - COMMITTED):>10}"
TRICKLE_TOPICS, TRICKLE_EACH_S = 1_000, 0.005
TYPED = ("7", "4", "1")


def start(work: Path, _amounts: Amounts, rounds: int) -> list[Figures]:
    """From the start of the process to the first frame, with the cluster that is there."""
    found = []
    with served(work, "empty", _fill_nothing, Amounts(0, 0, 0)) as broker:
        for _ in range(rounds):
            with Program(["--bootstrap", broker.address], work / "home") as program:
                shown_s = program.wait_for("Overview")
                cpu_s = program.usage().cpu_s
                program.wait_for("1/1")
                program.leave()
            found.append(
                {"ms to the first frame": 1e3 * (shown_s - program.started_s), "CPU s": cpu_s}
            )
    return found


async def _fill_nothing(*_: object) -> None:
    return


def first_paint(work: Path, amounts: Amounts, rounds: int) -> list[Figures]:
    """From the answer that has every topic to the first names on the screen."""
    found = []
    with (
        served(work, "topics", fill_topics, amounts) as broker,
        Relay(broker.address) as relay,
    ):
        for _ in range(rounds):
            relay.answers.clear()
            with Program(["--bootstrap", relay.address], work / "home") as program:
                shown_s = program.wait_for(topic_name(0))
                cpu_s = program.usage().cpu_s
                program.leave()
            metadata = next(a for a in relay.answers if a.size_bytes > METADATA_BYTES_MIN)
            found.append(
                {
                    "ms from metadata to names": 1e3 * (shown_s - metadata.passed_s),
                    "CPU s to names": cpu_s,
                }
            )
    return found


def refreshes(work: Path, amounts: Amounts, rounds: int) -> list[Figures]:
    """Pauses of the loop while lists of topics are refreshed, by themselves and by the key."""
    found = []
    with served(work, "topics", fill_topics, amounts) as broker:
        some = [topic_name(number) for number in range(min(TRICKLE_TOPICS, amounts.topics))]
        for _ in range(rounds):
            with (
                Trickle(broker.address, some, TRICKLE_EACH_S),
                Program(["--bootstrap", broker.address], work / "home", is_watched=True) as program,
            ):
                program.wait_for(topic_name(0))
                windows = {view: _refreshed(program, key) for key, view in VIEWS.items()}
                usage = program.usage()
                pauses = program.leave()
            figures: Figures = {}
            for view, window in windows.items():
                these = figures_of(pauses, window.began_s, window.ended_s)
                these["CPU %"] = window.cpu_percent
                figures |= {f"{view}: {figure}": value for figure, value in these.items()}
            found.append(figures | {"resident MB": usage.resident_mb, "own MB": usage.own_mb})
    return found


class Window(NamedTuple):
    """A stretch of time, and the share of a core that the console used in it."""

    began_s: float
    ended_s: float
    cpu_percent: float


def _refreshed(program: Program, view_key: str) -> Window:
    """A view that has been there for a while, refreshed by the key and then by itself."""
    program.press(view_key)
    time.sleep(SETTLED_S)
    began_s, before_s = time.perf_counter(), program.usage().cpu_s
    program.press("r")
    time.sleep(REFRESHED_S)
    ended_s, after_s = time.perf_counter(), program.usage().cpu_s
    return Window(began_s, ended_s, 100 * (after_s - before_s) / (ended_s - began_s))


def filter_keys(work: Path, amounts: Amounts, rounds: int) -> list[Figures]:
    """From a key in the filter line to the table with the rows that are left."""
    found = []
    with served(work, "topics", fill_topics, amounts) as broker:
        for _ in range(rounds):
            with Program(["--bootstrap", broker.address], work / "home") as program:
                program.wait_for(topic_name(0))
                program.press("2")
                program.wait_for(f"{amounts.topics:,} topics")
                time.sleep(SETTLED_S)
                program.press("/")
                program.wait_for("/regular expression/")
                taken = [_filtered_ms(program, amounts, number) for number in range(len(TYPED))]
                program.leave()
            found.append(
                {
                    "ms from key to rows": statistics.median(taken),
                    "ms of the slowest key": max(taken),
                }
            )
    return found


def _filtered_ms(program: Program, amounts: Amounts, number: int) -> float:
    text = "".join(TYPED[: number + 1])
    left = sum(text in topic_name(each) for each in range(amounts.topics))
    pressed_s = program.press(TYPED[number])
    shown_s = program.wait_for(f"{left:,}/{amounts.topics:,} topics")
    time.sleep(0.5)
    return 1e3 * (shown_s - pressed_s)


def groups(work: Path, amounts: Amounts, rounds: int) -> list[Figures]:
    """The list of groups: how soon it is there, how soon the lag in sight, what a refresh costs."""
    found = []
    with served(work, "groups", fill_groups, amounts) as broker:
        for _ in range(rounds):
            with Program(
                ["--bootstrap", broker.address], work / "home", is_watched=True
            ) as program:
                program.wait_for("1/1")
                pressed_s = program.press("3")
                shown_s = program.wait_for(group_name(0))
                lag_s = program.wait_for(LAG_IN_SIGHT)
                window = _refreshed(program, "3")
                usage = program.usage()
                pauses = program.leave()
            found.append(
                {
                    "ms to the list": 1e3 * (shown_s - pressed_s),
                    "ms to lag in sight": 1e3 * (lag_s - pressed_s),
                }
                | figures_of(pauses, window.began_s, window.ended_s)
                | {"CPU %": window.cpu_percent, "resident MB": usage.resident_mb}
            )
    return found
