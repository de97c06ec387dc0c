"""What a topic's configuration means to its logs: effective values, no sources, no defaults lookup.

The field names are Kafka's topic keys with the unit last; the defaults are Kafka's. -1 in a
retention bound means none, as in Kafka.
"""

from dataclasses import dataclass, field
from enum import Enum

from engine.records.compression import Compression
from engine.records.validation import INFINITE_MS, AppendRules

_DAY_MS = 24 * 60 * 60 * 1000
UNBOUNDED = -1
"""The value of a retention bound that bounds nothing."""

INFLATED_BYTES_MAX = 64 * 1024 * 1024
"""Bytes that a compressed batch may become when the broker must open it."""


class CleanupPolicy(Enum):
    """What happens to old segments."""

    DELETE = "delete"
    COMPACT = "compact"


class TimestampType(Enum):
    """Whose time a record carries (`message.timestamp.type`)."""

    CREATE_TIME = "CreateTime"
    LOG_APPEND_TIME = "LogAppendTime"


@dataclass(frozen=True, slots=True)
class LogConfig:
    """The effective configuration of one topic's logs. Shared by its partitions."""

    segment_bytes: int = 1024 * 1024 * 1024
    segment_ms: int = 7 * _DAY_MS
    segment_index_bytes: int = 10 * 1024 * 1024
    index_interval_bytes: int = 4096
    retention_ms: int = 7 * _DAY_MS
    retention_bytes: int = UNBOUNDED
    file_delete_delay_ms: int = 60_000
    max_message_bytes: int = 1_048_588
    cleanup_policy: frozenset[CleanupPolicy] = frozenset({CleanupPolicy.DELETE})
    message_timestamp_type: TimestampType = TimestampType.CREATE_TIME
    timestamp_before_max_ms: int = INFINITE_MS
    timestamp_after_max_ms: int = 60 * 60 * 1000
    compression_type: Compression | None = None
    """The codec that batches are stored with; None keeps what the producer chose."""
    compression_level: int | None = None
    producer_id_expiration_ms: int = _DAY_MS
    delete_retention_ms: int = _DAY_MS
    min_cleanable_dirty_ratio: float = 0.5
    min_compaction_lag_ms: int = 0
    max_compaction_lag_ms: int = INFINITE_MS
    roll_ms: int = field(init=False)
    """The age at which an active segment is closed: a compacted log is closed in time for its
    `max.compaction.lag.ms` (Kafka's `LogConfig.maxSegmentMs`). Kept, as each write asks for it."""

    def __post_init__(self) -> None:
        roll_ms = self.segment_ms
        if self.is_compacted:
            roll_ms = min(roll_ms, self.max_compaction_lag_ms)
        object.__setattr__(self, "roll_ms", roll_ms)

    @property
    def is_compacted(self) -> bool:
        return CleanupPolicy.COMPACT in self.cleanup_policy

    @property
    def deletes_segments(self) -> bool:
        return CleanupPolicy.DELETE in self.cleanup_policy

    def append_rules(self) -> AppendRules:
        """What the configuration asks of a batch on append."""
        return AppendRules(
            size_bytes_max=self.max_message_bytes,
            needs_keys=self.is_compacted,
            uses_append_time=self.message_timestamp_type is TimestampType.LOG_APPEND_TIME,
            before_ms_max=self.timestamp_before_max_ms,
            after_ms_max=self.timestamp_after_max_ms,
            inflated_bytes_max=INFLATED_BYTES_MAX,
        )
