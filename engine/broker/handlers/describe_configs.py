"""DescribeConfigs: every configuration of a resource, with value, source and synonyms.

Versions 1-4. 1: source and synonyms. 3: type and documentation. 4: flexible.

Resources: topics (2), brokers (4; the empty name stands for the values set for all brokers) and the
loggers of a broker (8; one logger, whose level is fixed). Null or an empty list of keys
asks for all; keys that do not exist are left out. Sensitive values are never told.

Differs from Kafka: groups (32) and client metrics (16) have no configurations here and are answered
with INVALID_REQUEST. Source: Kafka's `ConfigHelper`.
"""

from collections.abc import Sequence

from engine.broker.broker_settings import BrokerSettings
from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
from engine.broker.resources import ResourceType, described_broker
from engine.broker.topic_names import name_fault
from engine.config.effective import (
    ConfigSource,
    DescribedConfig,
    describe_broker,
    describe_dynamic_defaults,
    describe_topic,
)
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

_LOGGER = DescribedConfig(
    ConfigKey(
        "root", ConfigType.UNKNOWN, None, "The level of the broker's log.", is_read_only=True
    ),
    "INFO",
    ConfigSource.DYNAMIC_BROKER_LOGGER,
    (),
)


class DescribeConfigsHandler:
    """Tells configurations."""

    def __init__(self, catalogue: Catalogue, settings: BrokerSettings, node_id: BrokerId) -> None:
        self._catalogue = catalogue
        self._settings = settings
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
                return [_LOGGER] if names is None or _LOGGER.key.name in names else []
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


def _config(
    described: DescribedConfig, request: DescribeConfigsRequest
) -> DescribeConfigsResourceResult:
    key = described.key
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
        documentation=key.documentation if request.include_documentation else None,
    )
