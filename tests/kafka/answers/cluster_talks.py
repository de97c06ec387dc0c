"""Talks about the cluster: who is in it, its disks, leaders, moves, features and controllers."""

from collections.abc import Mapping, Sequence

from engine.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    ReassignablePartition,
    ReassignableTopic,
)
from engine.protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirTopic,
)
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.describe_cluster import DescribeClusterRequest
from engine.protocol.messages.describe_log_dirs import (
    DescribableLogDirTopic,
    DescribeLogDirsRequest,
)
from engine.protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    PartitionData,
    TopicData,
)
from engine.protocol.messages.elect_leaders import ElectLeadersRequest, TopicPartitions
from engine.protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsTopics,
)
from engine.protocol.messages.update_features import FeatureUpdateKey, UpdateFeaturesRequest
from tests.kafka.answers.produce_talks import put
from tests.kafka.answers.talk import Step, ask, every, topic
from tests.support.running_engine import batch

CLUSTER = (
    *(
        every(
            f"operations {told}", DescribeClusterRequest(include_cluster_authorized_operations=told)
        )
        for told in (False, True)
    ),
    *(
        ask(f"endpoint {kind}", DescribeClusterRequest(endpoint_type=kind), 1, 2)
        for kind in (0, 1, 2, 3, -1)
    ),
    ask("fenced ones too", DescribeClusterRequest(include_fenced_brokers=True), 2),
)


def _sizes(*asked: tuple[str, list[int]]) -> DescribeLogDirsRequest:
    return DescribeLogDirsRequest([DescribableLogDirTopic(*each) for each in asked])


LOG_DIRS = (
    topic("ld", 3),
    ask("fill", put("ld", batch(b"a", b"b"), batch(b"c" * 500)), 12),
    every("one topic", _sizes(("ld", [0, 1, 2]))),
    ask("some partitions", _sizes(("ld", [1])), 1, 5),
    ask("partitions that are not there", _sizes(("ld", [0, 9, -1]), ("gone", [0])), 1, 5),
    ask("no partitions", _sizes(("ld", [])), 5),
    ask("no topics", _sizes(), 1, 5),
    ask("twice", _sizes(("ld", [0, 0])), 5),
)


def _elect(*asked: tuple[str, list[int]], kind: int = 0) -> ElectLeadersRequest:
    return ElectLeadersRequest(kind, [TopicPartitions(*each) for each in asked], 30_000)


ELECTIONS = (
    topic("el", 2),
    *(every(f"kind {kind}", _elect(("el", [0, 1]), kind=kind)) for kind in (0, 1, 2, -1)),
    ask("of all", ElectLeadersRequest(0, None, 30_000), 0, 2),
    ask("unclean of all", ElectLeadersRequest(1, None, 30_000), 1, 2),
    ask("all, by no kind that there is", ElectLeadersRequest(2, None, 30_000), 1, 2),
    ask("of none", _elect(), 2),
    ask("no partitions", _elect(("el", [])), 2),
    ask("not there", _elect(("el", [9, -1]), ("gone", [0]), ("a/b", [0]), ("", [0])), 0, 2),
    ask("twice", _elect(("el", [0, 0])), 2),
    ask("good and bad", _elect(("el", [0]), ("gone", [0])), 2),
)


def _move(
    *asked: tuple[str, int, list[int] | None], **fields: bool
) -> AlterPartitionReassignmentsRequest:
    return AlterPartitionReassignmentsRequest(
        topics=[
            ReassignableTopic(name, [ReassignablePartition(index, replicas)])
            for name, index, replicas in asked
        ],
        **fields,
    )


def _moving(*asked: tuple[str, list[int]]) -> ListPartitionReassignmentsRequest:
    return ListPartitionReassignmentsRequest(
        topics=[ListPartitionReassignmentsTopics(*each) for each in asked]
    )


MOVES = (
    topic("mv", 2),
    ask("moves of all", ListPartitionReassignmentsRequest(topics=None)),
    ask("moves of one", _moving(("mv", [0, 1]))),
    ask("moves of none", _moving()),
    ask("moves of what is not there", _moving(("mv", [9, -1]), ("gone", [0]), ("a/b", [0]))),
    every("to where it is", _move(("mv", 0, [1]))),
    every("to a stranger", _move(("mv", 0, [2]))),
    every("to more", _move(("mv", 0, [1, 2]))),
    every("to nobody", _move(("mv", 0, []))),
    every("to a negative", _move(("mv", 0, [-1]))),
    every("to one twice", _move(("mv", 0, [1, 1]))),
    every("called off", _move(("mv", 0, None))),
    ask(
        "other factors forbidden",
        _move(("mv", 0, [1, 2]), allow_replication_factor_change=False),
        1,
    ),
    ask(
        "other factors forbidden, same",
        _move(("mv", 0, [1]), allow_replication_factor_change=False),
        1,
    ),
    ask(
        "not there", _move(("mv", 9, [1]), ("mv", -1, [1]), ("gone", 0, [1]), ("a/b", 0, [1])), 0, 1
    ),
    ask("called off, not there", _move(("mv", 9, None), ("gone", 0, None)), 0, 1),
    ask("good and bad", _move(("mv", 0, [1]), ("gone", 0, [1])), 1),
    ask("one twice", _move(("mv", 0, [1]), ("mv", 0, [1])), 1),
    ask("nothing", _move(), 0, 1),
    ask(
        "no partitions", AlterPartitionReassignmentsRequest(topics=[ReassignableTopic("mv", [])]), 1
    ),
    ask("moves afterwards", _moving(("mv", [0, 1]))),
)


