"""Nothing is claimed of the console that it does not have, and nothing without a test."""

import ast
from collections.abc import Iterator

import click
import pytest

from console.cli import main
from console.keys.actions import BY_ID
from console.views import VIEWS
from tests.architecture.features import DENIES, Feature, peers, sections
from tests.architecture.sources import ROOT, tree_of

FEATURES = [feature for section in sections() for feature in section.features]
PEERS = {peer.id: peer for peer in peers()}
each_feature = pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.what)


def unknown_tests(names: Iterator[str]) -> Iterator[str]:
    """Those of some tests, `FILE::FUNCTION`, that there are not."""
    for name in names:
        file, _, function = name.partition("::")
        path = ROOT / file
        found = ast.walk(tree_of(path)) if path.is_file() else ()
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        if not any(isinstance(node, kinds) and node.name == function for node in found):
            yield name


def is_command(words: str) -> bool:
    """Whether kconsole has such a command: `serve`, `get topics`."""
    command: click.Command | None = main
    for word in words.split():
        is_group = isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word) if is_group else None
    return command is not None


def test_there_are_enough_rows_to_be_of_use() -> None:
    assert len(FEATURES) > 50
    assert len(PEERS) >= 8
    assert len({feature.what for feature in FEATURES}) == len(FEATURES)


@each_feature
def test_what_ours_has_is_there_and_tested(feature: Feature) -> None:
    assert [name for name in feature.actions if name not in BY_ID] == []
    assert [name for name in feature.views if name not in {view.name for view in VIEWS}] == []
    assert [name for name in feature.commands if not is_command(name)] == []
    assert list(unknown_tests(iter(feature.tests))) == []
    assert bool(feature.tests) == feature.is_ours
    assert feature.is_ours or feature.note


@each_feature
def test_what_is_said_of_others_has_its_page(feature: Feature) -> None:
    assert feature.peers or feature.is_ours
    for peer, page in feature.peers.items():
        assert page.removeprefix(DENIES) in PEERS[peer].pages


def test_every_page_of_the_others_is_cited_and_safe_to_follow() -> None:
    cited = {
        (peer, page.removeprefix(DENIES))
        for feature in FEATURES
        for peer, page in feature.peers.items()
    }
    for peer in PEERS.values():
        assert all(address.startswith("https://") for address in peer.pages.values())
        assert {name for name in peer.pages if (peer.id, name) not in cited} == set()


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("tests/architecture/test_features.py::unknown_tests", True),
        ("tests/architecture/test_features.py::test_nothing", False),
        ("tests/architecture/test_nothing.py::unknown_tests", False),
    ],
)
def test_a_test_that_there_is_not_is_noticed(name: str, is_known: bool) -> None:
    assert (list(unknown_tests(iter([name]))) == []) is is_known


@pytest.mark.parametrize(
    ("words", "is_known"),
    [("serve", True), ("get topics", True), ("get tpoics", False), ("sevre", False)],
)
def test_a_command_that_there_is_not_is_noticed(words: str, is_known: bool) -> None:
    assert is_command(words) is is_known
