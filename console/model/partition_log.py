"""One partition's log as retention sees it: whole segments, oldest first.

Where the cluster does not tell its segments they are guessed from the log's size, the size and
the time after which a segment is closed, and the times of its records: retention removes whole
segments, so the oldest one begins where the log begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from console.model.record_times import RecordTimes


@dataclass(frozen=True, slots=True)
class Rolling:
    """When the broker closes a segment and begins another: at a size, and after a time."""

    segment_bytes: int = 1 << 30
    segment_ms: int = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Segment:
    """Offsets from `base_offset` up to `end_offset`, which is not part of it.

    `size_bytes` is None where nothing tells the size of the log.
    """

    base_offset: int
    end_offset: int
    size_bytes: int | None

    @property
    def records(self) -> int:
        """Offsets in it: records at most, fewer when compacted."""
        return self.end_offset - self.base_offset


@dataclass(frozen=True, slots=True)
class PartitionLog:
    """`segments` join without gaps from log start to end. `are_told` by the cluster, not guessed.

    `end` is the high watermark: what is behind it is not counted.
    """

    partition: int
    start: int
    end: int
    size_bytes: int | None
    times: RecordTimes
    segments: tuple[Segment, ...]
    are_told: bool = False

    @property
    def records(self) -> int:
        return self.end - self.start

    def bytes_before(self, offset: int) -> int | None:
        """The bytes of the records below an offset; inside a segment they are shared out evenly."""
        if self.size_bytes is None:
            return None
        amount = 0.0
        for segment in self.segments:
            if segment.size_bytes is None:
                return None
            if segment.end_offset <= offset:
                amount += segment.size_bytes
            elif segment.base_offset < offset:
                amount += segment.size_bytes * (offset - segment.base_offset) / segment.records
        return round(amount)


def guessed_log(
    partition: int,
    *,
    start: int,
    end: int,
    size_bytes: int | None,
    times: RecordTimes,
    rolling: Rolling,
    segments_max: int = 2_000,
) -> PartitionLog:
    """A log whose segments the cluster does not tell.

    Where they would be more than `segments_max`, several are put together.
    """
    least = -(-(end - start) // segments_max)
    bounds = list(islice(_bounds(start, end, size_bytes, times, rolling, least), segments_max))
    bounds += [end] if bounds[-1] != end else []
    sizes = _shares(bounds, size_bytes)
    segments = tuple(
        Segment(base, until, size)
        for (base, until), size in zip(pairwise(bounds), sizes, strict=True)
    )
    return PartitionLog(partition, start, end, size_bytes, times, segments)


def told_log(
    partition: int,
    *,
    start: int,
    end: int,
    times: RecordTimes,
    segments: tuple[tuple[int, int], ...],
) -> PartitionLog:
    """A log whose segments the cluster tells: base offset and bytes of each, oldest first.

    A first segment that begins before the log start counts whole: its bytes are there. Segments
    that end before it are on their way out, and what lies behind `end` belongs to the last.
    """
    bases = [base for base, _ in segments]
    ends = [*bases[1:], max(end, bases[-1] if bases else end)]
    kept = [
        Segment(max(start, base), min(until, end), size)
        for (base, size), until in zip(segments, ends, strict=True)
        if min(until, end) > max(start, base)
    ]
    size_bytes = sum(segment.size_bytes or 0 for segment in kept)
    return PartitionLog(partition, start, end, size_bytes, times, tuple(kept), are_told=True)


def _bounds(
    start: int,
    end: int,
    size_bytes: int | None,
    times: RecordTimes,
    rolling: Rolling,
    least: int,
) -> Iterator[int]:
    """Where guessed segments of at least so many records meet, with both ends of the log."""
    records = end - start
    yield start
    if records <= 0:
        return
    step = records
    if size_bytes:
        step = max(1, min(records, round(records * rolling.segment_bytes / size_bytes)))
    at = start
    while at < end:
        until = min(end, at + max(step, least))
        born_ms = times.newest_before(at + 1)
        if born_ms is not None:
            closed_ms = round(born_ms) + rolling.segment_ms
            late = times.first_since(closed_ms, start=at, end=end)
            if late is not None:
                until = min(until, max(at + least, late))
        yield until
        at = until


def _shares(bounds: list[int], size_bytes: int | None) -> list[int | None]:
    """The bytes between neighbouring bounds, which add up to the whole."""
    if size_bytes is None:
        return [None] * (len(bounds) - 1)
    first, records = bounds[0], max(1, bounds[-1] - bounds[0])
    marks = [size_bytes * (bound - first) // records for bound in bounds]
    return [right - left for left, right in pairwise(marks)]
