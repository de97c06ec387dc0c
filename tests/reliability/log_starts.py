"""Where partitions begin over time, watched while retention moves their starts.

A group may have a gap in what it read for two reasons: records were lost to it, or retention took
them before it came to them, as it does to a group that is slower than retention. The second is so
if, when a member first read behind the gap, the partition began there. A thread of its own asks the
broker for the starts; readers tell of themselves by the same clock.
"""

import bisect
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Self

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

ASKED_EVERY_S: Final = 0.25
LATE_S: Final = 2.0
"""By how much a start may be seen after a member has told what it read there. Between two starts of
a partition whose segments roll in order lies much more."""

Starts = dict[int, int]


class LogStarts:
    """The starts of one topic's partitions. Any thread; a context manager that ends the watch."""

    def __init__(self, ask: Callable[[], Starts]) -> None:
        """`ask` tells the present start of each partition; blocks."""
        self.faults: list[str] = []
        """Why the watch ended before it was told to."""
        self._ask = ask
        self._starts: dict[int, list[int]] = defaultdict(list)
        self._seen_s: dict[int, list[float]] = defaultdict(list)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="log-starts", daemon=True)

    def note(self, partition: int, start: int, at_s: float) -> None:
        """A partition began at an offset, at a time of the monotonic clock."""
        starts = self._starts[partition]
        if not starts or start > starts[-1]:
            self._seen_s[partition].append(at_s)
            starts.append(start)

    def had_reached(self, partition: int, offset: int, at_s: float) -> bool:
        """Whether a partition began at an offset or behind it by a time."""
        place = bisect.bisect_left(self._starts[partition], offset)
        seen_s = self._seen_s[partition]
        return place < len(seen_s) and seen_s[place] <= at_s + LATE_S

    def _watch(self) -> None:
        try:
            while not self._ended.wait(ASKED_EVERY_S):
                for partition, start in self._ask().items():
                    self.note(partition, start, time.monotonic())
        except KafkaException as error:
            self.faults.append(f"the starts of partitions are not told: {error}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()


def starts_of(admin: AdminClient, topic: str, partitions: int) -> Callable[[], Starts]:
    """What asks a broker for the starts of a topic."""
    places = {TopicPartition(topic, place): OffsetSpec.earliest() for place in range(partitions)}

    def ask() -> Starts:
        found = admin.list_offsets(places, request_timeout=30)
        return {place.partition: future.result().offset for place, future in found.items()}

    return ask


def overtaken(
    starts: LogStarts,
    partition: int,
    gaps: Sequence[tuple[int, int]],
    told_at: Callable[[int], float],
) -> int:
    """How many offsets of some gaps retention had taken before the reader came.

    `told_at` says when a member first told that it read at an offset behind a gap, in seconds of
    the monotonic clock; infinity if none did: who never read on was not overtaken.
    """
    return sum(
        behind - first
        for first, behind in gaps
        if (at_s := told_at(behind)) < math.inf and starts.had_reached(partition, behind, at_s)
    )
