"""DescribeConfigs, IncrementalAlterConfigs and AlterConfigs; answers as Kafka 4.3.1 gave them."""

import pytest

from engine.broker.handlers.alter_configs import AlterConfigsHandler
from engine.broker.handlers.describe_configs import DescribeConfigsHandler
from engine.broker.handlers.incremental_alter_configs import IncrementalAlterConfigsHandler
from engine.broker.loggers import AREAS
from engine.broker.new_topics import NewTopic
from engine.config.broker_keys import BROKER_KEYS
from engine.kernel.ids import BrokerId
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages import alter_configs, incremental_alter_configs
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)
from tests.support.topic_broker import context, topic_broker

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32
SET, DELETE, APPEND, SUBTRACT = range(4)


def describe(broker, kind, name, keys=None, version=4):
    handler = DescribeConfigsHandler(broker.metadata, broker.loggers, BrokerId(1))
    request = DescribeConfigsRequest(
        resources=[
            DescribeConfigsResource(resource_type=kind, resource_name=name, configuration_keys=keys)
        ],
        include_synonyms=True,
        include_documentation=True,
    )
    request = decode(DescribeConfigsRequest, encode_bytes(request, version), version)
    response = handler.handle(request, context(ApiKey.DESCRIBE_CONFIGS, version))
    response = decode(DescribeConfigsResponse, encode_bytes(response, version), version)
    (result,) = response.results
    assert (result.resource_type, result.resource_name) == (kind, name)
    return result


async def alter(broker, kind, name, *changes, validate_only=False, version=1):
    messages = incremental_alter_configs
    request = messages.IncrementalAlterConfigsRequest(
        resources=[
            messages.AlterConfigsResource(
                resource_type=kind,
                resource_name=name,
                configs=[
                    messages.AlterableConfig(name=key, config_operation=operation, value=value)
                    for key, operation, value in changes
                ],
            )
        ],
        validate_only=validate_only,
    )
    request = decode(type(request), encode_bytes(request, version), version)
    handler = IncrementalAlterConfigsHandler(broker.config_admin)
    response = await handler.handle(request, context(ApiKey.INCREMENTAL_ALTER_CONFIGS, version))
    encode_bytes(response, version)
    (result,) = response.responses
    assert (result.resource_type, result.resource_name) == (kind, name)
    return result.error_code, result.error_message


async def replace(broker, kind, name, *configs, version=2):
    messages = alter_configs
    request = messages.AlterConfigsRequest(
        resources=[
            messages.AlterConfigsResource(
                resource_type=kind,
                resource_name=name,
                configs=[messages.AlterableConfig(name=key, value=value) for key, value in configs],
            )
        ]
    )
    request = decode(type(request), encode_bytes(request, version), version)
    handler = AlterConfigsHandler(broker.config_admin)
    response = await handler.handle(request, context(ApiKey.ALTER_CONFIGS, version))
    encode_bytes(response, version)
    return response.responses[0].error_code, response.responses[0].error_message


def overrides(broker, name="t"):
    return broker.metadata.catalogue.by_name(name).configs


