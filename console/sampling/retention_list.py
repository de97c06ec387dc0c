"""Makes the retention of every topic for a snapshot, and only when something in it has changed.

Ages are not in it: a moment is told as it is, and whoever shows it says how long ago that was.
"""

from collections.abc import Mapping
from typing import NamedTuple

from console.model.figures import Figure
from console.model.retention import GroupAtRisk, RetentionPolicy, TopicRetention
from console.model.topic import Topic
from console.sampling.collected import Collected
from console.sampling.retention_rows import retention_rows
from console.sampling.turns import in_turns


class _Sources(NamedTuple):
    """What the rows are made of."""

    topics: tuple[Topic, ...]
    policies: Mapping[str, Figure[RetentionPolicy]]
    risks: Mapping[str, tuple[GroupAtRisk, ...]]
    oldest_read: int

    def is_as(self, other: "_Sources") -> bool:
        """Whether the same rows come of it. What is large is the same only if it is one object."""
        return (
            self.topics is other.topics
            and self.policies is other.policies
            and self.risks == other.risks
            and self.oldest_read == other.oldest_read
        )


class RetentionList:
    """The retention of topics as it was made last: a row that did not change is the same object."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._made: tuple[TopicRetention, ...] = ()
        self._made_of: _Sources | None = None

    async def rows(
        self,
        topics: tuple[Topic, ...],
        policies: Mapping[str, Figure[RetentionPolicy]],
        risks: Mapping[str, tuple[GroupAtRisk, ...]],
    ) -> tuple[TopicRetention, ...]:
        """One row for each topic, in the order given; the same tuple where nothing has changed."""
        sources = _Sources(topics, policies, risks, self._collected.oldest_read)
        if self._made_of is None or not sources.is_as(self._made_of):
            before = {row.topic: row for row in self._made}
            made: list[TopicRetention] = []
            async for some in in_turns(topics):
                for row in retention_rows(some, self._collected.oldest, policies, risks):
                    known = before.get(row.topic)
                    made.append(known if known is not None and known == row else row)
            self._made, self._made_of = tuple(made), sources
        return self._made

    def forget(self) -> None:
        """Keep no rows while nobody wants them."""
        self._made, self._made_of = (), None
