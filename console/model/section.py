"""A section is one panel's worth of a snapshot together with how it came about.

Each class is one face of a panel. Two more faces are inside `Ready`: empty (nothing in it) and
partial (figures in it are unknown).

| before  | the read succeeds | the read fails         | the cluster says no |
|---------|-------------------|------------------------|---------------------|
| Loading | Ready             | Loading with a problem | Refused             |
| Ready   | Ready             | Stale                  | Refused             |
| Stale   | Ready             | Stale, same `since_ms` | Refused             |
| Refused | Ready             | Refused                | Refused             |
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
U = TypeVar("U")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Loading:
    """Not read yet. `problem` says why the attempts so far failed; empty at first."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class Ready(Generic[T_co]):
    """The newest read succeeded, at `at_ms`."""

    value: T_co
    at_ms: int


@dataclass(frozen=True, slots=True)
class Stale(Generic[T_co]):
    """The last good value, read at `at_ms`; reads have failed since `since_ms` because of
    `reason`."""

    value: T_co
    at_ms: int
    reason: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The cluster does not let us read this; `reason` names the right that is missing."""

    reason: str


LOADING = Loading()
Section: TypeAlias = Loading | Ready[T] | Stale[T] | Refused


def content(section: Section[T]) -> T | None:
    """What there is to show, fresh or stale; None while loading and when refused."""
    return section.value if isinstance(section, Ready | Stale) else None


def map_section(section: Section[T], change: Callable[[T], U]) -> Section[U]:
    """The same face with a changed value; the faces that have none stay as they are."""
    match section:
        case Ready(value=value, at_ms=at_ms):
            return Ready(change(value), at_ms)
        case Stale(value=value, at_ms=at_ms, reason=reason, since_ms=since_ms):
            return Stale(change(value), at_ms, reason, since_ms)
        case Loading() | Refused():
            return section


def after_failure(section: Section[T], reason: str, now_ms: int) -> Section[T]:
    """The section once a read of it failed."""
    match section:
        case Ready(value=value, at_ms=at_ms):
            return Stale(value, at_ms, reason, now_ms)
        case Stale(value=value, at_ms=at_ms, since_ms=since_ms):
            return Stale(value, at_ms, reason, since_ms)
        case Refused():
            return section
        case Loading():
            return Loading(reason)
