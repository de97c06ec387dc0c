"""The workloads in one table, and the tables that are made of what was measured."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from tests.bench import compacting, consuming, procedures, small_requests, workloads
from tests.bench.procedures import Procedure, steady
from tests.bench.workloads import Figures

OURS_DURABLE, OURS_OS = "kconsole fsync", "kconsole os"
THEIRS_FSYNC, THEIRS_OS = "kafka fsync", "kafka os"
MORE_IS_BETTER = ("MB/s", "million records/s", "requests/s")


@dataclass(frozen=True, slots=True)
class Workload:
    """What is measured, how, and which contestants are compared: pairs of ours and theirs."""

    title: str
    procedure: Procedure
    compared: tuple[tuple[str, str], ...] = ((OURS_DURABLE, THEIRS_OS),)

    @property
    def contestants(self) -> list[str]:
        """Who takes part, each once."""
        return list(dict.fromkeys(name for pair in self.compared for name in pair))


MIXED = (OURS_DURABLE, THEIRS_OS)
BOTH_FSYNC = (OURS_DURABLE, THEIRS_FSYNC)
BOTH_OS = (OURS_OS, THEIRS_OS)
WORKLOADS = {
    "W1": Workload(
        "1 KB records from kcat, six partitions, acks=all",
        steady(workloads.bulk_produce),
        (MIXED, BOTH_FSYNC, BOTH_OS),
    ),
    "W2": Workload("the same with records of 100 bytes", steady(workloads.small_records)),
    "W3": Workload(
        "one record in flight, acks=all", steady(workloads.one_in_flight), (BOTH_FSYNC, BOTH_OS)
    ),
    "W3s": Workload(
        "ten connections with five requests of one record in flight each, acks=all",
        steady(small_requests.small_produce),
        (BOTH_FSYNC, MIXED),
    ),
    "W5": Workload("twenty groups tail one topic", steady(consuming.tailing_groups)),
    "W6": Workload("a topic read from its beginning with kcat", steady(consuming.catch_up)),
    "W7": Workload("many partitions, and a restart", procedures.many_partitions),
    "W8": Workload("groups that join, and offset commits", steady(small_requests.commits)),
    "W10": Workload(
        "from the start of the process to the first acknowledged record", procedures.start
    ),
    "W11": Workload("a broker that nobody uses", procedures.idle),
    "W12": Workload(
        "from the restart after kill -9, with a full log, to the first acknowledged record",
        procedures.recover,
    ),
    "compaction": Workload(
        "one record in flight, acks=all, while a topic of other producers is compacted",
        compacting.while_compacting,
        (BOTH_FSYNC, BOTH_OS),
    ),
}


class Result(TypedDict):
    """One run, as it is kept. `raw` has the figures of each round by workload and contestant."""

    command: str
    machine: dict[str, str]
    disk: Figures
    raw: dict[str, dict[str, list[Figures]]]


def table(raw: Mapping[str, Mapping[str, list[Figures]]]) -> str:
    """Median [minimum..maximum] of each figure, and ours divided by theirs, as Markdown."""
    lines = ["| workload | figure | ours | theirs | ratio |", "|---|---|---|---|---|"]
    for workload, results in raw.items():
        for ours, theirs in WORKLOADS[workload].compared:
            for figure in results[ours][0]:
                mine = [each[figure] for each in results[ours]]
                other = [each[figure] for each in results[theirs]]
                ratio = statistics.median(mine) / max(statistics.median(other), 1e-9)
                lines.append(
                    f"| {workload} | {figure} | {ours}: {spread(mine)} "
                    f"| {theirs}: {spread(other)} | {ratio:.2f}x |"
                )
    return "\n".join(lines)


def spread(values: list[float]) -> str:
    """`median [min..max]` with three significant digits."""
    return f"{statistics.median(values):.3g} [{min(values):.3g}..{max(values):.3g}]"


def page(result: Result) -> str:
    """The reference page of one run."""
    machine, disk, raw = result["machine"], result["disk"], result["raw"]
    rounds = max(len(each) for results in raw.values() for each in results.values())
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
"""
