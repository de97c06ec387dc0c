"""How the records of `__consumer_offsets` are laid out: fields by record type, as data.

Names are Kafka's. Source: the files `common/message/*Key.json` and `*Value.json` of Kafka's group
coordinator, version 4.3. Of share and streams groups only the keys are here.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `kind` is a wire type, or `[]` before one; `fields` are those of a structure."""

    name: str
    kind: str
    since: int = 0
    until: int = 99
    """The last version that has it."""
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A structure: its fields in order, those that are tagged, and from where it is flexible."""

    name: str
    fields: tuple[Field, ...]
    tagged: dict[int, Field] = field(default_factory=dict)
    flexible_since: int = 0
    latest: int = 0


_GROUP = (Field("group", "string"),)
_MEMBER = (Field("group", "string"), Field("memberId", "string"))
_OFFSET = (Field("group", "string"), Field("topic", "string"), Field("partition", "int32"))

KEYS: dict[int, Layout] = {
    0: Layout("offset commit", _OFFSET),
    1: Layout("offset commit", _OFFSET),
    2: Layout("group", _GROUP),
    3: Layout("consumer group", _GROUP),
    4: Layout("consumer group's topics", _GROUP),
    5: Layout("consumer group's member", _MEMBER),
    6: Layout("consumer group's target", _GROUP),
    7: Layout("consumer group's target of a member", _MEMBER),
    8: Layout("consumer group's assignment of a member", _MEMBER),
    10: Layout("share group's member", _MEMBER),
    11: Layout("share group", _GROUP),
    12: Layout("share group's target", _GROUP),
    13: Layout("share group's target of a member", _MEMBER),
    14: Layout("share group's assignment of a member", _MEMBER),
    15: Layout("share group's partitions", _GROUP),
    16: Layout(
        "consumer group's expression",
        (Field("group", "string"), Field("regularExpression", "string")),
    ),
    17: Layout("streams group", _GROUP),
    19: Layout("streams group's member", _MEMBER),
    20: Layout("streams group's target", _GROUP),
    21: Layout("streams group's target of a member", _MEMBER),
    22: Layout("streams group's assignment of a member", _MEMBER),
    23: Layout("streams group's topology", _GROUP),
}

_COMMIT = Layout(
    "offset commit",
    (
        Field("offset", "int64"),
        Field("leaderEpoch", "int32", since=3),
        Field("metadata", "string"),
        Field("commitTimestamp", "int64"),
        Field("expireTimestamp", "int64", since=1, until=1),
    ),
    {0: Field("topicId", "uuid")},
    flexible_since=4,
    latest=4,
)
_PARTITIONS = (Field("topicId", "uuid"), Field("partitions", "[]int32"))
_CLASSIC = (
    Field("sessionTimeoutMs", "int32"),
    Field(
        "supportedProtocols",
        "[]",
        fields=(Field("name", "string"), Field("metadata", "bytes")),
    ),
)

VALUES: dict[int, Layout] = {
    0: _COMMIT,
    1: _COMMIT,
    2: Layout(
        "group",
        (
            Field("protocolType", "string"),
            Field("generation", "int32"),
            Field("protocol", "string"),
            Field("leader", "string"),
            Field("currentStateTimestamp", "int64", since=2),
            Field(
                "members",
                "[]",
                fields=(
                    Field("memberId", "string"),
                    Field("groupInstanceId", "string", since=3),
                    Field("clientId", "string"),
                    Field("clientHost", "string"),
                    Field("rebalanceTimeout", "int32", since=1),
                    Field("sessionTimeout", "int32"),
                    Field("subscription", "bytes"),
                    Field("assignment", "bytes"),
                ),
            ),
        ),
        flexible_since=4,
        latest=4,
    ),
    3: Layout("consumer group", (Field("epoch", "int32"),), {0: Field("metadataHash", "int64")}),
    4: Layout(
        "consumer group's topics",
        (
            Field(
                "topics",
                "[]",
                fields=(
                    Field("topicId", "uuid"),
                    Field("topicName", "string"),
                    Field("numPartitions", "int32"),
                    Field(
                        "partitionMetadata",
                        "[]",
                        fields=(Field("partition", "int32"), Field("racks", "[]string")),
                    ),
                ),
            ),
        ),
    ),
    5: Layout(
        "consumer group's member",
        (
            Field("instanceId", "string"),
            Field("rackId", "string"),
            Field("clientId", "string"),
            Field("clientHost", "string"),
            Field("subscribedTopicNames", "[]string"),
            Field("subscribedTopicRegex", "string"),
            Field("rebalanceTimeoutMs", "int32"),
            Field("serverAssignor", "string"),
        ),
        {0: Field("classicMemberMetadata", "?", fields=_CLASSIC)},
    ),
    6: Layout(
        "consumer group's target",
        (Field("assignmentEpoch", "int32"),),
        {0: Field("assignmentTimestamp", "int64")},
    ),
    7: Layout(
        "consumer group's target of a member",
        (Field("topicPartitions", "[]", fields=_PARTITIONS),),
    ),
    8: Layout(
        "consumer group's assignment of a member",
        (
            Field("memberEpoch", "int32"),
            Field("previousMemberEpoch", "int32"),
            Field("state", "int8"),
            Field("assignedPartitions", "[]", fields=_PARTITIONS),
            Field("partitionsPendingRevocation", "[]", fields=_PARTITIONS),
        ),
    ),
    16: Layout(
        "consumer group's expression",
        (Field("topics", "[]string"), Field("version", "int64"), Field("timestamp", "int64")),
    ),
}
