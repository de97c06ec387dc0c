"""The points of docs/reference/behaviour.toml and the tests that bear their numbers.

A test bears the number of a point as `@pytest.mark.point(12)`, of several as `point(12, 34)`.
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.architecture.sources import ROOT, TESTS, relative, text_of, tree_of

TABLE = ROOT / "docs" / "reference" / "behaviour.toml"


class Section(NamedTuple):
    """Points of one matter: the statement by the number."""

    title: str
    points: Mapping[int, str]


def sections() -> list[Section]:
    """The table, in its order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["section"]
    return [Section(row["title"], dict(row["points"])) for row in rows]


def marked(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The functions of a module that bear numbers, with each of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.point":
                    for argument in mark.args:
                        yield node.name, ast.literal_eval(argument)


def numbered() -> Iterator[tuple[Path, str, int]]:
    """Every function of the tests that bears a number: its file, its name, the number."""
    for path in TESTS:
        if "mark.point(" in text_of(path):
            for name, number in marked(tree_of(path)):
                yield path, name, number


def files_by_point() -> dict[int, list[str]]:
    """The files with tests of each point."""
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for path, _, number in numbered():
        found[number][relative(path)] = None
    return {number: list(files) for number, files in sorted(found.items())}
