"""Structured content of a record: which decoders there are, and paths into what they give. Pure.

A decoder turns bytes to dictionaries, lists, texts, numbers, booleans and None, or to `MISSING`
when the bytes are not of its format. Contents over `DECODED_BYTES_MAX` are not decoded.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from console.messages.syntax import Each, Step

DECODED_BYTES_MAX = 4 << 20
"""Contents larger than this are not decoded to be tested; the filter counts them."""

EACH_ELEMENTS_MAX = 100_000
"""Elements that the steps `[*]` of one path lead to in one record."""


class Missing:
    """Nothing is there; not even null."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()

Decode = Callable[[bytes], object]


def decoded_json(content: bytes) -> object:
    """JSON of any kind, or MISSING."""
    if not content or content[0] > _JSON_BEGINS_UP_TO:
        return MISSING
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return MISSING


_JSON_BEGINS_UP_TO = ord("{")


def first_that_decodes(decoders: Sequence[Decode]) -> Decode:
    """A decoder that tries several."""

    def decode(content: bytes) -> object:
        for each in decoders:
            found = each(content)
            if found is not MISSING:
                return found
        return MISSING

    return decode


def found_at(data: object, steps: Sequence[Step]) -> list[object]:
    """What a path leads to: nothing, one thing, or several where it has the step `[*]`."""
    for at, step in enumerate(steps):
        if isinstance(step, Each):
            return _found_in_each(data, steps[at + 1 :])
        if isinstance(data, dict) and isinstance(step, str):
            if step not in data:
                return []
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and -len(data) <= step < len(data):
            data = data[step]
        else:
            return []
    return [data]


def _found_in_each(data: object, steps: Sequence[Step]) -> list[object]:
    """What a path leads to from each element of something."""
    if isinstance(data, dict):
        elements: Iterable[object] = data.values()
    else:
        elements = data if isinstance(data, list) else ()
    found: list[object] = []
    for each in elements:
        found.extend(found_at(each, steps))
        if len(found) >= EACH_ELEMENTS_MAX:
            return found[:EACH_ELEMENTS_MAX]
    return found
