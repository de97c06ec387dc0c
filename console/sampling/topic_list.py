"""Makes the topics of a snapshot, and only when something that they are made of has changed."""

from typing import NamedTuple

from console.model.topic import Topic
from console.port.readings import LayoutReading, TopicReading
from console.sampling.collected import Collected
from console.sampling.topic_rows import TopicFacts, TopicRows
from console.sampling.turns import in_turns


class _Sources(NamedTuple):
    """What the rows are made of."""

    layout: LayoutReading
    facts: TopicFacts
    figures_read: int

    def is_as(self, other: "_Sources") -> bool:
        """Whether the same rows come of it. What is large is the same only if it is one object."""
        ours, theirs = self.facts, other.facts
        return (
            self.layout is other.layout
            and ours.policies is theirs.policies
            and ours.sizes is theirs.sizes
            and ours.readers == theirs.readers
            and self.figures_read == other.figures_read
        )


class TopicList:
    """The topics by name, as they were made last."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self.rows = TopicRows()
        self._made: tuple[Topic, ...] = ()
        self._made_of: _Sources | None = None

    async def topics(self, layout: LayoutReading, facts: TopicFacts) -> tuple[Topic, ...]:
        """The topics as of now; the same object as before where nothing has changed."""
        sources = _Sources(layout, facts, self._collected.figures_read)
        if self._made_of is None or not sources.is_as(self._made_of):
            made: list[Topic] = []
            async for some in in_turns(sorted(layout.topics, key=_name)):
                made.extend(self.rows.rows(some, self._collected, facts))
            self._made, self._made_of = tuple(made), sources
        return self._made


def _name(topic: TopicReading) -> str:
    return topic.name
