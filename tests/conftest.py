"""What every test shares: hypothesis settings, a fast place for files, and honest selection by what
the machine has.

Temporary directories are in memory where there is plenty: most engine tests sync many files, and
what they claim does not depend on how long that takes. PYTEST_DEBUG_TEMPROOT names another place.

A test that needs a program says so with `@pytest.mark.needs("kcat")`. On a machine without it the
test is left out, and the summary names it: it is never counted as passed or skipped silently. With
KCONSOLE_TEST_EVERYTHING set it is an error instead: continuous integration leaves nothing out.
"""

import os
import shutil
from pathlib import Path

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

_left_out: list[str] = []


def _is_here(need: str) -> bool:
    if need == "apache-kafka":
        return apache_kafka.is_available()
    return shutil.which(need) is not None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(program): run only where this program is installed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking: list[pytest.Item] = []
    for item in items:
        needs = [str(mark.args[0]) for mark in item.iter_markers("needs")]
        missing = [need for need in needs if not _is_here(need)]
        if missing:
            lacking.append(item)
            _left_out.append(f"{item.nodeid} (needs {', '.join(missing)})")
    if lacking and os.environ.get("KCONSOLE_TEST_EVERYTHING"):
        raise pytest.UsageError("tests would be left out:\n" + "\n".join(_left_out))
    if lacking:
        config.hook.pytest_deselected(items=lacking)
        items[:] = [item for item in items if item not in lacking]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _left_out:
        terminalreporter.write_line(f"left out: {name}")
