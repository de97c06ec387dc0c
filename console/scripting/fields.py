"""Columns of tables for scripts: a value for programs and a text for people.

A value is null while the figure is unknown, and its text is `–` then. Pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeAlias, TypeVar

from console.model import units
from console.model.figures import Figure, Known, Unknown, value_or

Json: TypeAlias = "str | int | float | bool | list[str] | None"
RowT = TypeVar("RowT")
Number: TypeAlias = "Figure[int] | Figure[float] | int | float | None"


def _as_text(value: Json) -> str:
    return str(value)


def _as_size(value: Json) -> str:
    return units.size(value) if isinstance(value, int) else str(value)


def _as_duration(value: Json) -> str:
    return units.duration(value) if isinstance(value, int | float) else str(value)


def _as_latency(value: Json) -> str:
    return units.latency(value) if isinstance(value, int | float) else str(value)


def _as_word(value: Json) -> str:
    return "yes" if value else "no"


def _as_moment(value: Json) -> str:
    """UTC to the second."""
    return f"{units.moment(value)[:-4]}Z" if isinstance(value, int) else str(value)


def _as_read(value: Json) -> str:
    """As `_as_moment`, of a moment that is text; text that is none stays what it is."""
    try:
        at = datetime.fromisoformat(str(value)).astimezone(UTC)
    except (ValueError, OverflowError):
        return str(value)
    return f"{at:%Y-%m-%d %H:%M:%S}Z"


@dataclass(frozen=True, slots=True)
class Field(Generic[RowT]):
    """One column. `shown` makes text of a value that is known."""

    name: str
    value: Callable[[RowT], Json]
    shown: Callable[[Json], str] = _as_text
    is_number: bool = False

    @property
    def title(self) -> str:
        """The head of the column for people, whose cells carry their units."""
        words = self.name.upper().replace("_PER_S", "/S").removesuffix("_S")
        return words.replace("_", " ")

    def text(self, row: RowT) -> str:
        """The cell for people."""
        value = self.value(row)
        if value is None:
            return units.UNKNOWN
        return ",".join(value) if isinstance(value, list) else self.shown(value)


def _known(value: Number) -> int | float | None:
    return value_or(value, None) if isinstance(value, Known | Unknown) else value


def text(name: str, get: Callable[[RowT], str | None]) -> Field[RowT]:
    """Words, or null."""
    return Field(name, get)


def flag(name: str, get: Callable[[RowT], bool | None]) -> Field[RowT]:
    """Whether something is so, or null."""
    return Field(name, get, _as_word)


def names(name: str, get: Callable[[RowT], Iterable[object] | None]) -> Field[RowT]:
    """A list of names, or null."""

    def value(row: RowT) -> Json:
        found = get(row)
        return None if found is None else [str(each) for each in found]

    return Field(name, value)


def number(name: str, get: Callable[[RowT], Number]) -> Field[RowT]:
    """A whole number or a rate."""

    def value(row: RowT) -> Json:
        known = _known(get(row))
        return round(known, 3) if isinstance(known, float) else known

    return Field(name, value, is_number=True)


def size(name: str, get: Callable[[RowT], Figure[int] | int | None]) -> Field[RowT]:
    """Bytes, or null."""
    return Field(name, lambda row: _known(get(row)), _as_size, is_number=True)


def seconds(name: str, get: Callable[[RowT], float | None]) -> Field[RowT]:
    """A span of time in seconds."""

    def value(row: RowT) -> Json:
        found = get(row)
        return None if found is None else round(found, 3)

    return Field(name, value, _as_duration, is_number=True)


def latency(name: str, get: Callable[[RowT], float | None]) -> Field[RowT]:
    """A short span of time in seconds, to the microsecond."""

    def value(row: RowT) -> Json:
        found = get(row)
        return None if found is None else round(found, 6)

    return Field(name, value, _as_latency, is_number=True)


def moment(name: str, get: Callable[[RowT], Figure[int] | int | None]) -> Field[RowT]:
    """A wall time in milliseconds since 1970, or null."""
    return Field(name, lambda row: _known(get(row)), _as_moment)


def written_moment(name: str, get: Callable[[RowT], str]) -> Field[RowT]:
    """A moment that was written down in ISO 8601; programs get it as it was written."""
    return Field(name, get, _as_read)
