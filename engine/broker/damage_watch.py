"""Tells the operator of each damaged range of offsets, once.

Storage finds damage when somebody reads the bytes, and refuses the range from then on. Nobody but
that reader would know.
"""

from engine.kernel.event_log import EventLog
from engine.kernel.ids import Offset, TopicPartition
from engine.storage.log_directory import LogDirectory


class DamageWatch:
    """The damage that was told of. Loop thread only."""

    def __init__(self, directory: LogDirectory, events: EventLog) -> None:
        self._directory = directory
        self._events = events
        self._told: set[tuple[TopicPartition, Offset]] = set()

    def look(self) -> None:
        """Tell what was found since the last look, and forget what is gone."""
        found = {
            (log.topic_partition, damage.start_offset): damage
            for log in self._directory.open_logs()
            for damage in log.damages
        }
        for key in found.keys() - self._told:
            self._events.limited_error(
                "damaged_range_found",
                partition=str(key[0]),
                start_offset=key[1],
                end_offset=found[key].end_offset,
            )
        self._told = set(found)
