"""Random messages in our own declarations, for tests that must not touch kio."""

import dataclasses
import math
import random
from typing import Any, TypeVar

from engine.protocol.fields import Kind, Scalar
from engine.protocol.layout import slots_of

T = TypeVar("T")

_RANGES = {
    "b": (-128, 127),
    "h": (-(2**15), 2**15 - 1),
    "i": (-(2**31), 2**31 - 1),
    "q": (-(2**63), 2**63 - 1),
    "H": (0, 2**16 - 1),
}


def random_message(cls: type[T], version: int, rng: random.Random) -> T:
    """A message or structure whose fields of this version have random values."""
    values: dict[str, Any] = {}
    for slot in slots_of(cls, version):
        if not slot.is_present or (slot.is_tagged and rng.random() < 0.5):
            continue
        may_be_null = slot.is_nullable or (slot.wire.kind is Kind.STRUCT and slot.is_tagged)
        if may_be_null and rng.random() < 0.3:
            values[slot.name] = None
        elif slot.wire.kind is Kind.ARRAY:
            count = rng.choice((0, 1, 2))
            values[slot.name] = [_value(slot.wire.element, version, rng) for _ in range(count)]
        else:
            values[slot.name] = _value(slot.wire.element, version, rng)
    return cls(**values)


def _value(element: Scalar[Any] | type[Any], version: int, rng: random.Random) -> Any:
    if not isinstance(element, Scalar):
        return random_message(element, version, rng)
    if element.kind is Kind.STRING:
        return "aß語"[: rng.randrange(4)] + "x" * rng.choice((0, 1, 130))
    if element.kind is not Kind.FIXED:
        return rng.randbytes(rng.choice((0, 1, 9, 130)))
    if element.code == "?":
        return rng.random() < 0.5
    if element.code == "d":
        return rng.random()
    if element.code == "16s":
        return rng.randbytes(16)
    low, high = _RANGES[element.code]
    return rng.choice((low, high, 0, rng.randint(low, high)))


def is_same(first: object, second: object) -> bool:
    """Whether two messages say the same: a number that is none is the same as another."""
    match first, second:
        case float(), float():
            return first == second or (math.isnan(first) and math.isnan(second))
        case list(), list():
            return len(first) == len(second) and all(map(is_same, first, second))
        case _ if dataclasses.is_dataclass(first) and type(first) is type(second):
            names = [each.name for each in dataclasses.fields(first)]
            return all(is_same(getattr(first, name), getattr(second, name)) for name in names)
        case _:
            return first == second
