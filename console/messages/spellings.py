"""The ways in which a text may stand in the bytes of a record, in any case. Pure.

A text is spelled as it is, as JSON within quotes, or as JSON in which all but ASCII is escaped
(`\\u00fc`, in digits of either case). Letters of ASCII stand for both cases; each other letter for
its small, capital and title forms of one character. What lies beyond that (the capitals of `ß`,
composed against decomposed accents) counts as different.
"""

import json
import math
import re
from collections.abc import Sequence

LITERALS_MAX = 16
"""Each is looked for in every batch that is read."""

Spelling = Sequence[frozenset[str]]
"""What may stand for each character of a text, one after the other."""


class Spellings:
    """All spellings of one text."""

    def __init__(self, text: str) -> None:
        """`text` is not empty."""
        assert text, "nothing is spelled in no way"
        variants = [_variants(each) for each in text]
        self._spellings: list[Spelling] = []
        for spelled in (_as_it_is, _within_quotes, _escaped):
            spelling = [frozenset(spelled(each) for each in one) for one in variants]
            if spelling not in self._spellings:
                self._spellings.append(spelling)
        self._pattern = re.compile(
            b"|".join(_pattern(each) for each in self._spellings), re.IGNORECASE
        )

    def are_in(self, content: bytes) -> bool:
        """Whether any of them is in some bytes."""
        return self._pattern.search(content) is not None

    @property
    def literals(self) -> frozenset[bytes]:
        """Bytes of which one is, in small letters of ASCII, wherever a spelling is.

        The spellings themselves, or a part of each where there are too many.
        """
        length = len(self._spellings[0])
        for size in range(length, 0, -1):
            windows = [
                [each[at : at + size] for each in self._spellings]
                for at in range(length - size + 1)
            ]
            best = min(windows, key=_count)
            if _count(best) <= LITERALS_MAX:
                return frozenset(
                    _bytes(one).lower() for spelling in best for one in _products(spelling)
                )
        return frozenset()


def _variants(character: str) -> frozenset[str]:
    """A character in each case, if that is one character; of ASCII the small form alone."""
    if character.isascii():
        return frozenset({character.lower()})
    forms = {character, character.lower(), character.upper(), character.title()}
    return frozenset(each for each in forms if len(each) == 1 and not each.isascii())


def _as_it_is(character: str) -> str:
    return character


def _within_quotes(character: str) -> str:
    return json.dumps(character, ensure_ascii=False)[1:-1]


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def _count(spellings: Sequence[Spelling]) -> int:
    return sum(math.prod(map(len, each)) for each in spellings)


def _products(spelling: Spelling) -> list[str]:
    found = [""]
    for variants in spelling:
        found = [before + each for before in found for each in sorted(variants)]
    return found


def _pattern(spelling: Spelling) -> bytes:
    return b"".join(
        b"(?:" + b"|".join(re.escape(_bytes(each)) for each in sorted(variants)) + b")"
        for variants in spelling
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
