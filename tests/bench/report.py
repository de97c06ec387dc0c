"""Makes tables of what was measured: which contestants are compared, and what was to be reached."""

import statistics
from collections.abc import Iterable, Mapping
from typing import TypedDict

from tests.bench.workloads import Figures

OURS_DURABLE, OURS_OS = "kconsole fsync", "kconsole os"
THEIRS_FSYNC, THEIRS_OS = "kafka fsync", "kafka os"
COMPARED = {
    "W1": ((OURS_DURABLE, THEIRS_OS), (OURS_DURABLE, THEIRS_FSYNC), (OURS_OS, THEIRS_OS)),
    "W3": ((OURS_DURABLE, THEIRS_FSYNC), (OURS_OS, THEIRS_OS)),
    "W10": ((OURS_DURABLE, THEIRS_OS),),
    "W11": ((OURS_DURABLE, THEIRS_OS),),
    "W12": ((OURS_DURABLE, THEIRS_OS),),
}
"""Per workload the pairs of ours and theirs."""

TITLES = {
    "W1": "1 KB records from kcat, six partitions, acks=all",
    "W3": "one record in flight, acks=all",
    "W10": "from the start of the process to the first acknowledged record",
    "W11": "a broker that nobody uses",
    "W12": "from the restart after kill -9, with a full log, to the first acknowledged record",
}
TARGETS = {
    "W1": "1.0x of Kafka's page cache, ours durable, or better",
    "W10": "0.2x",
    "W11": "60 MB",
    "W12": "0.2x",
}
HIGHER_IS_BETTER = frozenset({"MB/s"})


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
        for ours, theirs in COMPARED[workload]:
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
    machine, disk = result["machine"], result["disk"]
    rounds = {len(each) for results in result["raw"].values() for each in results.values()}
    workloads: Iterable[str] = result["raw"]
    meanings = "\n".join(
        f"- **{workload}** {TITLES[workload]}."
        + (f" To reach: {TARGETS[workload]}." if workload in TARGETS else "")
        for workload in workloads
    )
    better = ", ".join(sorted(HIGHER_IS_BETTER))
    return (
        "# Performance beside Apache Kafka\n\n"
        "Both brokers on one machine in one run, their rounds interleaved, with unmodified "
        "clients. `fsync`: an\nacknowledgement means that the record is on disk; `os`: that it is "
        "in the page cache, which is Kafka's default.\n"
        f"Median [minimum..maximum]; for {better} more is better, for all else less.\n\n"
        f"{meanings}\n\n{table(result['raw'])}\n\n"
        f"Measured with `{result['command']}`, {max(rounds)} rounds, at commit "
        f"`{machine['commit'][:12]}`, Python {machine['python']}, {machine['system']}, "
        f"{machine['cores']} cores,\nApache Kafka {machine.get('kafka', '')} with a heap of 1 GB. "
        f"The disk alone: one fdatasync of a 1 KB append takes "
        f"{disk['fdatasync p50 us']:.0f} microseconds in the median,\n"
        f"{disk['fdatasync p99 us']:.0f} at the 99th percentile. The raw figures are in "
        "[performance.json](performance.json).\n\n"
        "The machine was shared while this was measured: ratios and CPU seconds are what to trust."
        "\n"
    )
