"""What cleaning asks of an open log, and what it does to it. The log's own thread only.

The work itself is done by `Cleaner` in another thread, on what `begin` took from the log; `replace`
then puts a cleaned segment in the place of its sources. Appends, reads and syncs go on meanwhile;
who removes segments or saves indexes must wait while a `SegmentSwap` is under way.
"""

from collections.abc import Sequence

from engine.kernel.ids import Offset, TopicPartition
from engine.records.validation import INFINITE_MS
from engine.storage.batch_filter import LastBatch
from engine.storage.cleanable import Cleanable, cleanable
from engine.storage.cleaner import CleanedSegment, CleaningPlan, SourceSegment
from engine.storage.log_config import LogConfig
from engine.storage.log_reader import LogReader
from engine.storage.log_writer import LogWriter
from engine.storage.producer_state import ProducerState
from engine.storage.segment import Segment
from engine.storage.segments import Segments


class LogCleaning:
    """The cleaner's view of one log."""

    __slots__ = ("_config", "_producers", "_reader", "_segments", "_topic_partition", "_writer")

    def __init__(
        self,
        topic_partition: TopicPartition,
        config: LogConfig,
        segments: Segments,
        writer: LogWriter,
        reader: LogReader,
        producers: ProducerState,
    ) -> None:
        self._topic_partition = topic_partition
        self._config = config
        self._segments = segments
        self._writer = writer
        self._reader = reader
        self._producers = producers

    def cleanable(
        self,
        *,
        cleaned_end_offset: Offset,
        log_start_offset: Offset,
        stable_offset: Offset,
        now_ms: int | None,
    ) -> Cleanable:
        """What there is to clean; see `engine.storage.cleanable`. May read indexes or headers.

        Raises OSError.
        """
        if self._config.min_compaction_lag_ms > 0:
            for segment in self._segments:
                self._segments.max_timestamp_ms(segment)
        found = cleanable(
            [segment.info() for segment in self._segments],
            self._config,
            cleaned_end_offset=cleaned_end_offset,
            log_start_offset=log_start_offset,
            stable_offset=min(stable_offset, self._writer.durable_end_offset),
            now_ms=now_ms,
        )
        return found._replace(is_overdue=self._is_overdue(found, now_ms))

    def begin(self, what: Cleanable) -> CleaningPlan:
        """Everything that a cleaner needs to know. May read indexes. Raises OSError."""
        segments = list(self._segments)
        sources = [s for s in segments if s.end_offset <= what.first_uncleanable_offset]
        return CleaningPlan(
            self._topic_partition,
            self._segments.directory,
            self._segments.filesystem,
            self._config,
            what.first_dirty_offset,
            what.first_uncleanable_offset,
            tuple(map(self._source, sources)),
            tuple(map(self._source, segments[len(sources) :])),
            {
                producer_id: LastBatch(
                    entry.batches[-1].last_offset if entry.batches else None, entry.epoch
                )
                for producer_id, entry in self._producers.items()
            },
        )

    def holds(self, sources: Sequence[SourceSegment]) -> bool:
        """Whether the segments that were read are still those of the log."""
        return all(self._segments.contains(source.segment) for source in sources)

    def replace(self, cleaned: CleanedSegment) -> OSError | None:
        """Put a cleaned segment, whose swap was committed, in the place of its sources.

        What went wrong with the names does not keep the log from being read: the cleaned file
        stays open, and the next start finishes the swap. After the swap's `finish`, call `settle`.
        """
        sources = [source.segment for source in cleaned.sources]
        assert self.holds(cleaned.sources), "the sources have left the log"
        cleaned.segment.held = cleaned.file
        self._segments.was_cleaned = True
        self._writer.forget(sources)
        self._segments.replace(sources, cleaned.segment)
        self._reader.forget_hints()
        try:
            cleaned.swap.take_places()
        except OSError as error:
            return error
        return None

    def settle(self, cleaned: CleanedSegment) -> None:
        """The cleaned file has its name."""
        cleaned.segment.held = None
        self._segments.note_closed(cleaned.segment)

    def _source(self, segment: Segment) -> SourceSegment:
        latest_ms = segment.modified_ms
        if self._config.deletes_segments and self._segments.max_timestamp_ms(segment) >= 0:
            latest_ms = segment.max_timestamp_ms
        return SourceSegment(
            segment,
            segment.base_offset,
            segment.end_offset,
            segment.size_bytes,
            segment.modified_ms,
            latest_ms,
        )

    def _is_overdue(self, found: Cleanable, now_ms: int | None) -> bool:
        """Whether the first batch of a dirty closed segment is older than may be."""
        lag_ms = self._config.max_compaction_lag_ms
        if now_ms is None or lag_ms == INFINITE_MS:
            return False
        return any(
            0 < self._segments.first_timestamp_ms(segment) < now_ms - lag_ms
            for segment in list(self._segments)[:-1]
            if segment.end_offset > found.first_dirty_offset
        )
