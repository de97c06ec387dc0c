"""What a topic will be that a client asks for: every check of CreateTopics and CreatePartitions.

Pure: reads the catalogue, changes nothing. The checks, their order and their sentences are those of
Kafka's `ReplicationControlManager`, as a running Kafka 4.3.1 answers them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.broker.catalogue import Catalogue, Replicas, Topic
from engine.broker.refusal import Refused
from engine.broker.topic_names import CLUSTER_METADATA, name_fault
from engine.config.effective import BrokerConfigs, conflict, topic_values
from engine.config.kinds import InvalidValue
from engine.config.topic_keys import TOPIC_KEYS
from engine.kernel.ids import BrokerId, TopicId
from engine.kernel.limits import PARTITIONS_PER_REQUEST_MAX
from engine.protocol.error_codes import ErrorCode

DEFAULT = -1
"""Asks for the broker's default number of partitions or replicas."""


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic as it was asked for. With `assignments` both numbers must be `DEFAULT`."""

    name: str
    partition_count: int = DEFAULT
    replication_factor: int = DEFAULT
    assignments: Sequence[tuple[int, Sequence[int]]] = ()
    configs: Sequence[tuple[str, str | None]] = field(default=())


def plan_topic(
    wanted: NewTopic,
    topic_id: TopicId,
    catalogue: Catalogue,
    broker: BrokerConfigs,
    broker_ids: Collection[BrokerId],
) -> Topic:
    """The topic that would be created. Raises Refused."""
    _check_name(wanted.name, catalogue)
    if wanted.assignments:
        partitions = _assigned(wanted, broker_ids)
    else:
        partitions = _spread(wanted, broker, broker_ids)
    configs = checked_overrides(_overrides(wanted), broker)
    return Topic(wanted.name, topic_id, partitions, configs)


def _check_name(name: str, catalogue: Catalogue) -> None:
    fault = name_fault(name)
    if fault is not None:
        raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, fault)
    if name == CLUSTER_METADATA:
        message = f"Creation of internal topic {name} is prohibited."
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    if catalogue.by_name(name) is not None:
        raise Refused(ErrorCode.TOPIC_ALREADY_EXISTS, f"Topic '{name}' already exists.")
    colliding = catalogue.colliding(name)
    if colliding is not None:
        message = f"Topic '{name}' collides with existing topic: {colliding}"
        raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, message)


def _spread(
    wanted: NewTopic, broker: BrokerConfigs, broker_ids: Collection[BrokerId]
) -> tuple[Replicas, ...]:
    factor, count = wanted.replication_factor, wanted.partition_count
    if factor < DEFAULT or factor == 0:
        raise Refused(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            "Replication factor must be larger than 0, or -1 to use the default value.",
        )
    if count < DEFAULT or count == 0:
        raise Refused(
            ErrorCode.INVALID_PARTITIONS,
            "Number of partitions was set to an invalid non-positive value.",
        )
    if factor == DEFAULT:
        factor = broker.static.default_replication_factor
    if count == DEFAULT:
        count = broker.static.num_partitions
    return spread(0, count, factor, broker_ids)


def spread(
    first: int, count: int, factor: int, broker_ids: Collection[BrokerId]
) -> tuple[Replicas, ...]:
    """Replicas for `count` partitions from index `first` on, in turn. Raises Refused."""
    brokers = sorted(broker_ids)
    if factor > len(brokers):
        raise Refused(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"Unable to replicate the partition {factor} time(s): The target replication factor of "
            f"{factor} cannot be reached because only {len(brokers)} broker(s) are registered or "
            "some brokers have all their log directories cordoned.",
        )
    turns = [
        tuple(brokers[(start + step) % len(brokers)] for step in range(factor))
        for start in range(len(brokers))
    ]
    return tuple(turns[index % len(turns)] for index in range(first, first + count))


def _assigned(wanted: NewTopic, broker_ids: Collection[BrokerId]) -> tuple[Replicas, ...]:
    if wanted.replication_factor != DEFAULT:
        raise Refused(
            ErrorCode.INVALID_REQUEST,
            "A manual partition assignment was specified, but replication factor was not set to "
            "-1.",
        )
    if wanted.partition_count != DEFAULT:
        raise Refused(
            ErrorCode.INVALID_REQUEST,
            "A manual partition assignment was specified, but numPartitions was not set to -1.",
        )
    found: dict[int, Replicas] = {}
    for index, replicas in wanted.assignments:
        if index in found:
            raise Refused(
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                f"Found multiple manual partition assignments for partition {index}",
            )
        found[index] = checked_replicas(replicas, broker_ids)
    if set(found) != set(range(len(found))):
        raise Refused(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence",
        )
    partitions = tuple(found[index] for index in range(len(found)))
    check_equal_factors(partitions)
    return partitions


def checked_replicas(replicas: Sequence[int], broker_ids: Collection[BrokerId]) -> Replicas:
    """A manual assignment of one partition. Raises Refused."""
    start = "The manual partition assignment includes"
    if not replicas:
        fault = f"{start} an empty replica list."
        raise Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, fault)
    for broker_id in replicas:
        if broker_id not in broker_ids:
            fault = f"{start} broker {broker_id}, but no such broker is registered."
            raise Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, fault)
    for broker_id in replicas:
        if replicas.count(broker_id) > 1:
            fault = f"{start} the broker {broker_id} more than once."
            raise Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, fault)
    return tuple(map(BrokerId, replicas))


def check_equal_factors(partitions: Sequence[Replicas]) -> None:
    """Refuse partitions of one topic that differ in their number of replicas."""
    for replicas in partitions:
        if len(replicas) != len(partitions[0]):
            raise Refused(
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                f"The manual partition assignment includes a partition with {len(replicas)} "
                f"replica(s), but this is not consistent with previous partitions, which have "
                f"{len(partitions[0])} replica(s).",
            )


def _overrides(wanted: NewTopic) -> dict[str, str]:
    configs: dict[str, str] = {}
    for name, value in wanted.configs:
        if value is None:
            raise Refused(
                ErrorCode.INVALID_CONFIG, f"Null value not supported for topic configs: {name}"
            )
        configs[name] = value
    return configs


def checked_overrides(configs: Mapping[str, str], broker: BrokerConfigs) -> dict[str, str]:
    """The overrides of a topic, if they can stand. Raises Refused."""
    for name, value in configs.items():
        row = TOPIC_KEYS.get(name)
        if row is None:
            raise Refused(ErrorCode.INVALID_CONFIG, f"Unknown topic config name: {name}")
        try:
            row.key.parse(value)
        except InvalidValue as error:
            raise Refused(ErrorCode.INVALID_CONFIG, str(error)) from error
    clash = conflict(topic_values(configs, broker))
    if clash is not None:
        raise Refused(ErrorCode.INVALID_CONFIG, clash)
    return dict(configs)


def check_request_size(wanted: Sequence[NewTopic]) -> None:
    """Refuse a whole request that would create too many partitions at once."""
    partitions = sum(max(len(each.assignments), each.partition_count, 1) for each in wanted)
    if partitions > PARTITIONS_PER_REQUEST_MAX:
        raise Refused(
            ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request."
        )


def plan_growth(
    topic: Topic,
    total: int,
    assignments: Sequence[Sequence[int]] | None,
    broker_ids: Collection[BrokerId],
) -> Topic:
    """The topic with `total` partitions. Raises Refused unless it grows."""
    if topic.is_internal:
        message = f"The topic {topic.name} is internal: its keys stay where their hashes put them."
        raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, message)
    present = len(topic.partitions)
    added = total - present
    if added == 0:
        message = f"Topic already has {present} partition(s)."
        raise Refused(ErrorCode.INVALID_PARTITIONS, message)
    if added < 0:
        raise Refused(
            ErrorCode.INVALID_PARTITIONS,
            f"The topic {topic.name} currently has {present} partition(s); {total} would not be an "
            "increase.",
        )
    if added > PARTITIONS_PER_REQUEST_MAX:
        raise Refused(
            ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request."
        )
    if assignments is None:
        more = spread(present, added, topic.replication_factor, broker_ids)
    else:
        if len(assignments) != added:
            raise Refused(
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                f"Attempted to add {added} additional partition(s), but only {len(assignments)} "
                "assignment(s) were specified.",
            )
        more = tuple(checked_replicas(replicas, broker_ids) for replicas in assignments)
    partitions = topic.partitions + more
    check_equal_factors(partitions)
    return Topic(topic.name, topic.topic_id, partitions, topic.configs)
