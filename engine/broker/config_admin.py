"""Alterations of the configurations of all kinds of resources, for both config APIs.

What a set of overrides becomes is decided in `config_changes`; this makes the decision durable. The
levels of loggers are not kept: they hold until the broker stops.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from engine.broker.broker_settings import ALL_BROKERS
from engine.broker.config_changes import (
    Change,
    apply_changes,
    check_in_sync,
    check_lists_known,
    check_together,
    checked_broker_overrides,
    checked_group_overrides,
    checked_subscription,
    replaced,
)
from engine.broker.error_mapping import code_of
from engine.broker.level_changes import change_levels
from engine.broker.loggers import Loggers
from engine.broker.metadata import Metadata
from engine.broker.named_configs import NamedConfigs
from engine.broker.refusal import Refused
from engine.broker.resources import (
    ResourceType,
    altered_broker,
    altered_group,
    altered_subscription,
    logging_broker,
)
from engine.broker.topic_admin import TopicAdmin
from engine.broker.topic_names import name_fault
from engine.config.broker_keys import BROKER_KEYS
from engine.config.effective import DescribedConfig, describe_broker, describe_topic
from engine.config.group_keys import GROUP_KEYS
from engine.config.group_values import describe_group
from engine.config.kinds import ConfigKey
from engine.config.topic_keys import TOPIC_KEYS
from engine.kernel.ids import BrokerId
from engine.protocol.error_codes import ErrorCode
from engine.storage.errors import StorageError

Decide = Callable[[Mapping[str, str]], Mapping[str, str]]

_KEYS: Mapping[int, Mapping[str, ConfigKey]] = {
    ResourceType.TOPIC: {name: row.key for name, row in TOPIC_KEYS.items()},
    ResourceType.BROKER: BROKER_KEYS,
    ResourceType.GROUP: {name: row.key for name, row in GROUP_KEYS.items()},
    ResourceType.CLIENT_METRICS: {},
}
"""The keys of each kind whose lists can be appended to: of subscriptions none, as in Kafka."""


class ConfigAdmin:
    """The one place where the config APIs meet. Loop thread only."""

    def __init__(
        self, admin: TopicAdmin, metadata: Metadata, loggers: Loggers, node_id: BrokerId
    ) -> None:
        self._admin = admin
        self._metadata = metadata
        self._loggers = loggers
        self._node_id = node_id

    async def change(
        self, resource_type: int, name: str, changes: Sequence[Change], *, validate_only: bool
    ) -> None:
        """Set, delete, append and subtract keys. Raises Refused."""
        if resource_type == ResourceType.BROKER_LOGGER:
            logging_broker(name, self._node_id)
            change_levels(self._loggers, changes, validate_only=validate_only)
            return

        def decide(current: Mapping[str, str]) -> Mapping[str, str]:
            keys = _KEYS.get(resource_type, {})
            if resource_type == ResourceType.BROKER:
                check_lists_known(changes, keys)
            return apply_changes(
                current, changes, keys, lambda key: self._inherited(resource_type, key)
            )

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
                await self._alter_topic(name, decide, validate_only=validate_only)
            case ResourceType.BROKER:
                await self._alter_broker(name, decide, touched, validate_only=validate_only)
            case ResourceType.GROUP:
                broker = self._metadata.settings.configs
                await self._alter_named(
                    self._metadata.group_configs,
                    altered_group(name),
                    lambda current: checked_group_overrides(decide(current), broker),
                    validate_only=validate_only,
                )
            case ResourceType.CLIENT_METRICS:
                await self._alter_named(
                    self._metadata.client_metrics,
                    altered_subscription(name),
                    lambda current: checked_subscription(decide(current)),
                    validate_only=validate_only,
                )
            case other:
                raise Refused(ErrorCode.INVALID_REQUEST, f"Unknown resource type {other}")

    async def _alter_topic(self, name: str, decide: Decide, *, validate_only: bool) -> None:
        if not name:
            message = "Default topic resources are not allowed."
            raise Refused(ErrorCode.INVALID_REQUEST, message)
        fault = name_fault(name)
        if fault is not None:
            raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, fault)
        await self._admin.alter_topic(name, decide, validate_only=validate_only)

    async def _alter_broker(
        self, name: str, decide: Decide, touched: Collection[str], *, validate_only: bool
    ) -> None:
        broker_id = altered_broker(name, self._node_id)
        is_for_all = broker_id is None

        def decide_checked(current: Mapping[str, str]) -> Mapping[str, str]:
            configs = checked_broker_overrides(
                decide(current),
                current,
                self._metadata.settings.current.listener_names,
                is_for_all=is_for_all,
            )
            check_in_sync(configs, current, touched, is_for_all=is_for_all)
            if not is_for_all:
                check_together(replace(self._metadata.settings.configs, dynamic=configs))
            return configs

        await self._admin.alter_broker(
            ALL_BROKERS if broker_id is None else broker_id,
            decide_checked,
            validate_only=validate_only,
        )

    async def _alter_named(
        self, named: NamedConfigs, name: str, decide: Decide, *, validate_only: bool
    ) -> None:
        log = self._metadata.log
        async with log.turn:
            current = named.of(name)
            configs = decide(current)
            if validate_only or configs == current:
                return
            try:
                await log.commit([named.entry(name, configs)])
            except StorageError as error:
                raise Refused(code_of(error), str(error)) from error

    def _inherited(self, resource_type: int, name: str) -> str | None:
        """The value in force of a key of a resource that has no overrides."""
        broker = self._metadata.settings.configs
        described: list[DescribedConfig]
        match resource_type:
            case ResourceType.TOPIC:
                described = describe_topic({}, broker, {name})
            case ResourceType.BROKER:
                described = describe_broker(broker, {name})
            case _:
                described = describe_group({}, broker, {name})
        return described[0].value if described else None
