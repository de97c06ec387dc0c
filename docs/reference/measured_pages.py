"""The pages of what kept runs measured and proved, from their raw results."""

import json
import tomllib
from pathlib import Path

from tests.bench.console.report import section
from tests.bench.curves import page as curves
from tests.bench.report import page
from tests.reliability import report

FOLDER = Path(__file__).parent


def performance() -> str:
    """What the last kept runs of the benchmarks measured."""
    findings = tomllib.loads((FOLDER / "performance-findings.toml").read_text())
    brokers = json.loads((FOLDER / "performance.json").read_text())
    console = json.loads((FOLDER / "console-performance.json").read_text())
    flames = {path.stem for path in (FOLDER / "flames").glob("*.svg")}
    return page(brokers, findings, flames) + curves.section(_curves()) + section(console, findings)


def pictures() -> dict[str, str]:
    """The plots of that page, by the name of the file beside it."""
    kept = _curves()
    return {f"curves/{name}.svg": curves.picture(name, kept) for name in kept["raw"]}


def reliability() -> str:
    """What the last kept runs of the proofs found, and which faults of ours such work showed."""
    runs = json.loads((FOLDER / "reliability.json").read_text())
    faults = tomllib.loads((FOLDER / "reliability-faults.toml").read_text())["fault"]
    return report.page(runs, faults)


def _curves() -> curves.Kept:
    kept: curves.Kept = json.loads((FOLDER / "curves.json").read_text())
    return kept
