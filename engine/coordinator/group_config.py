"""The settings of the group coordinator, with Kafka's names and defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupConfig:
    """What a broker operator decides about groups. Times in milliseconds.

    `max_size` bounds the members of one group. `offset_metadata_max_length` counts UTF-16 code
    units of one committed metadata string (`offset.metadata.max.bytes`).
    """

    initial_rebalance_delay_ms: int = 3_000
    min_session_timeout_ms: int = 6_000
    max_session_timeout_ms: int = 1_800_000
    max_size: int = 2_147_483_647
    new_member_join_timeout_ms: int = 300_000
    offset_metadata_max_length: int = 4_096
    offsets_retention_ms: int = 7 * 24 * 3_600_000
    offsets_retention_check_interval_ms: int = 600_000
