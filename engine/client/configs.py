"""Configuration of topics, brokers and groups: describe it, and change single keys of it."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from engine.client.changes import outcome
from engine.client.cluster import Cluster
from engine.client.errors import BrokerError, ClientError, refusal
from engine.client.routing import routed
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
)
from engine.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)


class ResourceType(enum.IntEnum):
    """What a configuration belongs to."""

    TOPIC = 2
    BROKER = 4
    BROKER_LOGGER = 8
    CLIENT_METRICS = 16
    GROUP = 32


class ConfigSource(enum.IntEnum):
    """Where a value comes from, by Kafka's numbers."""

    UNKNOWN = 0
    TOPIC = 1
    DYNAMIC_BROKER = 2
    DYNAMIC_DEFAULT_BROKER = 3
    STATIC_BROKER = 4
    DEFAULT = 5
    DYNAMIC_BROKER_LOGGER = 6
    CLIENT_METRICS = 7
    GROUP = 8


class Resource(NamedTuple):
    """A topic, broker (its id as text; empty for the default of all) or group."""

    resource_type: ResourceType
    name: str


@dataclass(frozen=True, slots=True)
class Synonym:
    """A value that a key could take, by the key that gives it; the strongest source comes first.

    The other key may count in a coarser unit.
    """

    name: str
    value: str | None
    source: ConfigSource


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One key. `value` is None when it is sensitive or not set; `config_type` is Kafka's number.

    `synonyms` are empty unless they were asked for.
    """

    name: str
    value: str | None
    source: ConfigSource
    is_read_only: bool
    is_sensitive: bool
    config_type: int
    documentation: str | None
    synonyms: tuple[Synonym, ...] = ()


class Operation(enum.IntEnum):
    """What happens to a key."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """An operation on one key. `value` is None only for DELETE."""

    name: str
    operation: Operation
    value: str | None = None


class ConfigAdmin:
    """Configurations of one cluster. Results are by resource, a value or why there is none."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def describe(
        self,
        resources: Sequence[Resource],
        *,
        keys: Sequence[str] | None = None,
        include_documentation: bool = False,
        include_synonyms: bool = False,
    ) -> dict[Resource, tuple[ConfigEntry, ...] | ClientError]:
        """The configuration of each resource; `keys` None is all of them."""

        async def call(
            node_id: int, asked: list[Resource]
        ) -> dict[Resource, tuple[ConfigEntry, ...] | ClientError]:
            request = DescribeConfigsRequest(
                resources=[
                    DescribeConfigsResource(
                        int(resource.resource_type),
                        resource.name,
                        None if keys is None else list(keys),
                    )
                    for resource in asked
                ],
                include_synonyms=include_synonyms,
                include_documentation=include_documentation,
            )
            answer = await self._cluster.request_node(node_id, request, DescribeConfigsResponse)
            results = {(each.resource_type, each.resource_name): each for each in answer.results}
            return {
                resource: tuple(_entry(config) for config in result.configs)
                if result.error_code == ErrorCode.NONE
                else refusal(result.error_code, result.error_message)
                for resource in asked
                if (result := results.get((int(resource.resource_type), resource.name)))
            }

        return await routed(
            self._cluster,
            resources,
            locate=self._locate,
            call=call,
            policy=self._cluster.settings.reading,
        )

    async def alter(
        self,
        changes: Mapping[Resource, Sequence[ConfigChange]],
        *,
        validate_only: bool = False,
    ) -> dict[Resource, ClientError | None]:
        """Change single keys; None for the resources whose changes were all made."""

        async def call(node_id: int, asked: list[Resource]) -> dict[Resource, ClientError | None]:
            request = IncrementalAlterConfigsRequest(
                resources=[
                    AlterConfigsResource(
                        int(resource.resource_type),
                        resource.name,
                        [
                            AlterableConfig(change.name, int(change.operation), change.value)
                            for change in changes[resource]
                        ],
                    )
                    for resource in asked
                ],
                validate_only=validate_only,
            )
            answer = await self._cluster.request_node(
                node_id, request, IncrementalAlterConfigsResponse
            )
            return {
                resource: outcome(result.error_code, result.error_message)
                for result in answer.responses
                for resource in asked
                if resource == (result.resource_type, result.resource_name)
            }

        return await routed(
            self._cluster,
            changes,
            locate=self._locate,
            call=call,
            policy=self._cluster.settings.writing,
        )

    async def _locate(
        self, keys: Sequence[Resource], *, refresh: bool
    ) -> Mapping[Resource, int | ClientError]:
        """The broker itself for its own configuration, the controller for everything else."""
        if refresh:
            await self._cluster.metadata([])
        controller = await self._controller()
        places: dict[Resource, int | ClientError] = {}
        for resource in keys:
            if not _is_of_one_broker(resource):
                places[resource] = controller
            elif resource.name.isascii() and resource.name.isdigit():
                places[resource] = int(resource.name)
            else:
                places[resource] = BrokerError(
                    ErrorCode.INVALID_REQUEST, f"{resource.name!r} is not the id of a broker."
                )
        return places

    async def _controller(self) -> int | ClientError:
        try:
            return await self._cluster.controller()
        except ClientError as error:
            return error


def _is_of_one_broker(resource: Resource) -> bool:
    of_brokers = (ResourceType.BROKER, ResourceType.BROKER_LOGGER)
    return resource.name != "" and resource.resource_type in of_brokers


def _entry(config: DescribeConfigsResourceResult) -> ConfigEntry:
    return ConfigEntry(
        config.name,
        config.value,
        _source(config.config_source),
        config.read_only,
        config.is_sensitive,
        config.config_type,
        config.documentation,
        tuple(Synonym(each.name, each.value, _source(each.source)) for each in config.synonyms),
    )


def _source(number: int) -> ConfigSource:
    return _SOURCES.get(number, ConfigSource.UNKNOWN)


_SOURCES: Final = {int(source): source for source in ConfigSource}
