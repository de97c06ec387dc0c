"""The workloads in one table, and the tables that are made of what was measured."""

import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypedDict

from tests.bench import (
    compacting,
    consuming,
    end_to_end,
    procedures,
    small_requests,
    workloads,
)
from tests.bench.procedures import Procedure, Steady
from tests.bench.targets import MORE_IS_BETTER, Results, Target, ratio
from tests.bench.workloads import Figures

OURS_DURABLE, OURS_OS = "kconsole fsync", "kconsole os"
THEIRS_FSYNC, THEIRS_OS = "kafka fsync", "kafka os"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contestants that are compared, and what is asked of the first."""

    ours: str
    theirs: str
    targets: tuple[Target, ...] = ()

    def target(self, figure: str) -> Target | None:
        """What is asked of a figure."""
        return next((each for each in self.targets if each.figure == figure), None)


def mixed(*targets: Target) -> Pair:
    """Ours durable against Kafka's default."""
    return Pair(OURS_DURABLE, THEIRS_OS, targets)


def both_fsync(*targets: Target) -> Pair:
    """Both durable."""
    return Pair(OURS_DURABLE, THEIRS_FSYNC, targets)


def both_os(*targets: Target) -> Pair:
    """Both acknowledge from the page cache."""
    return Pair(OURS_OS, THEIRS_OS, targets)


@dataclass(frozen=True, slots=True)
class Workload:
    """What is measured, how, and which contestants are compared."""

    title: str
    procedure: Procedure
    compared: tuple[Pair, ...]

    @property
    def contestants(self) -> list[str]:
        """Who takes part, each once."""
        return list(
            dict.fromkeys(name for pair in self.compared for name in (pair.ours, pair.theirs))
        )


WORKLOADS = {
    "W1": Workload(
        "1 KB records from kcat, six partitions, acks=all",
        Steady(workloads.bulk_produce),
        (
            mixed(Target("MB/s", 2.0), Target("broker CPU s/GB", 0.25)),
            both_fsync(Target("MB/s", 5.0)),
            both_os(),
        ),
    ),
    "W2": Workload(
        "the same with records of 100 bytes",
        Steady(workloads.small_records),
        (mixed(Target("million records/s", 1.2)),),
    ),
    "W3": Workload(
        "one record in flight, acks=all",
        Steady(workloads.one_in_flight),
        (both_fsync(Target("p50 us", 0.9), Target("p99.9 us", 1.0)), both_os()),
    ),
    "W3s": Workload(
        "ten connections with five requests of one record in flight each, acks=all",
        Steady(small_requests.small_produce),
        (both_fsync(Target("requests/s", 4.0)), mixed()),
    ),
    "W4": Workload(
        "from the moment at which a record should be sent to its reader, 10,000 records a second",
        Steady(end_to_end.end_to_end),
        (mixed(Target("p99 us", 1.0)), both_fsync(), both_os()),
    ),
    "W5": Workload(
        "twenty groups tail one topic",
        Steady(consuming.tailing_groups),
        (mixed(Target("MB/s", 1.0)),),
    ),
    "W6": Workload(
        "a topic read from its beginning with kcat",
        Steady(consuming.catch_up),
        (mixed(Target("MB/s", 1.3)),),
    ),
    "W7": Workload(
        "many partitions, and a restart",
        procedures.many_partitions,
        (
            mixed(
                Target("s to create", 0.3),
                Target("s to restart", 0.1),
                Target("KB per partition", 0.2),
            ),
        ),
    ),
    "W8": Workload(
        "groups that join, and offset commits",
        Steady(small_requests.commits),
        (
            mixed(
                Target(f"s for {small_requests.GROUPS} groups to join", 0.7),
                Target("requests/s", 1.0),
            ),
        ),
    ),
    "W10": Workload(
        "from the start of the process to the first acknowledged record",
        procedures.start,
        (mixed(Target("s", 0.1)),),
    ),
    "W11": Workload(
        "a broker that nobody uses",
        procedures.idle,
        (
            mixed(
                Target("resident MB", 45, is_absolute=True), Target("CPU %", 0.1, is_absolute=True)
            ),
        ),
    ),
    "W12": Workload(
        "from the restart after kill -9, with a full log, to the first acknowledged record",
        procedures.recover,
        (mixed(Target("s", 0.5, is_absolute=True)),),
    ),
    "compaction": Workload(
        "one record in flight, acks=all, while a topic of other producers is compacted",
        compacting.while_compacting,
        (both_fsync(), both_os()),
    ),
}


