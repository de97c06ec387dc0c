"""The topics that there are by now, and how many partitions each has, for forms that stay open.

A mapping that follows the snapshots: a form that was given it knows what came since it opened. As
long as the list cannot be read, it is as it was last.
"""

from collections.abc import Callable, Iterator, Mapping

from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.topic import Topic


class PresentTopics(Mapping[str, int]):
    """Partitions by the name of the topic; `newest` gives the newest snapshot."""

    def __init__(self, newest: Callable[[], Snapshot | None]) -> None:
        self._newest = newest
        self._seen: tuple[Topic, ...] = ()
        self._counts: dict[str, int] = {}

    def _present(self) -> dict[str, int]:
        snapshot = self._newest()
        topics = None if snapshot is None else content(snapshot.topics)
        # What has not changed is the same object from snapshot to snapshot.
        if topics is not None and topics is not self._seen:
            self._seen = topics
            self._counts = {topic.name: topic.partition_count for topic in topics}
        return self._counts

    def __getitem__(self, name: str) -> int:
        return self._present()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._present())

    def __len__(self) -> int:
        return len(self._present())
