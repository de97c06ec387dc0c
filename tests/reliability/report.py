"""The page that is made of what the kept runs of proofs found.

A proof is kept with `--raw FILE` in a file of results (`tests.reliability.command`). A run that was
not clean is told as one: nothing is left out.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TypedDict, cast

from tests.reliability.claims import BESIDE, BESIDE_FIGURES, CLAIMS, Claim


class Run(TypedDict):
    """One run, as it is kept."""

    command: str
    machine: dict[str, str]
    seconds: float
    result: dict[str, object]


class Fault(TypedDict):
    """Something that was wrong in the engine: what, where it showed, and the tests of it."""

    what: str
    shown_by: str
    tests: list[str]


def page(runs: Mapping[str, Run], faults: Iterable[Fault]) -> str:
    """The reference page of the kept runs and of the faults that the broker has had."""
    sections = "".join(_section(CLAIMS[name], runs[name]) for name in CLAIMS if name in runs)
    if BESIDE in runs:
        sections += _beside(runs[BESIDE])
    rows = "".join(
        f"| {fault['what']} | {fault['shown_by']} | {_names(fault['tests'])} |\n"
        for fault in faults
    )
    return f"""# Reliability

What was tried on the broker, what came of it, and how to try it again: each section is one command
with its seed, on the machine and at the commit that it names. Most of them run in short form with
the tests; [Tests and proofs](../tests.md) has all of them. The verifier shares no code with
the broker and reads with another client library than the one that wrote. The raw results are in
[reliability.json](reliability.json).
{sections}
## Faults of the broker

What was wrong in it, the proof, the test or the situation in which that showed, and the tests that
fail when it comes back. Each is mended.

| what happened | where it showed | held by |
|---|---|---|
{rows}"""


def _section(claim: Claim, run: Run) -> str:
    result = run["result"]
    rows = "".join(f"| {words} | {shown(result[key])} |\n" for words, key in claim.figures.items())
    return f"""
## {claim.title}

{claim.promise}

| | |
|---|---|
{rows}
{_how(run)}"""


def _how(run: Run) -> str:
    where = run["machine"]
    verdict = "Clean." if run["result"]["clean"] else "**Not clean.**"
    return (
        f"{verdict} `{run['command']}` took {run['seconds']:,.0f} s at commit "
        f"`{where['commit'][:12]}`:\n"
        f"Python {where['python']}, {where['system']}, {where['cores']} cores.\n"
    )


def _beside(run: Run) -> str:
    """What two brokers did in the same troubles, a column for each: in those that the run had."""
    told = cast(Mapping[str, Mapping[str, Mapping[str, object]]], run["result"]["troubles"])
    names = "kconsole", "Apache Kafka"
    rows = "".join(
        f"| {words} | {' | '.join(shown(told[trouble][name][key]) for name in names)} |\n"
        for trouble, figures in BESIDE_FIGURES.items()
        if trouble in told
        for words, key in figures.items()
    )
    return f"""
## Beside Apache Kafka

Both as single brokers with their default settings, in the same run, with the same clients and the
same verifier. A death leaves the page cache as it is and asks nothing of a disk. Logs that were
changed are read by librdkafka, which does not check a batch unless it is told to; Java's consumer
does. A sync that fails is not among the troubles: a Java process would need a library in front of
the system's for it, and by its default settings Kafka acknowledges before it syncs, so that no
acknowledgement tells of one. What ours does is told above, where a disk fails.

| | {" | ".join(names)} |
|---|{"---|" * len(names)}
{rows}
{_how(run)}"""


def shown(value: object) -> str:
    """A value of a result for people: counts with grouping, lists as what is in them."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case int() | float():
            return f"{value:,}"
        case list():
            return "; ".join(shown(each) for each in value) or "none"
        case dict():
            return ", ".join(f"{name} {shown(each)}" for name, each in value.items()) or "none"
        case None:
            return "not told"
        case _:
            return json.dumps(value)


def _names(tests: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in tests)
