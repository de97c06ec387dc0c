"""The settings of the group coordinator as the broker's configuration has them."""

from engine.config.coordinator_keys import CONSUMER_PROTOCOL
from engine.config.engine_config import EngineConfig
from engine.coordinator.group_config import ConsumerGroupConfig, GroupConfig, MigrationPolicy


def group_config(config: EngineConfig) -> GroupConfig:
    """What the configuration says about groups of both protocols."""
    return GroupConfig(
        initial_rebalance_delay_ms=config.group_initial_rebalance_delay_ms,
        min_session_timeout_ms=config.group_min_session_timeout_ms,
        max_session_timeout_ms=config.group_max_session_timeout_ms,
        max_size=config.group_max_size,
        offset_metadata_max_length=config.offset_metadata_max_bytes,
        offsets_retention_ms=config.offsets_retention_minutes * 60_000,
        offsets_retention_check_interval_ms=config.offsets_retention_check_interval_ms,
        consumer=ConsumerGroupConfig(
            is_enabled=serves_consumer_groups(config),
            session_timeout_ms=config.group_consumer_session_timeout_ms,
            heartbeat_interval_ms=config.group_consumer_heartbeat_interval_ms,
            max_size=config.group_consumer_max_size,
            assignors=config.group_consumer_assignors,
            migration_policy=MigrationPolicy(config.group_consumer_migration_policy),
            assignment_interval_ms=config.group_consumer_assignment_interval_ms,
        ),
    )


def serves_consumer_groups(config: EngineConfig) -> bool:
    """Whether groups may use the newer protocol (KIP-848)."""
    return CONSUMER_PROTOCOL in config.group_coordinator_rebalance_protocols
