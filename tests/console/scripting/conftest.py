"""One broker for the commands of this folder, in a process of its own, and how to call them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.cli import main
from tests.support.served import ServedBroker

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running broker; what is stored there is in nobody's journal."""
    elsewhere = pytest.MonkeyPatch()
    elsewhere.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("elsewhere")))
    with ServedBroker(tmp_path_factory.mktemp("scripting") / "data") as broker:
        yield broker.address
    elsewhere.undo()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither configuration nor journal of whoever runs the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def run(bootstrap: str) -> Run:
    """Call a command on the broker; `stdin` is what it reads."""

    def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
        command = ["--bootstrap", bootstrap, *arguments]
        return CliRunner().invoke(main, command, input=stdin)

    return call
