"""How far a scan has come, how fast it goes, and why it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from console.messages.lane import Hit
from console.model.names import TopicPartition
from console.port.errors import ClusterError

REPORT_EVERY_S = 0.1
"""Reports come no more often than this."""

RATE_AFTER_S = 0.5
"""A rate over less than this says nothing about what is left."""


class Ending(Enum):
    """Why a scan is not running. Only `END` means that nothing is left to read."""

    END = "end"
    LIMIT = "limit"
    BYTES = "bytes"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Progress:
    """A scan at one moment. Counts are of the whole scan, rates of the run under way.

    `first` are the partitions that are read at present, before the others; empty when all are.
    `deleted_offsets` are those among the scanned that retention took before they were read.
    `records` and `size_bytes` are what was read, hits or not; `passed_over` of the records were not
    even opened, for nothing in their batch could be a hit. `reached_ms` is the time of records
    up to which every partition has come: all that is newer (or older, oldest first) was searched.
    """

    scanned_offsets: int = 0
    total_offsets: int = 0
    records: int = 0
    passed_over: int = 0
    size_bytes: int = 0
    hits: int = 0
    elapsed_s: float = 0.0
    records_per_s: float | None = None
    left_s: float | None = None
    reached_ms: int | None = None
    ending: Ending | None = None
    failures: Mapping[TopicPartition, ClusterError] = field(default_factory=dict)
    first: tuple[int, ...] = ()
    deleted_offsets: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The hits that came since the report before, in order, and how far the scan is."""

    hits: tuple[Hit, ...]
    progress: Progress


@dataclass(slots=True)
class Meter:
    """Counts of one scan. `began` starts a run."""

    records: int = 0
    passed_over: int = 0
    size_bytes: int = 0
    hits: int = 0
    _run_began_s: float = 0.0
    _run_records: int = 0
    _run_bytes: int = 0
    _run_offsets: int = 0
    _reported_s: float = 0.0

    def began(self, now_s: float, scanned_offsets: int) -> None:
        """A run begins."""
        self._run_began_s = self._reported_s = now_s
        self._run_records, self._run_bytes = self.records, self.size_bytes
        self._run_offsets = scanned_offsets

    @property
    def run_bytes(self) -> int:
        """Bytes read in this run."""
        return self.size_bytes - self._run_bytes

    def is_report_due(self, now_s: float) -> bool:
        """Whether enough time has passed since the last report; if so, one is taken as made."""
        if now_s - self._reported_s < REPORT_EVERY_S:
            return False
        self._reported_s = now_s
        return True

    def progress(
        self,
        now_s: float,
        *,
        scanned_offsets: int,
        total_offsets: int,
        reached_ms: int | None,
        ending: Ending | None,
        failures: Mapping[TopicPartition, ClusterError],
        first: tuple[int, ...] = (),
        deleted_offsets: int = 0,
    ) -> Progress:
        """Everything at one moment."""
        elapsed_s = now_s - self._run_began_s
        records_per_s = left_s = None
        if elapsed_s >= RATE_AFTER_S:
            records_per_s = (self.records - self._run_records) / elapsed_s
            passed = scanned_offsets - self._run_offsets
            if passed > 0:
                left_s = (total_offsets - scanned_offsets) * elapsed_s / passed
        return Progress(
            scanned_offsets=scanned_offsets,
            total_offsets=total_offsets,
            records=self.records,
            passed_over=self.passed_over,
            size_bytes=self.size_bytes,
            hits=self.hits,
            elapsed_s=elapsed_s,
            records_per_s=records_per_s,
            left_s=left_s,
            reached_ms=reached_ms,
            ending=ending,
            failures=failures,
            first=first,
            deleted_offsets=deleted_offsets,
        )
