"""The table of docs/reference/console-features.toml: what consoles offer, and where ours does."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.architecture.sources import ROOT

TABLE = ROOT / "docs" / "reference" / "console-features.toml"
DENIES = "no:"
"""Stands before the name of a page that says that a console does not have a feature."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another console, with the addresses of the pages that were read, by short names."""

    id: str
    name: str
    kind: str
    pages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Feature:
    """A row; one without views, actions and commands is a feature that ours does not have."""

    what: str
    peers: Mapping[str, str] = field(default_factory=dict)
    views: Sequence[str] = ()
    actions: Sequence[str] = ()
    commands: Sequence[str] = ()
    note: str = ""
    tests: Sequence[str] = ()

    @property
    def is_ours(self) -> bool:
        return bool(self.views or self.actions or self.commands)


@dataclass(frozen=True, slots=True)
class Section:
    """Features of one matter."""

    title: str
    features: tuple[Feature, ...]


def peers() -> list[Peer]:
    """The other consoles, in the order of the table."""
    return [Peer(**row) for row in _table()["peer"]]


def read_on() -> str:
    """When the pages of the others were read."""
    return str(_table()["read"])


def sections() -> Iterator[Section]:
    """The features, in the order of the table."""
    for section in _table()["section"]:
        yield Section(section["title"], tuple(Feature(**row) for row in section["rows"]))


def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
