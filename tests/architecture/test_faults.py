"""No fault is said to be mended without a test that holds it, and no proof goes without a claim."""

import json
import tomllib

import pytest

from tests.architecture.sources import ROOT
from tests.architecture.test_features import unknown_tests
from tests.reliability.claims import BESIDE, BESIDE_FIGURES, CLAIMS
from tests.reliability.report import Fault, page, shown

FOLDER = ROOT / "docs" / "reference"
FAULTS: list[Fault] = tomllib.loads((FOLDER / "reliability-faults.toml").read_text())["fault"]
RUNS = json.loads((FOLDER / "reliability.json").read_text())


def test_each_fault_has_a_test_of_its_own_or_of_its_kind() -> None:
    assert len(FAULTS) > 20
    assert len({fault["what"] for fault in FAULTS}) == len(FAULTS)
    assert list(unknown_tests(name for fault in FAULTS for name in fault["tests"])) == []
    assert [fault for fault in FAULTS if not fault["tests"]] == []


def test_every_kept_run_is_told_with_its_command() -> None:
    assert set(RUNS) <= {*CLAIMS, BESIDE}
    told = page(RUNS, FAULTS)
    assert [run["command"] for run in RUNS.values() if run["command"] not in told] == []
    assert all("--seed" in run["command"] for run in RUNS.values())


def test_a_run_that_found_something_is_told_as_one() -> None:
    name, run = next(iter(RUNS.items()))
    result = {**run["result"], "clean": False}
    assert "**Not clean.**" in page({name: {**run, "result": result}}, [])


def test_two_brokers_are_told_side_by_side() -> None:
    run = next(iter(RUNS.values()))
    troubles = {
        trouble: {
            "Apache Kafka": dict.fromkeys(figures.values(), "theirs"),
            "kconsole": dict.fromkeys(figures.values(), "ours"),
        }
        for trouble, figures in BESIDE_FIGURES.items()
    }
    told = page({BESIDE: {**run, "result": {"clean": True, "troubles": troubles}}}, [])
    assert "| | kconsole | Apache Kafka |" in told
    assert told.count("| ours | theirs |") == sum(map(len, BESIDE_FIGURES.values()))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1,234,567"),
        (0.25, "0.25"),
        ([], "none"),
        (["one", "two"], "one; two"),
        ({"restarted": 1200}, "restarted 1,200"),
        (None, "not told"),
        (True, "yes"),
        (False, "no"),
        ("catches 8 of 8", "catches 8 of 8"),
    ],
)
def test_figures_are_written_for_people(value: object, text: str) -> None:
    assert shown(value) == text
