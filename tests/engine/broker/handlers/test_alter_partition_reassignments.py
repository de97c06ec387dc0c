"""AlterPartitionReassignments and AlterReplicaLogDirs: replicas stay where they are."""

import pytest

from engine import Engine
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
    ReassignablePartition,
    ReassignableTopic,
)
from engine.protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
    AlterReplicaLogDirTopic,
)
from tests.support.running_engine import create_topic
from tests.support.wire_client import WireClient


async def move(
    client: WireClient, name: str, index: int, replicas: list[int] | None, *, version: int = 1
) -> tuple[int, str | None]:
    topic = ReassignableTopic(name, [ReassignablePartition(index, replicas)])
    request = AlterPartitionReassignmentsRequest(topics=[topic])
    response = await client.call(request, AlterPartitionReassignmentsResponse, version)
    (partition,) = response.responses[0].partitions
    return partition.error_code, partition.error_message


@pytest.mark.parametrize("version", range(2))
async def test_partition_may_be_told_to_stay(client: WireClient, version: int) -> None:
    await create_topic(client, "orders", 2)

    assert await move(client, "orders", 1, [1], version=version) == (ErrorCode.NONE, None)


@pytest.mark.parametrize(
    ("replicas", "code", "message"),
    [
        ([2], ErrorCode.INVALID_REPLICA_ASSIGNMENT, "includes broker 2, but no such broker"),
        ([1, 2], ErrorCode.INVALID_REPLICA_ASSIGNMENT, "includes broker 2, but no such broker"),
        ([1, 1], ErrorCode.INVALID_REPLICA_ASSIGNMENT, "includes the broker 1 more than once"),
        ([], ErrorCode.INVALID_REPLICA_ASSIGNMENT, "includes an empty replica list"),
        (None, ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, None),
    ],
)
async def test_there_is_nowhere_else_to_go(
    client: WireClient, replicas: list[int] | None, code: ErrorCode, message: str | None
) -> None:
    await create_topic(client, "orders")

    found, why = await move(client, "orders", 0, replicas)

    assert found == code
    assert why is None if message is None else message in (why or "")


async def test_partition_that_is_not_there_cannot_be_moved(client: WireClient) -> None:
    await create_topic(client, "orders")

    assert await move(client, "gone", 0, [1]) == (
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        "Unable to find a topic named gone.",
    )
    assert await move(client, "orders", 7, None) == (
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        "Unable to find partition orders:7.",
    )


@pytest.mark.parametrize("version", [1, 2])
async def test_replica_stays_in_the_one_directory(
    engine: Engine, client: WireClient, version: int
) -> None:
    await create_topic(client, "orders")
    here = str(engine.config.data_dir.resolve())
    request = AlterReplicaLogDirsRequest(
        [
            AlterReplicaLogDir(here, [AlterReplicaLogDirTopic("orders", [0, 7])]),
            AlterReplicaLogDir("/no/such", [AlterReplicaLogDirTopic("orders", [0])]),
        ]
    )

    response = await client.call(request, AlterReplicaLogDirsResponse, version)

    (topic,) = response.results
    assert [(each.partition_index, each.error_code) for each in topic.partitions] == [
        (0, ErrorCode.NONE),
        (7, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        (0, ErrorCode.LOG_DIR_NOT_FOUND),
    ]
