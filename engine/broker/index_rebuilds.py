"""Indexes of large segments that are being made anew while their logs are served.

They were lost or damaged, which only shows when somebody looks something up. Who does is put off
and asks again; nobody else waits.
"""

from functools import partial

from engine.broker.opening_threads import Failure, OpeningGivenUp
from engine.broker.openings import OpeningRunner
from engine.kernel.event_log import EventLog
from engine.kernel.ids import Offset, TopicPartition
from engine.storage.index_rebuild import IndexRebuild


class IndexRebuilds:
    """At most one rebuild of each segment. Loop thread only."""

    def __init__(self, runner: OpeningRunner, log: EventLog) -> None:
        self._runner = runner
        self._log = log
        self._running: set[tuple[TopicPartition, Offset]] = set()

    def begin(self, rebuild: IndexRebuild) -> None:
        """Run it, unless one of the same segment is under way."""
        key = (rebuild.topic_partition, rebuild.base_offset)
        if key not in self._running:
            self._running.add(key)
            self._runner.run(rebuild, partial(self._done, rebuild))

    def _done(self, rebuild: IndexRebuild, failure: Failure) -> None:
        name, base_offset = str(rebuild.topic_partition), rebuild.base_offset
        self._running.discard((rebuild.topic_partition, base_offset))
        if failure is None:
            rebuild.end()
            self._log.info("index_rebuilt", partition=name, base_offset=base_offset)
        elif not isinstance(failure, OpeningGivenUp):
            self._log.limited(
                "index_not_rebuilt", partition=name, base_offset=base_offset, why=str(failure)
            )
