"""What an expression says of partition, offset and time: bounds that a plan applies unread. Pure.

The keys that it demands bound nothing, for a key may be in any partition; they say where to look
first. Only tests that must hold for the whole expression count: those joined by `and` at its top.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from console.messages.predicate import time_of
from console.messages.syntax import And, Compare, Comparison, In, Node, Path, Root


@dataclass(frozen=True, slots=True)
class Bounds:
    """No record outside of these passes. `end_offset` and `until_ms` are exclusive."""

    partitions: frozenset[int] | None = None
    start_offset: int | None = None
    end_offset: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    keys: frozenset[bytes] = frozenset()
    """One of these is the key of every record that passes; empty when that is not known."""


UNBOUNDED = Bounds()


def bounds_of(node: Node, now_ms: int) -> Bounds:
    """The bounds of an expression that compiles."""
    bounds = UNBOUNDED
    for part in _conjuncts(node):
        match part:
            case Compare(path, Comparison.EQUAL, int(number)) if path.root is Root.PARTITION:
                bounds = _within(bounds, frozenset({number}))
            case In(path, literals) if path.root is Root.PARTITION:
                wanted = frozenset(each for each in literals if isinstance(each, int))
                bounds = _within(bounds, wanted)
            case Compare(path, comparison, int(number)) if path.root is Root.OFFSET:
                start, end = _range(comparison, number)
                bounds = replace(
                    bounds,
                    start_offset=_later(bounds.start_offset, start),
                    end_offset=_earlier(bounds.end_offset, end),
                )
            case Compare(path, comparison, literal, column) if path.root is Root.TIME:
                start, end = _range(comparison, time_of(literal, column, now_ms))
                bounds = replace(
                    bounds,
                    since_ms=_later(bounds.since_ms, start),
                    until_ms=_earlier(bounds.until_ms, end),
                )
            case Compare(path, Comparison.EQUAL, str(key)) if _is_key(path) and not part.is_size:
                bounds = replace(bounds, keys=_keys([key]))
            case In(path, literals) if _is_key(path):
                keys = [each for each in literals if isinstance(each, str)]
                if len(keys) == len(literals):
                    bounds = replace(bounds, keys=_keys(keys))
            case _:
                pass
    return bounds


def _is_key(path: Path) -> bool:
    return path.root is Root.KEY and not path.steps


def _keys(texts: Sequence[str]) -> frozenset[bytes]:
    """The bytes of texts, which a key in JSON holds between quotes."""
    quoted = [json.dumps(each, ensure_ascii=False) for each in texts]
    return frozenset(each.encode("utf-8", "surrogatepass") for each in (*texts, *quoted))


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        for part in node.parts:
            yield from _conjuncts(part)
    else:
        yield node


def _within(bounds: Bounds, partitions: frozenset[int]) -> Bounds:
    before = bounds.partitions
    return replace(bounds, partitions=partitions if before is None else before & partitions)


def _range(comparison: Comparison, number: int) -> tuple[int | None, int | None]:
    """From where on and up to before where whole numbers pass a comparison."""
    match comparison:
        case Comparison.EQUAL:
            return number, number + 1
        case Comparison.LESS:
            return None, number
        case Comparison.AT_MOST:
            return None, number + 1
        case Comparison.MORE:
            return number + 1, None
        case Comparison.AT_LEAST:
            return number, None
        case _:
            return None, None


def _later(one: int | None, other: int | None) -> int | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)
