"""Expressions that members subscribe to, in the syntax of RE2, and the topics that they match.

RE2 matches in time linear in the text whatever the expression: one that a client made up cannot
stall the broker, which Python's own `re` allows. An expression has to match the whole name.
Source: Kafka's `TopicRegexResolver`, which uses the Java port of the same library.
"""

from collections.abc import Iterable
from typing import Protocol

import re2

from engine.coordinator.consumer_records import ResolvedRegex
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.topic_image import TopicImage


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


_SEPARATOR = ": "
_KAFKAS_WORDS = {
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid named capture group": "invalid named capture",
    "invalid repetition size": "invalid repeat count",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "trailing \\": "trailing backslash at end of expression",
}
"""What the Java port says where the library has other words."""


def check_regex(regex: str) -> None:
    """Raise GroupRefusal when an expression cannot be compiled."""
    try:
        _compiled(regex)
    except re2.error as error:
        reason = _reason(error)
        raise GroupRefusal(
            GroupError.INVALID_REGULAR_EXPRESSION,
            f"SubscribedTopicRegex `{regex}` is not a valid regular expression: {reason}.",
        ) from error


def resolve(regexes: Iterable[str], image: TopicImage, *, now_ms: int) -> dict[str, ResolvedRegex]:
    """What each expression matches at this moment, by wall time. One that is invalid: nothing."""
    names = [topic.name for topic in image.topics()]
    return {
        regex: ResolvedRegex(frozenset(_matching(regex, names)), image.version, now_ms)
        for regex in sorted(regexes)
    }


def _matching(regex: str, names: list[str]) -> list[str]:
    try:
        pattern = _compiled(regex)
    except re2.error:
        # It was checked when a member brought it; a journal of another broker may hold anything.
        return []
    return [name for name in names if pattern.fullmatch(name) is not None]


def _compiled(regex: str) -> _Pattern:
    options = re2.Options()
    # What clients send is theirs to get wrong; the library would write it to our standard error.
    options.log_errors = False
    pattern: _Pattern = re2.compile(regex, options=options)
    return pattern


def _reason(error: re2.error) -> str:
    """Why an expression is invalid, without the expression, as Kafka says it."""
    (raw,) = error.args
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)
    reason = text.partition(_SEPARATOR)[0]
    return _KAFKAS_WORDS.get(reason, reason)
