"""The files of the project that the rules of the house are about, read and parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("console/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])


def relative(path: Path) -> str:
    """The name of a file as people write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))
