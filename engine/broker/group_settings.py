"""The settings of the group coordinator as the broker's configuration has them at this moment.

What was set for one consumer group wins over what holds for all, within the bounds that the broker
sets: bounds that move later move the group's value with them, as in Kafka's `GroupConfig.evaluate`.
"""

from dataclasses import replace

from engine.broker.broker_settings import BrokerSettings
from engine.broker.named_configs import NamedConfigs
from engine.config.coordinator_keys import CONSUMER_PROTOCOL
from engine.config.engine_config import EngineConfig
from engine.config.group_values import value_in_bounds
from engine.coordinator.group_config import ConsumerGroupConfig, GroupConfig, MigrationPolicy


class GroupSettingsInForce:
    """The `GroupSettings` of this broker."""

    def __init__(self, broker: BrokerSettings, groups: NamedConfigs) -> None:
        self._broker = broker
        self._groups = groups
        self._read = broker.current
        self._now = group_config(self._read)

    @property
    def now(self) -> GroupConfig:
        """The settings for all groups."""
        if self._read is not self._broker.current:
            self._read = self._broker.current
            self._now = group_config(self._read)
        return self._now

    def consumer_of(self, group_id: str) -> ConsumerGroupConfig:
        """The settings of one consumer group."""
        overrides = self._groups.of(group_id)
        if not overrides:
            return self.now.consumer
        common = self.now.consumer

        def own(name: str, value: int) -> int:
            text = overrides.get(name)
            return value if text is None else value_in_bounds(name, text, self._broker.configs)

        return replace(
            common,
            session_timeout_ms=own("consumer.session.timeout.ms", common.session_timeout_ms),
            heartbeat_interval_ms=own(
                "consumer.heartbeat.interval.ms", common.heartbeat_interval_ms
            ),
            assignment_interval_ms=own(
                "consumer.assignment.interval.ms", common.assignment_interval_ms
            ),
        )


def group_config(config: EngineConfig) -> GroupConfig:
    """What the configuration says about groups of both protocols."""
    return GroupConfig(
        initial_rebalance_delay_ms=config.group_initial_rebalance_delay_ms,
        min_session_timeout_ms=config.group_min_session_timeout_ms,
        max_session_timeout_ms=config.group_max_session_timeout_ms,
        max_size=config.group_max_size,
        offset_metadata_max_length=config.offset_metadata_max_bytes,
        offsets_commit_timeout_ms=config.offsets_commit_timeout_ms,
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
