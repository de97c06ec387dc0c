"""Random expressions of the record filter, as text and as what they mean for one JSON value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "total", "naïve")
TEXTS = ("", "x", "red", "grün", 'say "hi"', "a/b", "\\u", "\N{GRINNING FACE}", "A1")
NUMBERS = (-1, 0, 1, 2, 1.5, 100)

documents = st.recursive(
    st.none() | st.booleans() | st.sampled_from(NUMBERS) | st.sampled_from(TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=8,
)

NOTHING = object()


@dataclass(frozen=True)
class Meaning:
    """An expression as text, and the same as a function of a decoded value."""

    text: str
    passes: Callable[[Any], bool]


def _at(document: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        if not isinstance(document, dict) or name not in document:
            return NOTHING
        document = document[name]
    return document


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@st.composite
def _tests(draw: st.DrawFn) -> Meaning:
    names = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2)))
    path = "value" + "".join(f'["{name}"]' for name in names)
    text, number = draw(st.sampled_from(TEXTS)), draw(st.sampled_from(NUMBERS))

    def at(document: Any) -> Any:
        return _at(document, names)

    def like(document: Any) -> bool:
        return isinstance(at(document), str)

    return draw(
        st.sampled_from(
            [
                Meaning(f"{path} == {_quoted(text)}", lambda d: like(d) and at(d) == text),
                Meaning(f"{path} != {_quoted(text)}", lambda d: not (like(d) and at(d) == text)),
                Meaning(f"{path} > {number}", lambda d: _is_number(at(d)) and at(d) > number),
                Meaning(f"{path} <= {number}", lambda d: _is_number(at(d)) and at(d) <= number),
                Meaning(
                    f"{path} contains {_quoted(text)}",
                    lambda d: text in at(d) if isinstance(at(d), str | list) else False,
                ),
                Meaning(
                    f"{path} starts {_quoted(text)}", lambda d: like(d) and at(d).startswith(text)
                ),
                Meaning(
                    f"{path} in ({_quoted(text)}, {number})",
                    lambda d: (
                        (like(d) and at(d) == text) or (_is_number(at(d)) and at(d) == number)
                    ),
                ),
                Meaning(
                    f"{path} in [null, {_quoted(text)}]",
                    lambda d: at(d) in (NOTHING, None) or (like(d) and at(d) == text),
                ),
                Meaning(f"{path} exists", lambda d: at(d) is not NOTHING),
                Meaning(f"{path} is null", lambda d: at(d) in (NOTHING, None)),
                Meaning(
                    f"size({path}) >= {number}",
                    lambda d: isinstance(at(d), str | list | dict) and len(at(d)) >= number,
                ),
            ]
        )
    )


def _joined(word: str, parts: list[Meaning]) -> Meaning:
    decide = all if word == "and" else any
    return Meaning(
        f" {word} ".join(f"({part.text})" for part in parts),
        lambda document: decide(part.passes(document) for part in parts),
    )


def _negated(part: Meaning) -> Meaning:
    return Meaning(f"not ({part.text})", lambda document: not part.passes(document))


expressions = st.recursive(
    _tests(),
    lambda inner: (
        st.builds(_joined, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3))
        | st.builds(_negated, inner)
    ),
    max_leaves=6,
)
