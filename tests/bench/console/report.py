"""What is asked of the console, and the section of the page that tells what a run reached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.console import keys, lists, reading, tables
from tests.bench.console.clusters import Amounts
from tests.bench.report import Result, spread
from tests.bench.targets import Results, Target
from tests.bench.workloads import Figures

NAME = "console"
"""Who is measured, as the contestants of other workloads are named."""

Procedure = Callable[[Path, Amounts, int], list[Figures]]


@dataclass(frozen=True, slots=True)
class Check:
    """What is measured, how, and the bounds that are asked."""

    title: str
    procedure: Procedure
    bounds: Mapping[str, float]

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(
            Target(figure, bound, is_absolute=True) for figure, bound in self.bounds.items()
        )


CHECKS = {
    "C1": Check(
        "from the start of the process to the first frame",
        lists.start,
        {"ms to the first frame": 400},
    ),
    "C2": Check(
        "10,000 topics of three partitions: from the metadata to the first names",
        lists.first_paint,
        {"ms from metadata to names": 300},
    ),
    "C3": Check(
        "the same, refreshed while a thousand of them grow",
        lists.refreshes,
        {f"{view}: longest pause ms": 50 for view in lists.VIEWS.values()} | {"own MB": 150},
    ),
    "C4": Check(
        "the same, filtered while typing",
        lists.filter_keys,
        {"ms of the slowest key": 80},
    ),
    "C5": Check(
        "5,000 groups: the list, the lag of those in sight, a refresh",
        lists.groups,
        {"longest pause ms": 50, "resident MB": 150},
    ),
    "C6": Check(
        "a million records searched for the oldest, stopped under way and gone on with",
        reading.search,
        {
            "ms between reports": 125,
            "ms from Esc to stopped": 200,
            "longest pause ms": 50,
            "resident MB at most": 150,
        },
    ),
    "C7": Check(
        "a record of 20 MB opened cut",
        reading.large_record,
        {"ms from Enter to the record": 200},
    ),
    "C8": Check(
        "keys while the console's own broker has four fifths of what it can take",
        keys.keys_under_load,
        {"ms from key to frame p99": 50, "broker p99, with to alone": 1.1},
    ),
    "C9": Check(
        "`kconsole get lag` of 1,500 groups that read 3,500 topics",
        tables.lag_of_groups,
        {"s to the table": 5, "CPU s": 1, "CPU % while watched": 10, "resident MB at most": 150},
    ),
}


def table(raw: Mapping[str, Results]) -> str:
    """Median [minimum..maximum] of each figure, and what is asked of it."""
    lines = ["| check | figure | reached | asked |", "|---|---|---|---|"]
    for name, results in raw.items():
        targets = {target.figure: target for target in CHECKS[name].targets}
        for figure in results[NAME][0]:
            values = [each[figure] for each in results[NAME]]
            verdict = ""
            if figure in targets:
                is_reached = targets[figure].reached(results, NAME, NAME)
                verdict = f"{targets[figure]} {'reached' if is_reached else '**missed**'}"
            lines.append(f"| {name} | {figure} | {spread(values)} | {verdict} |")
    return "\n".join(lines)


def missed(raw: Mapping[str, Results]) -> list[str]:
    """The checks of which something was asked that this run did not reach."""
    return [
        name
        for name, results in raw.items()
        if not all(target.reached(results, NAME, NAME) for target in CHECKS[name].targets)
    ]


def section(result: Result, findings: Mapping[str, str]) -> str:
    """What a page says of the console. `findings` say why what was missed was missed."""
    machine, raw = result["machine"], result["raw"]
    count = max(len(results[NAME]) for results in raw.values())
    rounds = "one round" if count == 1 else f"{count} rounds"
    meanings = "\n".join(f"- **{name}**: {CHECKS[name].title}." for name in raw)
    reasons = "\n\n".join(f"### {name}\n\n{findings[name].strip()}" for name in missed(raw))
    return (
        f"""
## Console

The real program in a pseudo-terminal of 120x40, typed into, with the moment of every byte that it
writes; tables for scripts are printed to a file. The pauses are those of the event loop. Median
[minimum..maximum]; less is better. `CPU ms` of a pause is what the loop's own thread used in it:
the rest was taken by other programs.

{meanings}

{table(raw)}

Measured with `{result["command"]}`, {rounds}, at commit `{machine["commit"][:12]}`:
Python {machine["python"]}, {machine["system"]}, {machine["cores"]} cores. The load of the machine
over the quarter of an hour was {machine["load"]}: where that is more than its cores, times are
those of a machine that does other things, and CPU times and memory are what to trust. The raw
figures are in [console-performance.json](console-performance.json).

{reasons}
""".rstrip()
        + "\n"
    )