@pytest.mark.point(70)
@pytest.mark.parametrize("version", range(1, 5))
async def test_every_version_describes_every_key_of_a_topic(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", configs=[("retention.ms", "5")])])
        result = describe(broker, TOPIC, "t", version=version)
        configs = {config.name: config for config in result.configs}
        assert (result.error_code, len(configs)) == (0, 33)
        retention = configs["retention.ms"]
        assert (retention.value, retention.config_source, retention.read_only) == ("5", 1, False)
        assert [(each.name, each.source) for each in retention.synonyms] == [("retention.ms", 1)]
        if version >= 3:
            assert retention.config_type == 5
            assert retention.documentation
        else:
            assert not retention.documentation


async def test_a_broker_describes_itself_and_what_is_set_for_all(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        told = {name for name, key in BROKER_KEYS.items() if not key.is_hidden}
        assert {each.name for each in describe(broker, BROKER, "1").configs} == told
        assert describe(broker, BROKER, "").configs == []
        assert await alter(broker, BROKER, "", ("log.retention.ms", SET, "9")) == (0, None)
        (config,) = describe(broker, BROKER, "").configs
        assert (config.name, config.value, config.config_source) == ("log.retention.ms", "9", 3)
        (of_broker,) = describe(broker, BROKER, "1", ["log.retention.ms", "nonsense"]).configs
        assert (of_broker.value, of_broker.config_source) == ("9", 3)


async def test_subscriptions_to_client_metrics_are_kept_and_told(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        assert await alter(broker, METRICS, "m", ("interval.ms", SET, "500")) == (0, None)
        assert await alter(broker, METRICS, "m", ("match", SET, "client_id=a.*")) == (0, None)
        assert [
            (config.name, config.value, config.config_source)
            for config in describe(broker, METRICS, "m", []).configs
        ] == [("interval.ms", "500", 7), ("match", "client_id=a.*", 7), ("metrics", "", 5)]


@pytest.mark.point(70)
async def test_only_the_keys_asked_for_are_described(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        result = describe(broker, TOPIC, "t", ["segment.ms", "nonsense"])
        assert [config.name for config in result.configs] == ["segment.ms"]
        assert len(describe(broker, TOPIC, "t", []).configs) == 33


@pytest.mark.point(70)
@pytest.mark.parametrize(
    ("kind", "name", "code", "message"),
    [
        (TOPIC, "nope", 3, ""),
        (TOPIC, "a b", 17, "Topic name is invalid: 'a b' contains one or more characters"),
        (TOPIC, "", 17, "Topic name is invalid: the empty string is not allowed"),
        (BROKER, "2", 42, "Unexpected broker id, expected 1 or empty string, but received 2"),
        (BROKER, "abc", 42, "Broker id must be an integer, but it is: abc"),
        (LOGGER, "", 42, "Broker id must not be empty"),
        (LOGGER, "2", 42, "Unexpected broker id, expected 1 but received 2"),
        (GROUP, "", 42, "Group name must not be empty"),
        (METRICS, "", 42, "Client metrics subscription name must not be empty"),
        (64, "m", 42, ErrorCode.INVALID_REQUEST.message),
    ],
)
async def test_what_cannot_be_described_is_refused(kind, name, code, message, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        result = describe(broker, kind, name)
        assert (result.error_code, result.configs) == (code, [])
        assert result.error_message.startswith(message)


async def test_a_broker_describes_the_levels_of_its_loggers(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        broker.loggers.set_level("root", "WARN")
        configs = describe(broker, LOGGER, "1").configs
        assert len(configs) == 1 + len(AREAS)
        assert {(config.value, config.config_source) for config in configs} == {("WARN", 6)}
        assert describe(broker, LOGGER, "1", ["other"]).configs == []
        broker.loggers.restore()


async def test_a_group_is_described_and_altered_without_being_there(tmp_path):
    key = "consumer.session.timeout.ms"
    async with topic_broker(tmp_path / "a") as broker:
        assert len(describe(broker, GROUP, "g").configs) == 17
        assert await alter(broker, GROUP, "g", (key, SET, "50000")) == (0, None)
        (config,) = describe(broker, GROUP, "g", [key]).configs
        assert (config.value, config.config_source, config.read_only) == ("50000", 8, False)
        assert [(each.name, each.value, each.source) for each in config.synonyms] == [
            (key, "50000", 8),
            (f"group.{key}", "45000", 5),
        ]
        assert describe(broker, GROUP, "h", [key]).configs[0].value == "45000"


@pytest.mark.point(71)
@pytest.mark.parametrize("version", [0, 1])
async def test_keys_are_set_deleted_appended_to_and_subtracted_from(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", configs=[("segment.ms", "7")])])
        changes = [
            ("retention.ms", SET, "5"),
            ("segment.ms", DELETE, None),
            ("cleanup.policy", APPEND, "compact"),
        ]
        assert await alter(broker, TOPIC, "t", *changes, version=version) == (0, None)
        assert overrides(broker) == {"retention.ms": "5", "cleanup.policy": "delete,compact"}
        await alter(broker, TOPIC, "t", ("cleanup.policy", SUBTRACT, "delete"), version=version)
        assert overrides(broker)["cleanup.policy"] == "compact"


@pytest.mark.point(71)
@pytest.mark.parametrize(
    ("kind", "name", "change", "code", "message"),
    [
        (TOPIC, "nope", ("retention.ms", SET, "1"), 3, "The topic 'nope' does not exist."),
        (TOPIC, "", ("retention.ms", SET, "1"), 42, "Default topic resources are not allowed."),
        (TOPIC, "a b", ("retention.ms", SET, "1"), 17, "Topic name is invalid: 'a b' contains"),
        (TOPIC, "t", ("nonsense.key", SET, "1"), 40, "Unknown topic config name: nonsense.key"),
        (TOPIC, "t", ("retention.ms", SET, "x"), 40, "Invalid value x for configuration retent"),
        (TOPIC, "t", ("retention.ms", SET, None), 42, "Null value not supported for : retention"),
        (TOPIC, "t", ("retention.ms", APPEND, "2"), 40, "Can't APPEND to key retention.ms becau"),
        (BROKER, "1", ("num.partitions", SET, "2"), 42, "Cannot update these configs dynamical"),
        (BROKER, "1", ("log.retention.ms", SET, "x"), 42, "Invalid value x for configuration l"),
        (BROKER, "7", ("log.retention.ms", SET, "1"), 42, "Unexpected broker id, expected 1, but"),
        (LOGGER, "2", ("root", SET, "DEBUG"), 42, "Unexpected node id. Expected 1, but received"),
        (LOGGER, "1", ("root", SET, "loud"), 40, "Cannot set the log level of root to loud as it"),
        (LOGGER, "1", ("root", DELETE, None), 42, "Removing the log level of the root logger is"),
        (LOGGER, "1", ("root", APPEND, "INFO"), 42, "APPEND operation is not allowed for the BRO"),
        (LOGGER, "1", ("other", SET, "INFO"), 40, "Logger other does not exist!"),
        (GROUP, "", ("share.isolation.level", SET, "x"), 42, "Default group resources are not al"),
        (GROUP, "g", ("no.such", SET, "1"), 40, "Unknown group config name: no.such"),
        (METRICS, "", ("metrics", SET, ""), 42, "Subscription name can't be empty"),
        (METRICS, "m", ("nonsense", SET, ""), 42, "Unknown client metrics configuration: nonse"),
        (METRICS, "m", ("interval.ms", SET, "99"), 42, "Invalid value 99 for interval.ms, interv"),
        (METRICS, "m", ("match", SET, "client_id=["), 40, "Illegal client matching pattern: cl"),
        (METRICS, "m", ("match", APPEND, "x"), 40, "Can't APPEND to key match because its type"),
        (64, "m", ("metrics", SET, ""), 42, "Unknown resource type 64"),
    ],
)
async def test_what_cannot_be_altered_is_refused_and_left(
    kind, name, change, code, message, tmp_path
):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", configs=[("segment.ms", "7")])])
        found_code, found_message = await alter(
            broker, kind, name, change, *([("segment.ms", SET, "8")] if kind == TOPIC else [])
        )
        assert (found_code, found_message[: len(message)]) == (code, message)
        assert overrides(broker) == {"segment.ms": "7"}


@pytest.mark.point(71)
async def test_resource_named_twice_is_refused_both_times(tmp_path):
    messages = incremental_alter_configs
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        change = messages.AlterableConfig("retention.ms", SET, "7")
        resource = messages.AlterConfigsResource(TOPIC, "t", [change])
        handler = IncrementalAlterConfigsHandler(broker.config_admin)
        response = await handler.handle(
            messages.IncrementalAlterConfigsRequest([resource, resource]),
            context(ApiKey.INCREMENTAL_ALTER_CONFIGS, 1),
        )
        assert [each.error_code for each in response.responses] == [ErrorCode.INVALID_REQUEST] * 2
        assert overrides(broker) == {}


@pytest.mark.point(71)
async def test_validation_checks_and_changes_nothing(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        good = ("retention.ms", SET, "5")
        assert await alter(broker, TOPIC, "t", good, validate_only=True) == (0, None)
        assert overrides(broker) == {}
        code, _ = await alter(broker, TOPIC, "t", ("retention.ms", SET, "x"), validate_only=True)
        assert code == 40


@pytest.mark.parametrize("version", range(3))
async def test_replacing_drops_what_is_not_given(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", configs=[("segment.ms", "7")])])
        assert await replace(broker, TOPIC, "t", ("retention.ms", "5"), version=version) == (
            0,
            None,
        )
        assert overrides(broker) == {"retention.ms": "5"}
        code, _ = await replace(broker, TOPIC, "t", ("retention.ms", "x"), version=version)
        assert code == 40
        assert overrides(broker) == {"retention.ms": "5"}
        assert (await replace(broker, BROKER, "1", ("log.retention.ms", "5")))[0] == 0
        assert broker.metadata.settings.of(1) == {"log.retention.ms": "5"}
