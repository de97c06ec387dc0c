"""A broker of ours is known as one by what it tells, whoever started it and wherever."""

from pathlib import Path

import pytest

from console.adapters.engine_metrics import MetricsSource
from console.adapters.kafka import KafkaCluster
from console.adapters.kafka_reads import KafkaReads
from console.adapters.link import Link
from console.adapters.recognition import reachable
from console.port.errors import NotSupported
from engine.client.kafka import KafkaClient
from engine.kernel.system import SystemClock, SystemEntropy
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)
from tests.support.running_engine import running_engine
from tests.support.scripted_cluster import ScriptedCluster


def reads_of(client: KafkaClient) -> KafkaReads:
    """Reads of a cluster of which nobody said that it is ours."""
    link = Link("127.0.0.1:9092", SystemClock())
    return KafkaReads(
        lambda: client,
        connection=lambda: link.connection,
        heard=link.answered,
        missed=link.failed,
        metrics=MetricsSource(lambda: ""),
    )


@pytest.mark.parametrize(
    ("listen", "host", "asked_at"),
    [
        ("", "10.0.0.7", ""),
        ("127.0.0.1:9404", "127.0.0.1", "127.0.0.1:9404"),
        ("127.0.0.1:9404", "localhost", "localhost:9404"),
        ("127.0.0.1:9404", "10.0.0.7", ""),
        ("0.0.0.0:9404", "10.0.0.7", "10.0.0.7:9404"),
        ("[::]:9404", "fd00::7", "[fd00::7]:9404"),
        ("10.0.0.7:9404", "10.0.0.7", "10.0.0.7:9404"),
        ("10.0.0.8:80", "10.0.0.7", ""),
        ("10.0.0.7:0", "10.0.0.7", ""),
        ("no address", "10.0.0.7", ""),
    ],
)
def test_metrics_are_asked_of_the_host_of_the_broker_and_nowhere_else(
    listen: str, host: str, asked_at: str
) -> None:
    assert reachable(listen, host) == asked_at


async def test_a_broker_of_ours_that_nobody_named_as_such_is_known_by_its_configuration(
    tmp_path: Path,
) -> None:
    async with running_engine(tmp_path) as engine:
        address = str(engine.address)
        cluster = KafkaCluster(address, clock=SystemClock(), entropy=SystemEntropy())
        async with cluster:
            offered = await cluster.reads.capabilities()
            assert (offered.mode, offered.version) == ("kconsole engine", "")
            assert not offered.tells_vitals
            with pytest.raises(NotSupported):
                await cluster.reads.metrics()


def telling(**values: str) -> DescribeConfigsResponse:
    """A broker's configuration; underscores stand for dots."""
    configs = [
        DescribeConfigsResourceResult(name=name.replace("_", "."), value=value)
        for name, value in values.items()
    ]
    result = DescribeConfigsResult(resource_type=4, resource_name="1", configs=configs)
    return DescribeConfigsResponse(results=[result])


@pytest.mark.parametrize(
    ("told", "is_ours", "tells_vitals"),
    [
        (telling(durability="fsync", metrics_listen="127.0.0.1:9404"), True, True),
        (telling(durability="fsync", metrics_listen=""), True, False),
        (telling(durability="fsync"), False, False),
        (telling(), False, False),
    ],
)
async def test_a_broker_is_ours_by_its_keys_and_tells_where_its_metrics_are(
    told: DescribeConfigsResponse, is_ours: bool, tells_vitals: bool
) -> None:
    async with ScriptedCluster(1) as cluster:
        cluster.on_all(DescribeConfigsRequest, told)
        client = cluster.client()
        async with client:
            reads = reads_of(client)
            offered = await reads.capabilities()
            assert (offered.mode == "kconsole engine") is is_ours
            assert offered.is_engine is is_ours
            assert offered.tells_vitals is tells_vitals


async def test_who_may_not_read_the_configuration_sees_a_cluster_like_any_other() -> None:
    refused = DescribeConfigsResult(
        error_code=ErrorCode.CLUSTER_AUTHORIZATION_FAILED, resource_type=4, resource_name="1"
    )
    async with ScriptedCluster(1) as cluster:
        cluster.on_all(DescribeConfigsRequest, DescribeConfigsResponse(results=[refused]))
        client = cluster.client()
        async with client:
            offered = await reads_of(client).capabilities()
            assert offered.mode == "KRaft"
            assert offered.version
