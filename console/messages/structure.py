"""Structured content of a record: which decoders there are, and paths into what they give. Pure.

A decoder turns bytes to dictionaries, lists, texts, numbers, booleans and None, or to `MISSING`
when the bytes are not of its format. Contents over `DECODED_BYTES_MAX` are not decoded.
"""

import json
from collections.abc import Callable, Sequence
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
    found = [data]
    for step in steps:
        reached: list[object] = []
        for each in found:
            if isinstance(step, Each):
                if isinstance(each, list):
                    reached.extend(each)
                elif isinstance(each, dict):
                    reached.extend(each.values())
            elif isinstance(each, dict) and isinstance(step, str):
                if step in each:
                    reached.append(each[step])
            elif (
                isinstance(each, list) and isinstance(step, int) and -len(each) <= step < len(each)
            ):
                reached.append(each[step])
        if len(reached) > EACH_ELEMENTS_MAX:
            del reached[EACH_ELEMENTS_MAX:]
        found = reached
    return found
