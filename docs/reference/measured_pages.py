"""The pages of what kept runs measured and proved, from their raw results."""

import json
import tomllib
from pathlib import Path

from tests.bench.console.report import section
from tests.bench.report import page
from tests.reliability import report

FOLDER = Path(__file__).parent


def performance() -> str:
    """What the last kept runs of the benchmarks measured."""
    findings = tomllib.loads((FOLDER / "performance-findings.toml").read_text())
    brokers = json.loads((FOLDER / "performance.json").read_text())
    console = json.loads((FOLDER / "console-performance.json").read_text())
    return page(brokers, findings) + section(console, findings)


def reliability() -> str:
    """What the last kept runs of the proofs found, and which faults of ours such work showed."""
    runs = json.loads((FOLDER / "reliability.json").read_text())
    faults = tomllib.loads((FOLDER / "reliability-faults.toml").read_text())["fault"]
    return report.page(runs, faults)
