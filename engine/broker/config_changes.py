"""What a set of overrides becomes when a client alters it. Pure.

Source: KIP-339 and Kafka's `ConfigurationControlManager`; codes and sentences are those that a
running Kafka 4.3.1 answers.
"""

import dataclasses
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from engine.broker.refusal import Refused
from engine.config.broker_keys import BROKER_KEYS, key_of
from engine.config.client_metrics_keys import (
    CLIENT_METRICS_KEYS,
    illegal_interval,
    illegal_pattern,
)
from engine.config.coordinator_keys import faults
from engine.config.effective import BrokerConfigs, is_read
from engine.config.engine_config import FIELD_KEYS
from engine.config.group_keys import GROUP_KEYS
from engine.config.group_values import group_fault
from engine.config.kinds import ConfigKey, ConfigType, InvalidValue
from engine.config.listener_keys import FOR_ALL_BROKERS, listener_of, plain_name
from engine.protocol.error_codes import ErrorCode

MIN_IN_SYNC = "min.insync.replicas"
_POSITIVE = ("max.connections", "max.connection.creation.rate")
"""Keys that may be zero for a broker, but not for one of its listeners."""
_PER_HOST = "max.connections.per.ip.overrides"


class AlterOperation(IntEnum):
    """What IncrementalAlterConfigs can do to a key."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


class Change(NamedTuple):
    """One key, what to do with it, and the value to do it with."""

    name: str
    operation: int
    value: str | None


def apply_changes(
    current: Mapping[str, str],
    changes: Sequence[Change],
    keys: Mapping[str, ConfigKey],
    inherited: Callable[[str], str | None],
) -> dict[str, str]:
    """The overrides after the changes; the values are not checked yet. Raises Refused.

    `inherited` gives the value in force of a key that has no override: what a list is appended to.
    """
    names = [change.name for change in changes]
    if len(set(names)) != len(names):
        raise Refused(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys")
    result = dict(current)
    for change in changes:
        if change.operation == AlterOperation.DELETE:
            result.pop(change.name, None)
            continue
        if change.value is None:
            message = f"Null value not supported for : {change.name}"
            raise Refused(ErrorCode.INVALID_REQUEST, message)
        if change.operation == AlterOperation.SET:
            result[change.name] = change.value
        elif change.operation in (AlterOperation.APPEND, AlterOperation.SUBTRACT):
            present = result.get(change.name, inherited(change.name))
            result[change.name] = _changed_list(change, change.value, present, keys)
        else:
            message = f"Unknown operation {change.operation} for : {change.name}"
            raise Refused(ErrorCode.INVALID_REQUEST, message)
    return result


def _changed_list(
    change: Change, value: str, present: str | None, keys: Mapping[str, ConfigKey]
) -> str:
    key = keys.get(change.name)
    operation = AlterOperation(change.operation)
    if key is None or key.type is not ConfigType.LIST:
        message = f"Can't {operation.name} to key {change.name} because its type is not LIST."
        raise Refused(ErrorCode.INVALID_CONFIG, message)
    elements = _elements(present)
    for element in _elements(value):
        if operation is AlterOperation.SUBTRACT:
            elements = [each for each in elements if each != element]
        elif element not in elements:
            elements.append(element)
    return ",".join(elements)


def _elements(text: str | None) -> list[str]:
    return [each.strip() for each in text.split(",")] if text else []


def replaced(configs: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    """The overrides that AlterConfigs leaves: those given and no others. Raises Refused."""
    names = [name for name, _ in configs]
    if len(set(names)) != len(names):
        raise Refused(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys")
    missing = ",".join(name for name, value in configs if value is None)
    if missing:
        message = f"Null value not supported for : {missing}"
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    return {name: value for name, value in configs if value is not None}


def check_lists_known(changes: Sequence[Change], keys: Container[str]) -> None:
    """Refuse to append to what is not known, as Kafka does for brokers."""
    for change in changes:
        is_list = change.operation in (AlterOperation.APPEND, AlterOperation.SUBTRACT)
        if is_list and change.name not in keys:
            raise Refused(ErrorCode.INVALID_CONFIG, f"Unknown config name: {change.name}")


def checked_group_overrides(configs: Mapping[str, str], broker: BrokerConfigs) -> dict[str, str]:
    """The values set for a group, if they can stand. Raises Refused."""
    for name in configs:
        if name not in GROUP_KEYS:
            raise Refused(ErrorCode.INVALID_CONFIG, f"Unknown group config name: {name}")
    try:
        fault = group_fault(configs, broker)
    except InvalidValue as error:
        raise Refused(ErrorCode.INVALID_CONFIG, str(error)) from error
    if fault is not None:
        raise Refused(ErrorCode.INVALID_CONFIG, fault)
    return dict(configs)


def checked_subscription(configs: Mapping[str, str]) -> dict[str, str]:
    """The values set for a subscription to client metrics, if they can stand. Raises Refused."""
    for name in configs:
        if name not in CLIENT_METRICS_KEYS:
            message = f"Unknown client metrics configuration: {name}"
            raise Refused(ErrorCode.INVALID_REQUEST, message)
    try:
        for name, value in configs.items():
            CLIENT_METRICS_KEYS[name].parse(value)
        fault, pattern = illegal_interval(configs), illegal_pattern(configs)
    except InvalidValue as error:
        raise Refused(ErrorCode.INVALID_CONFIG, str(error)) from error
    if fault is not None:
        raise Refused(ErrorCode.INVALID_REQUEST, fault)
    if pattern is not None:
        message = f"Illegal client matching pattern: {pattern}"
        raise Refused(ErrorCode.INVALID_CONFIG, message)
    return dict(configs)


def checked_broker_overrides(
    configs: Mapping[str, str],
    current: Mapping[str, str],
    listeners: Collection[str],
    *,
    is_for_all: bool,
) -> dict[str, str]:
    """The values set for a broker while it runs, if they can stand. Raises Refused.

    Names that nobody knows are kept: in Kafka a plug-in may read them. `listeners` are the names
    of those that the broker has.

    Differs from Kafka: numbers of threads may change by any factor, and no class is looked for.
    """
    changed = {name: value for name, value in configs.items() if current.get(name) != value}
    keys = {name: key_of(name) for name in changed}
    fixed = [name for name in changed if name in BROKER_KEYS and keys[name].is_read_only]
    if fixed:
        message = f"Cannot update these configs dynamically: [{', '.join(fixed)}]"
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    of_listeners = [name for name in changed if name in BROKER_KEYS and keys[name].is_of_a_listener]
    if of_listeners:
        message = (
            "These security configs can be dynamically updated only per-listener using the "
            f"listener prefix: [{', '.join(of_listeners)}]"
        )
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    for name, value in changed.items():
        if is_read(name):
            _check_value(dataclasses.replace(keys[name], name=plain_name(name) or name), value)
    of_brokers = [name for name in changed if is_for_all and _is_of_one_broker(name)]
    if of_brokers:
        message = (
            "Cannot update these configs at default cluster level, broker id must be specified: "
            f"[{', '.join(of_brokers)}]"
        )
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    lowered = {each.lower() for each in listeners}
    for name, value in changed.items():
        if listener_of(name) in lowered:
            _check_listener_value(name, value)
    return dict(configs)


def _check_value(key: ConfigKey, value: str) -> None:
    try:
        key.parse(value)
    except InvalidValue as error:
        raise Refused(ErrorCode.INVALID_REQUEST, str(error)) from error


def _is_of_one_broker(name: str) -> bool:
    plain = plain_name(name)
    return key_of(name).is_of_one_broker if plain is None else plain not in FOR_ALL_BROKERS


def _check_listener_value(name: str, value: str) -> None:
    """Refuse what a listener of this broker cannot take over, in the words of Kafka."""
    fault = ""
    try:
        found = dataclasses.replace(key_of(name), name=plain_name(name) or name).parse(value)
        if plain_name(name) in _POSITIVE and isinstance(found, int) and found <= 0:
            fault = f"Invalid {plain_name(name)} {found}"
    except InvalidValue as error:
        fault = str(error)
    if fault:
        message = (
            "Invalid value org.apache.kafka.common.config.ConfigException: "
            f"{fault} for configuration Invalid dynamic configuration"
        )
        raise Refused(ErrorCode.INVALID_REQUEST, message)


def check_together(broker: BrokerConfigs) -> None:
    """Refuse values of a broker that do not go together, with what is set for all and the file.

    Kafka looks at them when they are set for one broker, not when they are set for all.
    """
    if broker.value("max.connections.per.ip") == 0 and not broker.value(_PER_HOST):
        message = (
            "requirement failed: max.connections.per.ip can be set to zero only if "
            f"{_PER_HOST} property is set."
        )
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    for name, fault in faults({name: broker.value(name) for name in FIELD_KEYS}):
        raise Refused(ErrorCode.INVALID_REQUEST, f"{name} {fault}")


def check_in_sync(
    configs: Mapping[str, str],
    current: Mapping[str, str],
    touched: Collection[str],
    *,
    is_for_all: bool,
) -> None:
    """Refuse what eligible leader replicas (KIP-966) do not allow with `min.insync.replicas`.

    It is set for all brokers, never for one, and once set is not taken away.
    """
    if not is_for_all and MIN_IN_SYNC in touched:
        message = f"Broker-level {MIN_IN_SYNC} cannot be altered while ELR is enabled."
        raise Refused(ErrorCode.INVALID_CONFIG, message)
    if is_for_all and MIN_IN_SYNC in current and MIN_IN_SYNC not in configs:
        message = f"Cluster-level {MIN_IN_SYNC} cannot be removed while ELR is enabled."
        raise Refused(ErrorCode.INVALID_CONFIG, message)
