"""DescribeConfigs: every configuration of a resource, with value, source and synonyms.

Versions 1-4. 1: source and synonyms. 3: type and documentation. 4: flexible.

Resources: topics (2), brokers (4; the empty name stands for the values set for all brokers), the
loggers of a broker (8), subscriptions to client metrics (16) and groups (32); the last two need not
exist. Null or an empty list of keys asks
for all; keys that do not exist are left out. Sensitive values are never told.

Source: Kafka's `ConfigHelper`.
"""

from collections.abc import Sequence

from engine.broker.context import RequestContext
from engine.broker.loggers import Loggers
from engine.broker.metadata import Metadata
from engine.broker.refusal import Refused
from engine.broker.resources import (
    ResourceType,
    described_broker,
    described_group,
    described_subscription,
)
from engine.broker.topic_names import name_fault
from engine.config.client_metrics_keys import describe_client_metrics
from engine.config.effective import (
    ConfigSource,
    DescribedConfig,
    describe_broker,
    describe_dynamic_defaults,
    describe_topic,
)
from engine.config.group_values import describe_group
from engine.config.kinds import ConfigKey, ConfigType
from engine.kernel.ids import BrokerId
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
    DescribeConfigsSynonym,
)


class DescribeConfigsHandler:
    """Tells configurations."""

    def __init__(self, metadata: Metadata, loggers: Loggers, node_id: BrokerId) -> None:
        self._catalogue = metadata.catalogue
        self._settings = metadata.settings
        self._groups = metadata.group_configs
        self._subscriptions = metadata.client_metrics
        self._loggers = loggers
        self._node_id = node_id

    def handle(
        self, request: DescribeConfigsRequest, context: RequestContext
    ) -> DescribeConfigsResponse:
        """Answer from memory."""
        results: list[DescribeConfigsResult] = []
        for resource in request.resources:
            result = DescribeConfigsResult(
                resource_type=resource.resource_type, resource_name=resource.resource_name
            )
            try:
                described = self._described(resource)
            except Refused as refused:
                result.error_code = refused.code
                result.error_message = refused.message or ""
            else:
                result.error_message = ""
                result.configs = [_config(each, request) for each in described]
            results.append(result)
        return DescribeConfigsResponse(results=results)

    def _described(self, resource: DescribeConfigsResource) -> Sequence[DescribedConfig]:
        names = set(resource.configuration_keys) if resource.configuration_keys else None
        match resource.resource_type:
            case ResourceType.TOPIC:
                return self._of_topic(resource.resource_name, names)
            case ResourceType.BROKER:
                broker_id = described_broker(resource.resource_name, self._node_id, may_be_all=True)
                if broker_id is None:
                    return describe_dynamic_defaults(self._settings.configs, names)
                return describe_broker(self._settings.configs, names)
            case ResourceType.BROKER_LOGGER:
                described_broker(resource.resource_name, self._node_id, may_be_all=False)
                return [
                    _level(name, level)
                    for name, level in self._loggers.levels()
                    if names is None or name in names
                ]
            case ResourceType.CLIENT_METRICS:
                name = described_subscription(resource.resource_name)
                return describe_client_metrics(self._subscriptions.of(name), names)
            case ResourceType.GROUP:
                group_id = described_group(resource.resource_name)
                return describe_group(self._groups.of(group_id), self._settings.configs, names)
            case _:
                raise Refused(ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST.message)

    def _of_topic(self, name: str, names: set[str] | None) -> Sequence[DescribedConfig]:
        fault = name_fault(name)
        if fault is not None:
            raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, fault)
        topic = self._catalogue.by_name(name)
        if topic is None:
            raise Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        return describe_topic(topic.configs, self._settings.configs, names)


def _level(name: str, level: str) -> DescribedConfig:
    key = ConfigKey(name, ConfigType.UNKNOWN, None, "The level of a logger.")
    return DescribedConfig(key, level, ConfigSource.DYNAMIC_BROKER_LOGGER, ())


def _config(
    described: DescribedConfig, request: DescribeConfigsRequest
) -> DescribeConfigsResourceResult:
    key = described.key
    is_logger = described.source is ConfigSource.DYNAMIC_BROKER_LOGGER
    unasked = "" if is_logger else None
    return DescribeConfigsResourceResult(
        name=key.name,
        value=None if key.is_sensitive else described.value,
        read_only=key.is_read_only,
        config_source=described.source,
        is_sensitive=key.is_sensitive,
        synonyms=[
            DescribeConfigsSynonym(
                name=synonym.name,
                value=None if key.is_sensitive else synonym.value,
                source=synonym.source,
            )
            for synonym in described.synonyms
        ]
        if request.include_synonyms
        else [],
        config_type=key.type,
        documentation=(key.documentation or None) if request.include_documentation else unasked,
    )
