"""The broker keys of compaction and of the reserve of disk space. `EngineConfig` has their fields.

Names and defaults of compaction are Kafka's (`CleanerConfig`).
"""

import sys
from typing import Final

from engine.config.kinds import Anything, Check, ConfigKey, ConfigType, Range, Unit, Value


def _key(
    name: str,
    type_: ConfigType,
    default: Value,
    documentation: str,
    check: Check | None = None,
    unit: Unit = Unit.NONE,
) -> ConfigKey:
    return ConfigKey(
        name, type_, default, documentation, check or Anything(), unit, is_read_only=True
    )


CLEANER_ENABLE: Final = _key(
    "log.cleaner.enable",
    ConfigType.BOOLEAN,
    default=True,
    documentation="Compact topics whose cleanup.policy says so. Without it they, and the "
    "offsets of groups, grow for ever.",
)
CLEANER_BACKOFF: Final = _key(
    "log.cleaner.backoff.ms",
    ConfigType.LONG,
    15_000,
    "Time between two looks for logs to compact.",
    Range(1),
    Unit.MILLISECONDS,
)
CLEANER_DEDUPE_BUFFER_SIZE: Final = _key(
    "log.cleaner.dedupe.buffer.size",
    ConfigType.LONG,
    134_217_728,
    "The most memory for the keys of the log that is being compacted; with more keys it takes "
    "several rounds. Differs from Kafka: a key takes 160 bytes instead of 24, and memory is "
    "taken as keys come.",
    Range(1024 * 1024),
    Unit.BYTES,
)
CLEANER_IO_MAX_BYTES_PER_SECOND: Final = _key(
    "log.cleaner.io.max.bytes.per.second",
    ConfigType.DOUBLE,
    sys.float_info.max,
    "The most that compaction reads and writes in a second, on average.",
    Range(1),
)
DISK_RESERVE_BYTES: Final = _key(
    "disk.reserve.bytes",
    ConfigType.LONG,
    33_554_432,
    "Free bytes of the file system that records of clients may not take: below, produce is refused "
    "with a retriable error, so that offsets of groups and metadata still have room; compaction "
    "does not begin what would take from it. 0 for no reserve. Kafka has no such key.",
    Range(0),
    Unit.BYTES,
)
