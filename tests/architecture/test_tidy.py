"""The rules of the house that a machine can check, on every source file.

Sizes keep a module to one noun; the other rules keep knowledge in its one place: colours in themes,
time and randomness behind their ports, output in commands.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("console/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
BANNED_STEMS = {"utils", "util", "helpers", "helper", "misc", "common", "manager"}
EVERYWHERE_BANNED = {("asyncio", "create_task"), ("asyncio", "ensure_future")}
PORTED = {
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "sleep"),
    ("random", "random"),
    ("random", "randint"),
    ("os", "urandom"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
}
PORT_MODULES = {"engine/kernel/system.py", "engine/kernel/tasks.py"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def attribute_uses(tree: ast.AST) -> Iterator[tuple[tuple[str, str], int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield (node.value.id, node.attr), node.lineno


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 50
    assert len(TESTS) > 20


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=relative)
def test_file_is_one_noun_long(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= FILE_LINES_MAX, f"{relative(path)} has {lines} lines: find its second noun"


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=relative)
def test_functions_fit_on_a_page(path: Path) -> None:
    too_long = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for node in functions(ast.parse(path.read_text()))
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not too_long


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_module_says_what_it_is(path: Path) -> None:
    source = path.read_text()
    if source.strip():
        assert ast.get_docstring(ast.parse(source)), f"{relative(path)} has no docstring"


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=relative)
def test_file_name_says_something(path: Path) -> None:
    assert path.stem not in BANNED_STEMS


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_time_chance_and_tasks_come_through_their_ports(path: Path) -> None:
    if relative(path) in PORT_MODULES:
        return
    found = [
        f"{relative(path)}:{line} {'.'.join(use)}"
        for use, line in attribute_uses(ast.parse(path.read_text()))
        if use in PORTED | EVERYWHERE_BANNED
    ]
    assert not found


@pytest.mark.parametrize("path", sorted(ROOT.glob("console/**/*.tcss")), ids=relative)
def test_style_sheet_names_tokens_never_colours(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    literal = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)|\brgba?\(|\bhsl", text)
    assert not literal


@pytest.mark.parametrize("path", TESTS, ids=relative)
def test_no_test_is_skipped_or_sleeps(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"mark\.(skip|xfail)\b|pytest\.(skip|xfail)\(", source), relative(path)
    if path.parent.name not in {"bench", "interop", "reliability"}:
        assert not re.search(r"\btime\.sleep\(|asyncio\.sleep\((?!0\))", source), relative(path)
