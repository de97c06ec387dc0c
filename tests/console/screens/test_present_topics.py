"""Forms that stay open know the topics of the moment."""

from dataclasses import replace

from console.model.section import LOADING, Ready, after_failure
from console.model.snapshot import Snapshot
from console.screens.present_topics import PresentTopics
from tests.support.sample_snapshots import busy
from tests.support.sample_topics import topics

FIRST, SECOND = topics()[:2]


def test_it_follows_the_list_and_keeps_it_while_it_cannot_be_read() -> None:
    newest: list[Snapshot | None] = [None]
    present = PresentTopics(lambda: newest[-1])
    assert not present
    listed = replace(busy(), topics=Ready((FIRST,), 1))
    newest.append(listed)
    assert dict(present) == {FIRST.name: FIRST.partition_count}
    grown = replace(FIRST, partition_count=FIRST.partition_count + 1)
    newest.append(replace(listed, topics=Ready((grown, SECOND), 2)))
    assert (present[FIRST.name], len(present)) == (FIRST.partition_count + 1, 2)
    newest.append(replace(listed, topics=after_failure(Ready((SECOND,), 3), "down", 4)))
    assert list(present) == [SECOND.name]
    newest.extend([replace(listed, topics=LOADING), None])
    assert list(present) == [SECOND.name]
