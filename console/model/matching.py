"""What the filter line means: `text`, `!text`, `~fuzzy`, `/regular expression/`. Pure.

Matching ignores case. An expression that does not compile matches nothing and says why. The syntax
of expressions is RE2's, whose matching takes linear time: none that is typed can stop the console.
"""

from collections.abc import Callable
from dataclasses import dataclass

EXPRESSION_MAX = 200


@dataclass(frozen=True, slots=True)
class Matcher:
    """A parsed filter: does a text match, and what is wrong with the filter, if anything."""

    matches: Callable[[str], bool]
    problem: str = ""
    is_empty: bool = False


def parse_filter(text: str) -> Matcher:
    """Parse what was typed. Never raises."""
    wanted = text.strip()
    if not wanted:
        return Matcher(lambda _: True, is_empty=True)
    if wanted.startswith("!"):
        inner = parse_filter(wanted[1:])
        if inner.is_empty:
            return Matcher(lambda _: True, is_empty=True)
        return Matcher(lambda name: not inner.matches(name), inner.problem)
    if wanted.startswith("~"):
        letters = wanted[1:].lower()
        return Matcher(lambda name: _is_within(letters, name.lower()))
    if wanted.startswith("/") and len(wanted) > 1:
        return _expression(wanted[1:].removesuffix("/"))
    lowered = wanted.lower()
    return Matcher(lambda name: lowered in name.lower())


def _expression(pattern: str) -> Matcher:
    if len(pattern) > EXPRESSION_MAX:
        return Matcher(lambda _: False, f"longer than {EXPRESSION_MAX} characters")
    # Most never type one, and loading it takes a hundredth of a second.
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled = re2.compile(pattern.encode(errors="replace"), options=options)
    except re2.error as error:
        return Matcher(lambda _: False, error.args[0].decode(errors="replace"))
    return Matcher(lambda name: compiled.search(name.encode(errors="replace")) is not None)


def _is_within(letters: str, name: str) -> bool:
    """Whether the letters stand in the name in this order."""
    rest = iter(name)
    return all(letter in rest for letter in letters)
