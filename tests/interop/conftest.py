"""What interoperability tests share: one served broker, how many lines, and which clients are here.

A client that the machine lacks (kcat) is left out by name in the summary, never silently.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.served import ServedBroker

LINES = int(os.environ.get("KCONSOLE_INTEROP_LINES", "3000"))
_left_out: list[str] = []


@pytest.fixture(scope="session")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real served broker; KCONSOLE_INTEROP_BOOTSTRAP names another cluster."""
    other = os.environ.get("KCONSOLE_INTEROP_BOOTSTRAP")
    if other:
        yield other
        return
    with ServedBroker(tmp_path_factory.mktemp("interop") / "data") as broker:
        yield broker.address


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if shutil.which("kcat"):
        return
    here = Path(__file__).parent
    lacking = [i for i in items if "kcat" in i.nodeid and here in Path(i.path).parents]
    if lacking:
        _left_out.extend(item.name for item in lacking)
        config.hook.pytest_deselected(items=lacking)
        items[:] = [item for item in items if item not in lacking]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _left_out:
        terminalreporter.write_line(f"left out, kcat is not installed: {name}")
