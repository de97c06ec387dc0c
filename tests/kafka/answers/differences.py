"""The table of differences that are kept, and what a talk shows beyond it."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tests.kafka.answers.plain import Plain

TABLE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "differences.toml"
SHOWN_CHARACTERS_MAX = 400


@dataclass(frozen=True, slots=True)
class Kept:
    """A difference with its reason, and the patterns of where it shows."""

    api: str
    difference: str
    reason: str
    talk: str = "*"
    labels: tuple[str, ...] = ("*",)
    paths: tuple[str, ...] = ("*",)

    def covers(self, talk: str, label: str, path: str) -> bool:
        """Whether a difference found in a talk is this one."""
        return (
            fnmatchcase(talk, self.talk)
            and any(fnmatchcase(label, each) for each in self.labels)
            and any(fnmatchcase(path, each) for each in self.paths)
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs."""

    label: str
    path: str
    theirs: Plain
    ours: Plain

    def __str__(self) -> str:
        theirs, ours = _short(self.theirs), _short(self.ours)
        return f"{self.label}: {self.path}: Kafka {theirs}, ours {ours}"


def _short(value: Plain) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}..."


def kept_differences() -> list[Kept]:
    """The rows of the table that show in answers."""
    rows = [
        row
        for row in tomllib.loads(TABLE.read_text()).get("difference", [])
        if row.get("seen", True) and "scene" not in row
    ]
    for row in rows:
        assert row.keys() & {"talk", "labels", "paths"}, f"it covers everything: {row}"
    return [
        Kept(
            row["api"],
            row["difference"],
            row["reason"],
            row.get("talk", "*"),
            tuple(row.get("labels", ["*"])),
            tuple(row.get("paths", ["*"])),
        )
        for row in rows
    ]


def between(
    theirs: Iterable[tuple[str, Plain]], ours: Iterable[tuple[str, Plain]]
) -> list[Difference]:
    """Every value that differs, step by step."""
    found: list[Difference] = []
    for (label, their_answer), (same_label, our_answer) in zip(theirs, ours, strict=True):
        assert label == same_label
        found += _between(label, "", their_answer, our_answer)
    return found


def _between(label: str, path: str, theirs: Plain, ours: Plain) -> Iterator[Difference]:
    """The innermost values that differ; arrays of different length differ as a whole."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in theirs | ours:
            inner = f"{path}.{name}" if path else name
            yield from _between(label, inner, theirs.get(name), ours.get(name))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (left, right) in enumerate(zip(theirs, ours, strict=True)):
            yield from _between(label, f"{path}.{index}", left, right)
    elif theirs != ours or type(theirs) is not type(ours):
        yield Difference(label, path, theirs, ours)


def unexplained(
    talk: str, differences: Iterable[Difference], kept: Sequence[Kept]
) -> list[Difference]:
    """The differences that no row covers."""
    return [
        each
        for each in differences
        if not any(row.covers(talk, each.label, each.path) for row in kept)
    ]
