"""The list of topics is made when something that it is made of has changed, and not before."""

from console.model.figures import Known
from console.model.names import TopicPartition
from console.port.readings import LayoutReading, PartitionReading, TopicReading
from console.sampling.collected import Collected
from console.sampling.derived import TopicReaders
from console.sampling.topic_list import TopicList
from console.sampling.topic_rows import TopicFacts
from console.sampling.turns import TOPICS_PER_TURN


def layout(*names: str) -> LayoutReading:
    rows = (PartitionReading(0, 1, 0, (1,), (1,)),)
    return LayoutReading("c", 1, (), tuple(TopicReading(name, name, False, rows) for name in names))


def facts(**readers: TopicReaders) -> TopicFacts:
    return TopicFacts(readers, {}, {})


async def test_topics_come_by_name_however_many_turns_that_takes() -> None:
    names = [f"topic-{number:04d}" for number in range(TOPICS_PER_TURN + 5)]
    found = await TopicList(Collected()).topics(layout(*reversed(names)), facts())
    assert [topic.name for topic in found] == names


async def test_what_was_read_or_changed_is_seen_and_nothing_is_made_without() -> None:
    collected, here, same = Collected(), layout("orders"), facts()
    made = TopicList(collected)
    first = await made.topics(here, same)
    assert await made.topics(here, same) is first

    key = TopicPartition("orders", 0)
    collected.ends[key], collected.starts[key] = Known(9, 1), Known(2, 1)
    collected.figures_read += 1
    (read,) = await made.topics(here, same)
    assert read.message_count == Known(7, 1)

    (lagging,) = await made.topics(here, facts(orders=TopicReaders(("billing",))))
    assert lagging.groups == ("billing",)

    grown = await made.topics(layout("orders", "payments"), facts())
    assert [topic.name for topic in grown] == ["orders", "payments"]