class Result(TypedDict):
    """One run, as it is kept. `raw` has the figures of each round by workload and contestant."""

    command: str
    machine: dict[str, str]
    disk: Figures
    raw: dict[str, dict[str, list[Figures]]]


def table(raw: Mapping[str, Results]) -> str:
    """Median [minimum..maximum] of each figure, ours divided by theirs, and what is asked."""
    lines = ["| workload | figure | ours | theirs | ratio | asked |", "|---|---|---|---|---|---|"]
    for workload, results in raw.items():
        for pair in WORKLOADS[workload].compared:
            for figure in results[pair.ours][0]:
                mine = [each[figure] for each in results[pair.ours]]
                other = [each[figure] for each in results[pair.theirs]]
                lines.append(
                    f"| {workload} | {figure} | {pair.ours}: {spread(mine)} "
                    f"| {pair.theirs}: {spread(other)} "
                    f"| {ratio(results, pair.ours, pair.theirs, figure):.2f}x "
                    f"| {_verdict(results, pair, figure)} |"
                )
    return "\n".join(lines)


def _verdict(results: Results, pair: Pair, figure: str) -> str:
    target = pair.target(figure)
    if target is None:
        return ""
    is_reached = target.reached(results, pair.ours, pair.theirs)
    return f"{target} {'reached' if is_reached else '**missed**'}"


def missed(raw: Mapping[str, Results]) -> list[str]:
    """The workloads of which something was asked that this run did not reach."""
    return [
        workload
        for workload, results in raw.items()
        if any(
            not target.reached(results, pair.ours, pair.theirs)
            for pair in WORKLOADS[workload].compared
            for target in pair.targets
        )
    ]


def spread(values: list[float]) -> str:
    """`median [min..max]` with three significant digits."""
    return f"{statistics.median(values):.3g} [{min(values):.3g}..{max(values):.3g}]"


def page(result: Result, findings: Mapping[str, str], flames: Collection[str] = ()) -> str:
    """The reference page of one run. `findings` say by workload why what was missed was missed.

    `flames` are the workloads of which `flames/` beside the page has a flame graph.
    """
    machine, disk, raw = result["machine"], result["disk"], result["raw"]
    rounds = max(len(each) for results in raw.values() for each in results.values())
    reasons = "\n\n".join(
        f"### {name}\n\n{findings[name].strip()}{_flame(name) if name in flames else ''}"
        for name in missed(raw)
    )
    meanings = "\n".join(f"- **{name}**: {WORKLOADS[name].title}." for name in raw)
    return f"""# Performance beside Apache Kafka

Both brokers on one machine in one run, their rounds interleaved, with unmodified clients. `fsync`:
an acknowledgement means that the record is on disk; `os`: that it is in the page cache, which is
Kafka's default. Median [minimum..maximum]. For {", ".join(MORE_IS_BETTER)} more is better,
for all else less.

{meanings}

{table(raw)}

Measured with `{result["command"]}`, {rounds} rounds,
at commit `{machine["commit"][:12]}`: Python {machine["python"]}, {machine["system"]},
{machine["cores"]} cores, Apache Kafka {machine["kafka"]} with a heap of 1 GB. The disk alone: one
fdatasync of a 1 KB append takes {disk["fdatasync p50 us"]:.0f} microseconds in the median,
{disk["fdatasync p99 us"]:.0f} at the 99th percentile. The machine was shared: ratios and CPU
seconds are what to trust. The raw figures are in [performance.json](performance.json).

## What was missed, and why

{reasons}
"""


def _flame(name: str) -> str:
    return f"\n\n![Where the broker's CPU goes in {name}](flames/{name}.svg)"
