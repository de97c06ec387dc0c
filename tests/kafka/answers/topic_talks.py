"""Talks about topics: created, grown, described, deleted."""

from collections.abc import Mapping, Sequence

from engine.protocol.messages.create_partitions import (
    CreatePartitionsAssignment,
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from engine.protocol.messages.create_topics import (
    CreatableReplicaAssignment,
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from engine.protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from engine.protocol.messages.describe_topic_partitions import (
    Cursor,
    DescribeTopicPartitionsRequest,
    TopicRequest,
)
from engine.protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from tests.kafka.answers.talk import Seen, Step, ask, every, topic

LONGEST = "n" * 249
LONGEST_TEXT = "n" * 32_767


def _new(
    name: str,
    partitions: int = 1,
    factor: int = 1,
    *,
    replicas: Mapping[int, list[int]] | None = None,
    configs: Mapping[str, str | None] | None = None,
) -> CreatableTopic:
    return CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=factor,
        assignments=[
            CreatableReplicaAssignment(index, brokers)
            for index, brokers in (replicas or {}).items()
        ],
        configs=[CreatableTopicConfig(key, value) for key, value in (configs or {}).items()],
    )


def _create(*topics: CreatableTopic, validate_only: bool = False) -> CreateTopicsRequest:
    return CreateTopicsRequest(topics=list(topics), timeout_ms=30_000, validate_only=validate_only)


def _assigned(name: str, *replicas: list[int], **fields: int) -> CreatableTopic:
    made = _new(name, -1, -1, replicas=dict(enumerate(replicas)))
    for field, value in fields.items():
        setattr(made, field, value)
    return made


CREATE_TOPICS = (
    *(ask("plain", _create(_new(f"plain-{v}", 2)), v) for v in range(2, 8)),
    ask("exists", _create(_new("plain-7")), *range(2, 8)),
    ask("exists, to be validated", _create(_new("plain-7"), validate_only=True), 7),
    ask("to be validated", _create(_new("virtual", 3), validate_only=True), 2, 4, 5, 7),
    ask("was only validated", _create(_new("virtual", 3))),
    ask("no topics", _create()),
    ask("empty name", _create(_new(""))),
    ask("a period", _create(_new("."))),
    ask("two periods", _create(_new(".."))),
    ask("three periods", _create(_new("..."))),
    ask("longest name", _create(_new(LONGEST))),
    ask("name too long", _create(_new(LONGEST + "n"))),
    ask("name as long as text may be", _create(_new(LONGEST_TEXT)), 2, 7),
    ask("illegal sign", _create(_new("a/b"))),
    ask("not ASCII", _create(_new("größe"))),
    ask("a newline at the end", _create(_new("name\n"))),
    ask("a space", _create(_new("a b"))),
    ask("first of a collision", _create(_new("a.b_c"))),
    ask("collides", _create(_new("a_b.c"))),
    ask("two that collide", _create(_new("x.y"), _new("x_y"))),
    ask("twice in one request", _create(_new("twice"), _new("twice"))),
    ask("bad and good", _create(_new("b@d"), _new("good"), _new("few", 0)), ordered=False),
    ask("no partitions", _create(_new("p0", 0))),
    ask("default partitions", _create(_new("p-1", -1, -1)), *range(2, 8)),
    ask("minus two partitions", _create(_new("p-2", -2))),
    ask("too many partitions", _create(_new("many", 10_001))),
    ask("the most partitions there are", _create(_new("most", 2**31 - 1))),
    ask("no replicas", _create(_new("r0", 1, 0))),
    ask("minus two replicas", _create(_new("r-2", 1, -2))),
    ask("more replicas than brokers", _create(_new("r3", 1, 3))),
    ask("the most replicas there are", _create(_new("rmax", 1, 32_767))),
    ask("known config", _create(_new("c1", configs={"retention.ms": "1000"})), *range(2, 8)),
    ask("unknown config", _create(_new("c2", configs={"no.such": "1"}))),
    ask("bad config", _create(_new("c3", configs={"retention.ms": "soon"}))),
    ask("config out of range", _create(_new("c4", configs={"retention.ms": "-2"}))),
    ask("null config", _create(_new("c5", configs={"retention.ms": None}))),
    ask("empty config", _create(_new("c6", configs={"retention.ms": ""}))),
    ask("list config", _create(_new("c7", configs={"cleanup.policy": "compact,delete"}))),
    ask("bad list config", _create(_new("c8", configs={"cleanup.policy": "compact,keep"}))),
    ask("empty list config", _create(_new("c8b", configs={"cleanup.policy": ""}))),
    ask(
        "configs at odds",
        _create(_new("c9", configs={"min.compaction.lag.ms": "9", "max.compaction.lag.ms": "8"})),
    ),
    ask("tiered", _create(_new("c10", configs={"remote.storage.enable": "true"}))),
    ask("segment too small", _create(_new("c11", configs={"segment.bytes": "1"}))),
    ask(
        "twice one config",
        _create(
            _twice := CreatableTopic(
                name="c12",
                num_partitions=1,
                replication_factor=1,
                configs=[
                    CreatableTopicConfig("retention.ms", "5"),
                    CreatableTopicConfig("retention.ms", "6"),
                ],
            )
        ),
    ),
    ask("assigned", _create(_assigned("m1", [1], [1])), *range(7, 8)),
    ask("assigned to a stranger", _create(_assigned("m2", [9]))),
    ask("assigned to nobody", _create(_assigned("m3", []))),
    ask("assigned twice", _create(_assigned("m4", [1, 1]))),
    ask("assigned to a negative", _create(_assigned("m4b", [-1]))),
    ask("assigned with a hole", _create(_new("m5", -1, -1, replicas={0: [1], 2: [1]}))),
    ask("assigned from minus one", _create(_new("m5b", -1, -1, replicas={-1: [1], 0: [1]}))),
    ask("assigned and counted", _create(_assigned("m6", [1], num_partitions=1))),
    ask("assigned and factored", _create(_assigned("m7", [1], replication_factor=1))),
    ask("metadata topic", _create(_new("__cluster_metadata"))),
    ask("offsets topic, to be validated", _create(_new("__consumer_offsets"), validate_only=True)),
)

GROW = (
    topic("grow", 2),
    *(
        ask(
            "by one",
            CreatePartitionsRequest([CreatePartitionsTopic("grow", 3 + v, None)], 9_000),
            v,
        )
        for v in range(4)
    ),
    ask("equal", CreatePartitionsRequest([CreatePartitionsTopic("grow", 6, None)], 9_000)),
    ask(
        "fewer",
        CreatePartitionsRequest([CreatePartitionsTopic("grow", 5, None)], 9_000),
        0,
        1,
        2,
        3,
    ),
    ask("none", CreatePartitionsRequest([CreatePartitionsTopic("grow", 0, None)], 9_000)),
    ask("negative", CreatePartitionsRequest([CreatePartitionsTopic("grow", -1, None)], 9_000)),
    ask("unknown", CreatePartitionsRequest([CreatePartitionsTopic("gone", 5, None)], 9_000)),
    ask("illegal name", CreatePartitionsRequest([CreatePartitionsTopic("a/b", 5, None)], 9_000)),
    ask("empty name", CreatePartitionsRequest([CreatePartitionsTopic("", 5, None)], 9_000)),
    ask("nothing asked", CreatePartitionsRequest([], 9_000)),
    ask(
        "twice",
        CreatePartitionsRequest(
            [CreatePartitionsTopic("grow", 8, None), CreatePartitionsTopic("grow", 9, None)], 9_000
        ),
    ),
    ask(
        "one result each",
        CreatePartitionsRequest(
            [
                CreatePartitionsTopic("gone", 8, None),
                CreatePartitionsTopic("grow", 7, None),
                CreatePartitionsTopic("a/b", 9, None),
            ],
            9_000,
        ),
    ),
    ask(
        "to be validated",
        CreatePartitionsRequest(
            [CreatePartitionsTopic("grow", 9, None)], 9_000, validate_only=True
        ),
    ),
    *(
        ask(
            f"assigned {brokers}",
            CreatePartitionsRequest(
                [
                    CreatePartitionsTopic(
                        "grow", 8, [CreatePartitionsAssignment(each) for each in brokers]
                    )
                ],
                9_000,
            ),
        )
        for brokers in ([], [[1], [1]], [[]], [[9]], [[1, 1]], [[1]])
    ),
    ask("after all", MetadataRequest([MetadataRequestTopic(name="grow")]), 12),
)


def _by_id(name: str) -> MetadataRequestTopic:
    return MetadataRequestTopic(topic_id=bytes(16), name=name)


def _described_by_id(seen: Seen) -> MetadataRequest:
    known, unknown = seen.topic_id("meta-a"), bytes(15) + b"\7"
    return MetadataRequest(
        [
            MetadataRequestTopic(topic_id=known, name=None),
            MetadataRequestTopic(topic_id=unknown, name=None),
        ]
    )


def _id_and_name(seen: Seen) -> MetadataRequest:
    return MetadataRequest([MetadataRequestTopic(topic_id=seen.topic_id("meta-a"), name="meta-b")])


def _mixed(seen: Seen) -> MetadataRequest:
    return MetadataRequest(
        [
            MetadataRequestTopic(topic_id=seen.topic_id("meta-a"), name=None),
            MetadataRequestTopic(name="meta-b"),
        ]
    )


def _metadata(*names: str, create: bool = False, **more: bool) -> MetadataRequest:
    return MetadataRequest(
        [MetadataRequestTopic(name=name) for name in names],
        allow_auto_topic_creation=create,
        **more,
    )


METADATA = (
    topic("meta-a", 2),
    topic("meta-b"),
    every("one topic", _metadata("meta-a")),
    every("two topics", _metadata("meta-b", "meta-a")),
    ask("brokers only", _metadata(), *range(1, 14)),
    ask("twice", _metadata("meta-a", "meta-a"), 12),
    ask(
        "operations of topics",
        _metadata("meta-a", include_topic_authorized_operations=True),
        8,
        10,
        13,
    ),
    ask(
        "operations of the cluster",
        _metadata("meta-a", include_cluster_authorized_operations=True),
        8,
        10,
    ),
    ask("unknown", _metadata("gone"), *range(4, 14)),
    ask("illegal names", _metadata("a/b", "", "..", LONGEST + "n"), 4, 12),
    ask(
        "illegal names, to be created",
        _metadata("a/b", "", "..", LONGEST + "n", create=True),
        4,
        12,
    ),
    ask("collides, to be created", _metadata("meta_a", "meta.a", create=True), 12),
    ask("by id", _described_by_id, 12, 13),
    ask("by id, too early", _described_by_id, 10, 11),
    ask("by id and name", _id_and_name, 12),
    ask("some by id, some by name", _mixed, 12),
    ask("neither id nor name", MetadataRequest([MetadataRequestTopic(name=None)]), 10, 11, 12),
    ask("internal topics", _metadata("__consumer_offsets", "__transaction_state"), 12),
)

AUTO_CREATE = (
    ask("new topic", _metadata("fresh-0"), 0),
    ask("new topic, created", _metadata("fresh-0"), 0),
    ask("new topic, not to be created", _metadata("fresh-4"), 4),
    ask("new topic, to be created", _metadata("fresh-4", create=True), 4),
    ask("new topic, created before", _metadata("fresh-4", create=True), 4),
    ask("new topic, to be created", _metadata("fresh-12", create=True), 12),
    ask("new topic, created before", _metadata("fresh-12", create=True), 12),
    ask("not to be created", _metadata("fresh-13", create=False), 13),
)


def _page(
    *names: str, limit: int = 2000, cursor: Cursor | None = None
) -> DescribeTopicPartitionsRequest:
    return DescribeTopicPartitionsRequest(
        [TopicRequest(name) for name in names], response_partition_limit=limit, cursor=cursor
    )


PAGES = (
    topic("page-a", 3),
    topic("page-b", 2),
    topic("page-c", 1),
    ask("by name", _page("page-b", "page-a"), 0, ordered=True),
    ask("twice", _page("page-a", "page-a"), 0, ordered=True),
    ask("first page", _page("page-a", "page-b", "page-c", limit=2), 0, ordered=True),
    ask("first page ends with a topic", _page("page-a", "page-b", limit=3), 0, ordered=True),
    *(
        ask(
            f"from {name} {index}",
            _page("page-a", "page-b", "page-c", limit=2, cursor=Cursor(name, index)),
            0,
            ordered=True,
        )
        for name, index in (
            ("page-a", 2),
            ("page-a", 3),
            ("page-a", 9),
            ("page-b", 0),
            ("page-b", -1),
            ("page-aa", 1),
            ("page-d", 0),
            ("", 0),
        )
    ),
    ask("no room", _page("page-a", limit=0), 0, ordered=True),
    ask("negative room", _page("page-a", limit=-5), 0, ordered=True),
    ask("unknown", _page("gone", "page-c"), 0, ordered=True),
    ask("illegal names", _page("a/b", LONGEST + "n"), 0, ordered=True),
    ask("empty name", _page("", "page-a"), 0, ordered=True),
    topic("zz-page-a", 2),
    topic("zz-page-c", 2),
    *(
        ask(f"all from {name} {index}", _page(cursor=Cursor(name, index)), 0, ordered=True)
        for name, index in (("zz-page-a", 1), ("zz-page-b", 1), ("zz-page-d", 0))
    ),
    ask("no topics, no cursor's room", _page(limit=1, cursor=Cursor("zz-page-a", 1)), 0),
    ask("unknown without room behind it", _page("page-c", "gone", limit=1), 0, ordered=True),
)


def _delete(*names: str) -> DeleteTopicsRequest:
    return DeleteTopicsRequest(
        topics=[DeleteTopicState(name=name) for name in names],
        topic_names=list(names),
        timeout_ms=30_000,
    )


def _delete_id(*names: str, times: int = 1):  # type: ignore[no-untyped-def]
    def made(seen: Seen) -> DeleteTopicsRequest:
        states = [DeleteTopicState(name=None, topic_id=seen.topic_id(name)) for name in names]
        return DeleteTopicsRequest(topics=states * times, timeout_ms=30_000)

    return made


def _delete_both(seen: Seen) -> DeleteTopicsRequest:
    state = DeleteTopicState(name="d-both", topic_id=seen.topic_id("d-both"))
    return DeleteTopicsRequest(topics=[state], timeout_ms=30_000)


def _delete_name_and_id(seen: Seen) -> DeleteTopicsRequest:
    by_id = DeleteTopicState(name=None, topic_id=seen.topic_id("d-both"))
    return DeleteTopicsRequest(topics=[DeleteTopicState(name="d-both"), by_id], timeout_ms=30_000)


DELETE_TOPICS = (
    *(topic(f"d-{v}") for v in range(1, 7)),
    *(ask("by name", _delete(f"d-{v}"), v) for v in range(1, 7)),
    ask("gone from metadata", _metadata("d-6"), 12),
    ask("unknown", _delete("d-6"), *range(1, 7)),
    ask("nothing", _delete(), 6),
    ask("illegal names", _delete("a/b", "", LONGEST + "n"), 5, 6),
    topic("d-id"),
    ask("by id", _delete_id("d-id"), 6),
    ask("by id, again", _delete_id("d-id"), 6),
    topic("d-id"),
    ask("id of a topic made again", _delete_id("d-id", times=2), 6),
    topic("d-both"),
    ask("name and id in one", _delete_both, 6),
    ask("name and id in two", _delete_name_and_id, 6),
    ask("neither", DeleteTopicsRequest(topics=[DeleteTopicState(name=None)]), 6),
    topic("d-twice"),
    ask("twice by name", _delete("d-twice", "d-twice"), 1, 5, 6),
    ask("good and bad", _delete("d-twice", "gone", "d-both"), 6),
    ask("metadata topic", _delete("__cluster_metadata"), 6),
)

TALKS: Mapping[str, Sequence[Step]] = {
    "create topics": CREATE_TOPICS,
    "create partitions": GROW,
    "metadata": METADATA,
    "automatic creation": AUTO_CREATE,
    "describe topic partitions": PAGES,
    "delete topics": DELETE_TOPICS,
}
