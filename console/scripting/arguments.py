"""What commands that change a cluster make of the words that were typed: each is taken by itself.

A word that is empty or comes twice is a slip of whoever wrote the script, as where a variable was
not set: it is refused rather than passed over. Nothing here takes time to import.
"""

from collections.abc import Callable, Iterable, Sequence
from math import inf, nan
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from console.resets.extent import Extent


def number(least: float, most: float | None = None) -> Callable[[str], float]:
    """A type for click: a number with a least one and perhaps a most one, whole if the least is.

    Says of anything else which numbers are taken, where click says which type it is not.
    """
    kind: Callable[[str], float] = int if isinstance(least, int) else float
    whole = "a whole number" if kind is int else "a number"
    taken = f"{whole} of {least:,} or more" if most is None else f"{whole} from {least} to {most:,}"

    def number(text: str) -> float:
        try:
            found = kind(text)
        except ValueError:
            found = nan
        if not least <= found <= (inf if most is None else most):
            raise click.BadParameter(f"{text!r} is not {taken}")
        return found

    return number


def distinct(names: Sequence[str], hint: str) -> tuple[str, ...]:
    """Names of which none is empty or doubled. Raises UsageError."""
    for index, name in enumerate(names):
        if not name:
            raise click.BadParameter("a name is empty", param_hint=hint)
        if name in names[:index]:
            raise click.BadParameter(f"{name!r} is named twice", param_hint=hint)
    return tuple(names)


def names(
    _context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """A callback: names of which none is empty or doubled."""
    return distinct(given, parameter.human_readable_name)


def pairs(
    given: Iterable[str], checked: Callable[[str, str], str] = lambda _key, value: value
) -> dict[str, str]:
    """Values by key of words such as `retention.ms=1d`. Raises UsageError."""
    found: dict[str, str] = {}
    for each in given:
        key, sign, value = each.partition("=")
        if not key or not sign:
            raise click.BadParameter(f"{each!r} is not KEY=VALUE")
        if key in found:
            raise click.BadParameter(f"{key!r} is given twice")
        found[key] = checked(key, value)
    return found


def extent_of(words: Iterable[str], hint: str) -> "Extent":
    """The partitions that words such as `orders` and `orders:0,2` name. Raises UsageError."""
    from console.resets.extent import EVERYTHING, Extent, Part, parse_extent

    given = list(words)
    parts: list[Part] = []
    for word in given:
        try:
            extent = parse_extent(word)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=hint) from error
        if extent == EVERYTHING and len(given) == 1:
            return EVERYTHING
        if len(extent.parts) != 1:
            raise click.BadParameter(f"{word!r} is not one topic", param_hint=hint)
        topic, partitions = extent.parts[0]
        if any(topic == name and _meet(partitions, others) for name, others in parts):
            raise click.BadParameter(f"{topic!r} is named twice", param_hint=hint)
        parts.append(extent.parts[0])
    return Extent(tuple(parts))


def _meet(some: frozenset[int] | None, others: frozenset[int] | None) -> bool:
    return some is None or others is None or not some.isdisjoint(others)
