"""Alterations of the configuration of topics and brokers, for both config APIs.

What a set of overrides becomes is decided in `config_changes`; this makes the decision durable.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from engine.broker.broker_settings import ALL_BROKERS, BrokerSettings
from engine.broker.config_changes import (
    Change,
    apply_changes,
    check_in_sync,
    checked_broker_overrides,
    replaced,
)
from engine.broker.refusal import Refused
from engine.broker.resources import ResourceType, altered_broker
from engine.broker.topic_admin import TopicAdmin
from engine.broker.topic_names import name_fault
from engine.config.broker_keys import BROKER_KEYS
from engine.config.effective import describe_topic
from engine.config.kinds import ConfigKey, render
from engine.config.topic_keys import TOPIC_KEYS
from engine.kernel.ids import BrokerId
from engine.protocol.error_codes import ErrorCode

Decide = Callable[[Mapping[str, str]], Mapping[str, str]]

_TOPIC_CONFIG_KEYS: Mapping[str, ConfigKey] = {name: row.key for name, row in TOPIC_KEYS.items()}


class ConfigAdmin:
    """The one place where the config APIs meet. Loop thread only."""

    def __init__(self, admin: TopicAdmin, settings: BrokerSettings, node_id: BrokerId) -> None:
        self._admin = admin
        self._settings = settings
        self._node_id = node_id

    async def change(
        self, resource_type: int, name: str, changes: Sequence[Change], *, validate_only: bool
    ) -> None:
        """Set, delete, append and subtract keys. Raises Refused."""

        def decide(current: Mapping[str, str]) -> Mapping[str, str]:
            if resource_type == ResourceType.TOPIC:
                keys, inherited = _TOPIC_CONFIG_KEYS, self._inherited_by_topics
            else:
                keys, inherited = BROKER_KEYS, self._inherited_by_brokers
            return apply_changes(current, changes, keys, inherited)

        touched = {change.name for change in changes}
        await self._alter(resource_type, name, decide, touched, validate_only=validate_only)

    async def replace(
        self,
        resource_type: int,
        name: str,
        configs: Sequence[tuple[str, str | None]],
        *,
        validate_only: bool,
    ) -> None:
        """Replace all that was set. Raises Refused."""
        await self._alter(
            resource_type,
            name,
            lambda _: replaced(configs),
            {key for key, _ in configs},
            validate_only=validate_only,
        )

    async def _alter(
        self,
        resource_type: int,
        name: str,
        decide: Decide,
        touched: Collection[str],
        *,
        validate_only: bool,
    ) -> None:
        match resource_type:
            case ResourceType.TOPIC:
                if not name:
                    message = "Default topic resources are not allowed."
                    raise Refused(ErrorCode.INVALID_REQUEST, message)
                fault = name_fault(name)
                if fault is not None:
                    raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, fault)
                await self._admin.alter_topic(name, decide, validate_only=validate_only)
            case ResourceType.BROKER:
                broker_id = altered_broker(name, self._node_id)

                def decide_checked(current: Mapping[str, str]) -> Mapping[str, str]:
                    configs = checked_broker_overrides(decide(current), current, BROKER_KEYS)
                    check_in_sync(configs, current, touched, is_for_all=broker_id is None)
                    return configs

                await self._admin.alter_broker(
                    ALL_BROKERS if broker_id is None else broker_id,
                    decide_checked,
                    validate_only=validate_only,
                )
            case other:
                raise Refused(ErrorCode.INVALID_REQUEST, f"Unknown resource type {other}")

    def _inherited_by_topics(self, name: str) -> str | None:
        for described in describe_topic({}, self._settings.configs, {name}):
            return described.value
        return None

    def _inherited_by_brokers(self, name: str) -> str | None:
        return render(self._settings.configs.value(name)) if name in BROKER_KEYS else None
