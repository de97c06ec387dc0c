"""The settings of the group coordinator, with Kafka's names and defaults.

The coordinator looks them up each time: they change while it runs.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, Self


class MigrationPolicy(Enum):
    """Which groups with members may change between the two protocols. Empty groups always may."""

    BIDIRECTIONAL = "bidirectional"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    DISABLED = "disabled"

    @property
    def allows_upgrade(self) -> bool:
        """A classic group becomes a consumer group when a newer member joins."""
        return self in (MigrationPolicy.BIDIRECTIONAL, MigrationPolicy.UPGRADE)

    @property
    def allows_downgrade(self) -> bool:
        """A consumer group becomes a classic group when its last newer member leaves."""
        return self in (MigrationPolicy.BIDIRECTIONAL, MigrationPolicy.DOWNGRADE)


@dataclass(frozen=True, slots=True)
class ConsumerGroupConfig:
    """What a broker operator decides about consumer groups (KIP-848). Times in milliseconds.

    The first of `assignors` serves groups whose members ask for none. A new target is made at most
    every `assignment_interval_ms` (KIP-1263); expressions are resolved anew at least every
    `regex_refresh_interval_ms`.
    """

    is_enabled: bool = True
    session_timeout_ms: int = 45_000
    heartbeat_interval_ms: int = 5_000
    max_size: int = 2_147_483_647
    assignors: tuple[str, ...] = ("uniform", "range")
    migration_policy: MigrationPolicy = MigrationPolicy.BIDIRECTIONAL
    assignment_interval_ms: int = 1_000
    regex_refresh_interval_ms: int = 600_000


@dataclass(frozen=True, slots=True)
class GroupConfig:
    """What a broker operator decides about groups. Times in milliseconds.

    `max_size` bounds the members of one group. `offset_metadata_max_length` counts UTF-16 code
    units of one committed metadata string (`offset.metadata.max.bytes`). A reply waits at most
    `offsets_commit_timeout_ms` for the disk.
    """

    initial_rebalance_delay_ms: int = 3_000
    min_session_timeout_ms: int = 6_000
    max_session_timeout_ms: int = 1_800_000
    max_size: int = 2_147_483_647
    new_member_join_timeout_ms: int = 300_000
    offset_metadata_max_length: int = 4_096
    offsets_commit_timeout_ms: int = 5_000
    offsets_retention_ms: int = 7 * 24 * 3_600_000
    offsets_retention_check_interval_ms: int = 600_000
    consumer: ConsumerGroupConfig = field(default_factory=ConsumerGroupConfig)

    @property
    def now(self) -> Self:
        """These: settings that never change."""
        return self

    def consumer_of(self, group_id: str) -> ConsumerGroupConfig:
        """Every consumer group's: there are no others."""
        return self.consumer


class GroupSettings(Protocol):
    """What holds for groups at this moment; the next look may show something else."""

    @property
    def now(self) -> GroupConfig:
        """The settings for all groups."""
        ...

    def consumer_of(self, group_id: str) -> ConsumerGroupConfig:
        """The settings of one consumer group: those for all, but for what was set for it alone."""
        ...
