"""Configurations that clients change take effect while the engine runs, and outlive it."""

import asyncio
from pathlib import Path

import pytest

from engine import Engine
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from engine.protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)
from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.support.running_engine import connect, create_topic, running_engine
from tests.support.wire_client import WireClient

TOPIC, BROKER, LOGGER, GROUP = 2, 4, 8, 32
SET, DELETE = 0, 1
LOADING = (ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.COORDINATOR_NOT_AVAILABLE)


async def alter(
    client: WireClient, kind: int, resource: str, key: str, value: str | None
) -> tuple[int, str | None]:
    """Set a key, or delete it when there is no value; code and message of the answer."""
    change = AlterableConfig(key, DELETE if value is None else SET, value)
    request = IncrementalAlterConfigsRequest([AlterConfigsResource(kind, resource, [change])])
    response = await client.call(request, IncrementalAlterConfigsResponse, 1)
    return response.responses[0].error_code, response.responses[0].error_message


async def described(client: WireClient, kind: int, resource: str, key: str) -> tuple[object, int]:
    """The value of a key and its source."""
    request = DescribeConfigsRequest([DescribeConfigsResource(kind, resource, [key])])
    response = await client.call(request, DescribeConfigsResponse, 4)
    (config,) = response.results[0].configs
    return config.value, config.config_source


async def heartbeat(client: WireClient, group: str, member: str) -> int:
    """Join a consumer group; the interval that the member is told."""
    request = ConsumerGroupHeartbeatRequest(
        group_id=group,
        member_id=member,
        member_epoch=0,
        rebalance_timeout_ms=10_000,
        subscribed_topic_names=["t"],
        topic_partitions=[],
    )
    response = await client.call(request, ConsumerGroupHeartbeatResponse, 1)
    while response.error_code in LOADING:
        response = await client.call(request, ConsumerGroupHeartbeatResponse, 1)
    assert response.error_code == ErrorCode.NONE, response.error_message
    return response.heartbeat_interval_ms


async def is_served(engine: Engine) -> bool:
    """Whether a new connection gets an answer."""
    try:
        async with connect(engine) as client:
            await client.call(ApiVersionsRequest("tests", "1"), ApiVersionsResponse, 3)
    except (asyncio.IncompleteReadError, ConnectionError):
        return False
    return True


@pytest.mark.parametrize("key", ["max.connections", "max.connections.per.ip"])
async def test_limits_on_connections_change_while_running(tmp_path: Path, key: str) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        assert await is_served(engine)
        assert await alter(client, BROKER, "", key, "1") == (0, None)
        assert not await is_served(engine)
        assert await alter(client, BROKER, "1", key, "100") == (0, None)
        assert await is_served(engine)
        assert await alter(client, BROKER, "1", key, None) == (0, None)
        assert not await is_served(engine)
        assert await alter(client, BROKER, "", key, None) == (0, None)
        assert await is_served(engine)


async def test_what_was_set_outlives_the_process_and_stands_before_the_file(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        await alter(client, BROKER, "1", "max.connections", "7")
        await alter(client, BROKER, "", "producer.id.expiration.ms", "8")
        await alter(client, BROKER, "1", "of.a.plugin", "9")
        await alter(client, GROUP, "g", "consumer.session.timeout.ms", "50000")
    explicit = frozenset({"max.connections"})
    settings = {"max_connections": 9, "explicit": explicit}
    async with running_engine(tmp_path / "data", **settings) as engine, connect(engine) as client:
        assert await described(client, BROKER, "1", "max.connections") == ("7", 2)
        assert await described(client, BROKER, "1", "producer.id.expiration.ms") == ("8", 3)
        assert await described(client, BROKER, "1", "of.a.plugin") == (None, 2)
        assert await described(client, GROUP, "g", "consumer.session.timeout.ms") == ("50000", 8)
        await alter(client, BROKER, "1", "max.connections", None)
        assert await described(client, BROKER, "1", "max.connections") == ("9", 4)


async def test_a_key_without_effect_is_checked_kept_and_told(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        code, message = await alter(client, BROKER, "", "num.io.threads", "many")
        assert code == ErrorCode.INVALID_REQUEST
        assert message is not None
        assert "num.io.threads" in message
        assert await alter(client, BROKER, "", "num.io.threads", "12") == (0, None)
        assert await described(client, BROKER, "1", "num.io.threads") == ("12", 3)
        await create_topic(client, "t")


async def test_levels_of_loggers_hold_until_the_broker_stops(tmp_path: Path) -> None:
    name = "kconsole.engine.server"
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        before, _ = await described(client, LOGGER, "1", name)
        assert before != "ERROR"
        assert await alter(client, LOGGER, "1", name, "ERROR") == (0, None)
        assert await described(client, LOGGER, "1", name) == ("ERROR", 6)
        assert (await described(client, LOGGER, "1", "root"))[0] == before
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        assert (await described(client, LOGGER, "1", name))[0] == before


async def test_members_of_a_group_are_told_its_own_heartbeat_interval(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        await create_topic(client, "t")
        await client.call(
            FindCoordinatorRequest(key="", key_type=0, coordinator_keys=["g"]),
            FindCoordinatorResponse,
            4,
        )
        assert await heartbeat(client, "g", "a") == 5_000
        assert await alter(client, GROUP, "g", "consumer.heartbeat.interval.ms", "7000") == (
            0,
            None,
        )
        assert await heartbeat(client, "g", "b") == 7_000
        assert await heartbeat(client, "h", "a") == 5_000
        assert await alter(client, GROUP, "g", "consumer.heartbeat.interval.ms", None) == (0, None)
        assert await heartbeat(client, "g", "c") == 5_000
