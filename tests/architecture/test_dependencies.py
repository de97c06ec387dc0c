"""Every package that we stand on has a lower bound, a reason, and something that imports it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture.sources import ROOT, SOURCES, TESTS, text_of, tree_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REQUIREMENT = re.compile(r"(?P<name>[a-z0-9-]+)>=(?P<bound>[\d.]+)(?:,<\d+)?")
REASONS = text_of(ROOT / "docs" / "decisions" / "0001-dependencies.md")
DISTRIBUTIONS = packages_distributions()
OURS = {"console", "docs", "engine", "tests"}


def bounds(requirements: Iterable[str]) -> dict[str, str]:
    """The lower bound of each requirement by its name."""
    found = {text: REQUIREMENT.fullmatch(text) for text in requirements}
    assert all(found.values()), f"a requirement without a plain lower bound: {found}"
    return {each["name"]: each["bound"] for each in found.values() if each}


RUNTIME = bounds(PROJECT["dependencies"])
EXTRAS = {name: bounds(listed) for name, listed in PROJECT["optional-dependencies"].items()}
TOOLS = {"test", "check", "bench"}
"""The extras for who works on the program."""
OPTIONAL = {name for extra in EXTRAS.keys() - TOOLS for name in EXTRAS[extra]}
"""What the program uses where a user installs it as well."""


def imported(paths: Iterable[Path]) -> set[str]:
    """The distributions that files import, beside the standard library and ourselves."""
    modules: set[str] = set()
    for path in paths:
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.Import(names=names):
                    modules |= {each.name.split(".")[0] for each in names}
                case ast.ImportFrom(module=str(module), level=0):
                    modules.add(module.split(".")[0])
    foreign = modules - sys.stdlib_module_names - OURS
    return {DISTRIBUTIONS[module][0].lower().replace("_", "-") for module in foreign}


def test_the_program_imports_what_it_depends_on_and_nothing_else() -> None:
    assert imported(SOURCES) == {*RUNTIME, *OPTIONAL}


def test_tests_import_declared_packages_only() -> None:
    assert imported(TESTS) <= {*RUNTIME, *EXTRAS["test"]}


def test_each_dependency_has_its_bound_and_its_reason_in_the_decision() -> None:
    rows = dict(re.findall(r"^\| ([\w-]+) \| ([\d.]+)", REASONS, re.MULTILINE))
    assert rows == RUNTIME
    unexplained = [
        name
        for extra in EXTRAS.values()
        for name in extra
        if not re.search(rf"\b{re.escape(name)}\b", REASONS)
    ]
    assert not unexplained
