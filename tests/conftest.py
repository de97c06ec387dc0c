"""What every test shares: hypothesis settings, a fast place for files, and honest selection by what
the machine has.

Temporary directories are in memory where there is plenty: most engine tests sync many files, and
what they claim does not depend on how long that takes. PYTEST_DEBUG_TEMPROOT names another place.

A test that needs a program says so with `@pytest.mark.needs("kcat")`. On a machine without it the
test is left out, and the summary names it: it is never counted as passed or skipped silently. With
KCONSOLE_TEST_EVERYTHING set it fails instead: continuous integration leaves nothing out.

Several processes share the files of tests (`-n`). Those with whole programs in them come first:
they take longest and mostly wait, and would leave all processes but one without work at the end.

The collector of cycles never looks at what collecting the tests has loaded, and rarely at the
young: an application is made and thrown away in every other test, which kept it busy all the time.
"""

import gc
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.peers import apache_kafka

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")

settings.register_profile(
    "kconsole", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("kconsole")

MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 4 << 30

if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

COLLECTING = (20_000, 20, 20)
"""New objects from which the young are collected, and how often the older are."""

LEAVE_NOTHING_OUT = "KCONSOLE_TEST_EVERYTHING" in os.environ
_LONGEST = ("tests/kafka/", "tests/terminal/", "tests/interop/", "tests/reliability/")
_left_out: dict[str, None] = {}


def _is_here(need: str) -> bool:
    if need == "apache-kafka":
        return apache_kafka.is_available()
    return shutil.which(need) is not None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(program): run only where this program is installed")
    config.addinivalue_line("markers", "point(number, ...): a test of docs/reference/behaviour.md")


def _needs(item: pytest.Item) -> list[str]:
    return [str(mark.args[0]) for mark in item.iter_markers("needs")]


def _missing(item: pytest.Item) -> list[str]:
    return [need for need in _needs(item) if not _is_here(need)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking = [] if LEAVE_NOTHING_OUT else [item for item in items if _missing(item)]
    for item in lacking:
        _left_out[f"{item.nodeid} (needs {', '.join(_missing(item))})"] = None
    if lacking:
        config.hook.pytest_deselected(items=lacking)
        items[:] = [item for item in items if item not in lacking]
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTING)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if missing := _missing(item):
        pytest.fail(f"the machine lacks {', '.join(missing)}", pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that started this one what was left out here."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = list(_left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """Keep files together that share a cluster, where files are what is distributed."""
    from tests.support.one_cluster import OneCluster

    return OneCluster(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """Take over what one of the processes left out: each of them collects every test."""
    output: dict[str, list[str]] = getattr(node, "workeroutput", {})
    _left_out.update(dict.fromkeys(output.get("left_out", [])))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _left_out:
        terminalreporter.write_line(f"left out: {name}")
