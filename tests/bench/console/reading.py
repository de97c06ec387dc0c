"""How the console searches a million records, and how it opens one of twenty megabytes."""

import re
import statistics
import time
from itertools import pairwise
from pathlib import Path

from tests.bench.console.clusters import Amounts, fill_large, fill_records, served
from tests.bench.console.pauses import figures_of
from tests.bench.console.program import Program
from tests.bench.workloads import Figures

WORD = "needle"
EXPRESSION = "value.n == 0"
"""Both find the oldest record only, which is the last to be read."""

UNTIL_STOPPED_S = 1.0
PROGRESS = re.compile(rb"([\d,]+) of [\d,]+ searched")


def search(work: Path, amounts: Amounts, rounds: int) -> list[Figures]:
    """A word in all records; then an expression, stopped under way and gone on with."""
    found = []
    with served(work, "records", fill_records, amounts) as broker:
        for _ in range(rounds):
            with Program(
                ["--bootstrap", broker.address], work / "home", is_watched=True
            ) as program:
                _open(program, "orders")
                began_s, before = time.perf_counter(), program.usage()
                word_s = _asked(program, WORD)
                word_s = _ended(program, amounts) - word_s
                started_s = _asked(program, EXPRESSION)
                program.wait_for(" searched")
                time.sleep(UNTIL_STOPPED_S)
                gaps = _gaps_ms(program)
                stopped_s = program.press("\x1b")
                stopped = program.wait_for("stopped")
                went_on_s = program.press(" ")
                ended_s = _ended(program, amounts)
                gaps += _gaps_ms(program)
                after = program.usage()
                pauses = program.leave()
            found.append(
                {
                    "s for a word": word_s,
                    "s for an expression": ended_s - went_on_s + stopped_s - started_s,
                    "ms between reports": statistics.median(gaps),
                    "ms between reports at most": max(gaps),
                    "ms from Esc to stopped": 1e3 * (stopped - stopped_s),
                    "CPU s": after.cpu_s - before.cpu_s,
                    "resident MB at most": after.peak_mb,
                }
                | figures_of(pauses, began_s, ended_s)
            )
    return found


def _open(program: Program, topic: str) -> None:
    """The messages of a topic."""
    program.wait_for("1/1")
    program.wait_for(topic)
    program.press(f":messages {topic}\r")
    program.wait_for("VALUE")


def _asked(program: Program, text: str) -> float:
    """Begin a search; the moment."""
    program.press("f")
    program.wait_for("find")
    program.press("\x15" + text)
    program.wait_for(text)
    return program.press("\r")


def _ended(program: Program, amounts: Amounts) -> float:
    """The moment at which all was searched, up to the one record that is found."""
    ended_s = program.wait_for("all searched")
    all_of_it = f"{amounts.records:,} of {amounts.records:,} searched"
    assert program.shows(all_of_it), f"the search ended before {all_of_it}"
    assert program.shows("1 found"), "the oldest record was not found"
    return ended_s


def _gaps_ms(program: Program) -> list[float]:
    moments = program.changes(PROGRESS)
    return [1e3 * (after - before) for before, after in pairwise(moments)]


def large_record(work: Path, amounts: Amounts, rounds: int) -> list[Figures]:
    """From Enter on a record of 20 MB to its beginning, laid out."""
    found = []
    with served(work, "large", fill_large, amounts) as broker:
        for _ in range(rounds):
            with Program(["--bootstrap", broker.address], work / "home") as program:
                _open(program, "large")
                program.wait_for("abcdefghij")
                time.sleep(1.0)
                before = program.usage()
                pressed_s = program.press("\r")
                shown_s = program.wait_for('"customer": "abcdefghijklmnopqrst"')
                after = program.usage()
                program.leave()
            found.append(
                {
                    "ms from Enter to the record": 1e3 * (shown_s - pressed_s),
                    "CPU s": after.cpu_s - before.cpu_s,
                    "resident MB at most": after.peak_mb,
                }
            )
    return found
