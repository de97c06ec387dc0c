"""What the members of a consumer group subscribe to, counted: names, expressions and their matches.

An expression that is not resolved yet matches nothing. The topics of a resolved one count for the
group until its record is deleted, which happens when nobody subscribes to it any more.
Source: Kafka's `ConsumerGroup`: `subscriptionType`, `computeSubscribedTopicNames`.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Self

from engine.coordinator.consumer_member import MemberMetadata
from engine.coordinator.consumer_records import ResolvedRegex


class SubscriptionCounts:
    """The counts of one group."""

    def __init__(self) -> None:
        self._names: Counter[str] = Counter()
        self._regexes: Counter[str] = Counter()
        self.resolved: dict[str, ResolvedRegex] = {}

    def copy(self) -> Self:
        """An independent copy, to see what a change would lead to."""
        made = type(self)()
        made._names = self._names.copy()
        made._regexes = self._regexes.copy()
        made.resolved = dict(self.resolved)
        return made

    def replace(self, old: MemberMetadata | None, new: MemberMetadata | None) -> None:
        """Count a member anew; None stands for a member that was or is not there."""
        if old is not None:
            _count(self._names, old.topic_names, -1)
            _count(self._regexes, _regexes(old), -1)
        if new is not None:
            _count(self._names, new.topic_names, 1)
            _count(self._regexes, _regexes(new), 1)

    def forget_unused(self) -> None:
        """Let go of the matches of expressions that nobody subscribes to."""
        self.resolved = {
            regex: found for regex, found in self.resolved.items() if regex in self._regexes
        }

    @property
    def regexes(self) -> frozenset[str]:
        """The expressions that members subscribe to."""
        return frozenset(self._regexes)

    def subscribers(self, regex: str) -> int:
        """How many members subscribe to an expression."""
        return self._regexes[regex]

    def topic_names(self) -> set[str]:
        """Every topic that a member names or that an expression matched, existing or not."""
        names = set(self._names)
        return names.union(*(found.topics for found in self.resolved.values()))

    def is_subscribed_to(self, topic: str) -> bool:
        return topic in self._names or any(topic in each.topics for each in self.resolved.values())

    def are_uniform(self, member_count: int) -> bool:
        """Whether all members subscribe to the same topics, in the same way."""
        if not self._regexes:
            by_regex = any(each.topics for each in self.resolved.values())
            return not by_regex and all(n == member_count for n in self._names.values())
        shared = next(iter(self._regexes.values())) == member_count
        return shared and not self._names and len(self._regexes) == 1


def topics_of(metadata: MemberMetadata, resolved: Mapping[str, ResolvedRegex]) -> frozenset[str]:
    """The topics that one member subscribes to, existing or not."""
    found = None if metadata.regex is None else resolved.get(metadata.regex)
    return metadata.topic_names if found is None else metadata.topic_names | found.topics


def _regexes(metadata: MemberMetadata) -> tuple[str, ...]:
    return () if metadata.regex is None else (metadata.regex,)


def _count(counter: Counter[str], keys: frozenset[str] | tuple[str, ...], change: int) -> None:
    for key in keys:
        counter[key] += change
        if counter[key] == 0:
            del counter[key]