def _to_directory(path: str, *asked: tuple[str, list[int]]) -> AlterReplicaLogDirsRequest:
    topics = [AlterReplicaLogDirTopic(*each) for each in asked]
    return AlterReplicaLogDirsRequest([AlterReplicaLogDir(path, topics)])


DIRECTORIES = (
    topic("dirs", 2),
    every("unknown directory", _to_directory("/no/such", ("dirs", [0, 1]))),
    every("relative directory", _to_directory("no/such", ("dirs", [0]))),
    ask("empty directory", _to_directory("", ("dirs", [0])), 1, 2),
    ask("not there", _to_directory("/no/such", ("dirs", [9, -1]), ("gone", [0])), 1, 2),
    ask("no topics", _to_directory("/no/such"), 2),
    ask("no directories", AlterReplicaLogDirsRequest([]), 2),
)


def _quorum(*asked: tuple[str, list[int]]) -> DescribeQuorumRequest:
    return DescribeQuorumRequest(
        [TopicData(name, [PartitionData(each) for each in indexes]) for name, indexes in asked]
    )


QUORUM = (
    every("the metadata", _quorum(("__cluster_metadata", [0]))),
    every("another partition", _quorum(("__cluster_metadata", [1]))),
    every("two partitions", _quorum(("__cluster_metadata", [0, 1]))),
    every("another topic", _quorum(("gone", [0]))),
    every("two topics", _quorum(("__cluster_metadata", [0]), ("gone", [0]))),
    every("no topics", _quorum()),
    every("no partitions", _quorum(("__cluster_metadata", []))),
)


def _feature(
    *asked: tuple[str, int], kind: int = 1, down: bool = False, dry: bool = False
) -> UpdateFeaturesRequest:
    return UpdateFeaturesRequest(
        30_000,
        [FeatureUpdateKey(name, level, down, kind) for name, level in asked],
        dry,
    )


FEATURES = (
    every("unknown feature", _feature(("no.such", 1))),
    every("unknown feature to 0", _feature(("no.such", 0), kind=3, down=True)),
    every("metadata as it is", _feature(("metadata.version", 30))),
    every("metadata too new", _feature(("metadata.version", 99))),
    every("metadata down by upgrade", _feature(("metadata.version", 20))),
    every("metadata down", _feature(("metadata.version", 20), kind=2, down=True, dry=True)),
    every("metadata below all", _feature(("metadata.version", 1), kind=3, down=True)),
    every("negative level", _feature(("metadata.version", -1))),
    every("group version as it is", _feature(("group.version", 1))),
    every("group version too new", _feature(("group.version", 2))),
    ask("kraft version", _feature(("kraft.version", 1), dry=True), 1, 2),
    every("empty name", _feature(("", 1))),
    every("nothing", _feature()),
    ask("unknown kind", _feature(("metadata.version", 30), kind=9), 1, 2),
    ask("kind 0", _feature(("metadata.version", 30), kind=0), 1, 2),
    ask("one twice", _feature(("metadata.version", 30), ("metadata.version", 30)), 1, 2),
    ask("two unknown", _feature(("no.such", 1), ("neither", 1)), 1, 2),
    ask("good and bad", _feature(("metadata.version", 30), ("no.such", 1)), 1, 2),
)

API_VERSIONS = (
    every("software", ApiVersionsRequest("some-client", "1.2.3")),
    *(
        ask(f"software {name!r} {version!r}", ApiVersionsRequest(name, version), 3, 4)
        for name, version in (
            ("", ""),
            ("a", ""),
            ("-a", "1"),
            ("a-", "1"),
            ("a b", "1"),
            ("a", "1_0"),
            ("a.b-c", "1.0-x"),
            ("größe", "1"),
            ("a\n", "1"),
        )
    ),
)

TALKS: Mapping[str, Sequence[Step]] = {
    "describe cluster": CLUSTER,
    "describe log dirs": LOG_DIRS,
    "elect leaders": ELECTIONS,
    "reassignments": MOVES,
    "alter replica log dirs": DIRECTORIES,
    "describe quorum": QUORUM,
    "update features": FEATURES,
    "api versions": API_VERSIONS,
}
