"""What a trial says of a cluster is what is known of it once it is opened."""

from pathlib import Path

import pytest

from console.adapters.trial import tried
from engine.client.kafka import KafkaClient
from engine.kernel.system import SystemClock, SystemEntropy
from engine.protocol.messages.describe_cluster import (
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)
from tests.support.running_engine import running_engine
from tests.support.scripted_cluster import ScriptedCluster


@pytest.mark.parametrize("version", [None, "0.1.0"])
async def test_a_broker_of_ours_is_called_so_whoever_started_it(
    tmp_path: Path, version: str | None
) -> None:
    """Its version is told where it is known beforehand: no answer has it."""
    async with running_engine(tmp_path) as engine:
        client = KafkaClient.of(str(engine.address), clock=SystemClock(), entropy=SystemEntropy())
        trial = await tried(client, SystemClock(), engine_version=version)
    assert trial.failure == ""
    assert (trial.offered.mode, trial.offered.version) == ("kconsole engine", version or "")


async def test_a_broker_without_our_keys_is_a_kafka() -> None:
    result = DescribeConfigsResult(
        resource_type=4,
        resource_name="1",
        configs=[DescribeConfigsResourceResult(name="durability", value="fsync")],
    )
    async with ScriptedCluster(1) as cluster:
        cluster.on_all(DescribeClusterRequest, DescribeClusterResponse())
        cluster.on_all(DescribeConfigsRequest, DescribeConfigsResponse(results=[result]))
        trial = await tried(cluster.client(), SystemClock())
    assert trial.failure == ""
    assert trial.offered.mode == "KRaft"
