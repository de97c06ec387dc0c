"""Our client against a running cluster, a broker killed and restarted where that is possible.

`carry_out` prints one line for each check and tells whether all held. Without the two acts only
what a healthy cluster shows is checked. With one node the checks that need several are left out.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from confluent_kafka import KafkaException

from engine.client.configs import ConfigChange, ConfigSource, Operation, Resource, ResourceType
from engine.client.errors import BrokerError, ClientError
from engine.client.fetcher import Fetched, FetchSettings
from engine.client.kafka import KafkaClient
from engine.client.offsets import HIGH_WATERMARK, Isolation, ListedOffset, Position
from engine.client.producer import Delivered, Outgoing, ProducerSettings
from engine.client.topics import CreatedTopic, NewTopic
from engine.kernel.ids import TopicPartition
from engine.kernel.system import SystemClock, SystemEntropy
from engine.protocol.error_codes import ErrorCode
from engine.records.compression import Compression
from tests.interop.foreign_groups import classic_reader, consumer_type_reader, write_transactions

WAIT_S = 90.0
RECORDS = 200

Check = Callable[["Stage"], Awaitable[None]]
NodeAct = Callable[[int], None]


@dataclass(slots=True)
class Stage:
    """What the checks share: a client, and topics of this run alone."""

    client: KafkaClient
    bootstrap: str
    prefix: str
    nodes: list[int] = field(default_factory=list)

    @property
    def spread(self) -> str:
        """A topic with one replica of each partition, so that a dead node takes some with it."""
        return f"{self.prefix}-spread"

    @property
    def replicated(self) -> str:
        """A topic that survives the death of any node."""
        return f"{self.prefix}-replicated"

    @property
    def group(self) -> str:
        return f"{self.prefix}-group"

    def partitions(self, topic: str, count: int = 6) -> list[TopicPartition]:
        return [TopicPartition(topic, partition) for partition in range(count)]


async def eventually(what: str, holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds."""
    give_up_at = time.monotonic() + WAIT_S
    while not await holds():
        assert time.monotonic() < give_up_at, f"not within {WAIT_S:g} s: {what}"
        await asyncio.sleep(0.5)


async def creates_topics(stage: Stage) -> None:
    described = await stage.client.nodes.describe()
    stage.nodes = sorted(described.nodes)
    copies = min(3, len(stage.nodes))
    topics = [
        NewTopic(stage.spread, 6, 1, {"retention.ms": "86400000"}),
        NewTopic(stage.replicated, 6, copies),
        NewTopic("not a name", 1, 1),
    ]
    created = await stage.client.topics.create(topics)
    assert isinstance(created[stage.spread], CreatedTopic), created
    assert isinstance(created[stage.replicated], CreatedTopic), created
    refused = created["not a name"]
    assert isinstance(refused, BrokerError)
    assert refused.code is ErrorCode.INVALID_TOPIC_EXCEPTION

    async def has_leaders() -> bool:
        topics = (await stage.client.topics.describe([stage.spread, stage.replicated])).topics
        return all(
            topic.error is None and all(p.leader >= 0 for p in topic.partitions)
            for topic in topics.values()
        )

    await eventually("the new topics have leaders", has_leaders)


async def writes_and_reads_every_codec(stage: Stage) -> None:
    sent: dict[TopicPartition, list[bytes]] = {key: [] for key in stage.partitions(stage.spread)}
    for codec in Compression:
        producer = stage.client.producer(
            ProducerSettings(compression=codec, is_idempotent=codec is Compression.ZSTD)
        )
        values = [f"{codec.name}-{n}".encode() for n in range(RECORDS)]
        outcomes = await producer.send(
            stage.spread,
            [
                Outgoing(value, key=value, headers=(("codec", codec.name.encode()),))
                for value in values
            ],
        )
        for value, outcome in zip(values, outcomes, strict=True):
            assert isinstance(outcome, Delivered), outcome
            log = sent[TopicPartition(stage.spread, outcome.partition)]
            assert outcome.offset == len(log), (outcome, len(log))
            log.append(value)
    assert await read_all(stage, stage.spread) == sent


async def read_all(
    stage: Stage, topic: str, isolation: Isolation = Isolation.READ_UNCOMMITTED
) -> dict[TopicPartition, list[bytes]]:
    """Every value of a topic, by partition."""
    fetcher = stage.client.fetcher(FetchSettings(isolation=isolation, partition_bytes_max=4096))
    keys = stage.partitions(topic)
    ends = await stage.client.offsets.find_all(keys, Position.LATEST, isolation=isolation)
    read: dict[TopicPartition, list[bytes]] = {key: [] for key in keys}
    positions = dict.fromkeys(keys, 0)
    while positions:
        for key, fetched in (await fetcher.fetch(positions)).items():
            assert isinstance(fetched, Fetched), fetched
            read[key] += [record.value or b"" for record in fetched.records]
            end = ends[key]
            assert isinstance(end, ListedOffset), end
            positions[key] = fetched.next_offset
            if fetched.next_offset >= end.offset:
                del positions[key]
    return read


async def keys_go_where_the_java_client_puts_them(stage: Stage) -> None:
    outcomes = await stage.client.producer().send(
        stage.replicated, [Outgoing(b"v", key=key) for key in (b"21", b"foobar", b"abc")]
    )
    placed = [outcome.partition for outcome in outcomes if isinstance(outcome, Delivered)]
    assert placed == [0, 0, 3], outcomes


async def skips_aborted_transactions(stage: Stage) -> None:
    await asyncio.to_thread(write_transactions, stage.bootstrap, stage.replicated)
    everything = await read_all(stage, stage.replicated)
    committed = await read_all(stage, stage.replicated, Isolation.READ_COMMITTED)
    assert b"aborted" in [value for values in everything.values() for value in values]
    assert b"aborted" not in [value for values in committed.values() for value in values]
    assert b"committed" in [value for values in committed.values() for value in values]


async def finds_offsets(stage: Stage) -> None:
    key = TopicPartition(stage.spread, 0)
    nowhere = TopicPartition(f"{stage.prefix}-nowhere", 0)
    latest = await stage.client.offsets.find_all([key, nowhere], Position.LATEST)
    earliest = await stage.client.offsets.find_all([key], Position.EARLIEST)
    newest = await stage.client.offsets.find_all([key], Position.MAX_TIMESTAMP)
    end, start, last = latest[key], earliest[key], newest[key]
    assert isinstance(end, ListedOffset)
    assert isinstance(start, ListedOffset)
    assert isinstance(last, ListedOffset)
    assert start.offset == 0 < end.offset
    by_time = await stage.client.offsets.find_all([key], last.timestamp_ms)
    after = await stage.client.offsets.find_all([key], last.timestamp_ms + 1)
    found, behind = by_time[key], after[key]
    assert isinstance(found, ListedOffset)
    assert isinstance(behind, ListedOffset)
    assert found.timestamp_ms == last.timestamp_ms
    assert behind.offset == -1
    unknown = latest[nowhere]
    assert isinstance(unknown, BrokerError)
    assert unknown.code is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


async def describes_and_alters_configs(stage: Stage) -> None:
    topic = Resource(ResourceType.TOPIC, stage.spread)
    brokers = [Resource(ResourceType.BROKER, str(node)) for node in stage.nodes]
    described = await stage.client.configs.describe([topic, *brokers])
    for resource in (topic, *brokers):
        entries = described[resource]
        assert not isinstance(entries, ClientError), entries
        assert len(entries) > 20
    change = ConfigChange("retention.ms", Operation.SET, "123456")
    assert await stage.client.configs.alter({topic: [change]}) == {topic: None}

    async def is_seen() -> bool:
        entries = (await stage.client.configs.describe([topic], keys=["retention.ms"]))[topic]
        assert not isinstance(entries, ClientError), entries
        return entries[0].value == "123456" and entries[0].source is ConfigSource.TOPIC

    await eventually("the change is seen", is_seen)
    nonsense = ConfigChange("no.such.key", Operation.SET, "1")
    refused = (await stage.client.configs.alter({topic: [nonsense]}))[topic]
    assert isinstance(refused, BrokerError)
    assert refused.code is ErrorCode.INVALID_CONFIG


async def tells_log_directories_and_versions(stage: Stage) -> None:
    directories = await stage.client.nodes.log_directories()
    assert sorted(directories) == stage.nodes
    replicas = 0
    for answer in directories.values():
        assert not isinstance(answer, ClientError), answer
        replicas += sum(
            key.topic == stage.spread for directory in answer for key in directory.replicas
        )
    assert replicas == 6
    versions = await stage.client.nodes.api_versions()
    assert all(isinstance(answer, dict) and answer for answer in versions.values())


async def sees_groups_with_members(stage: Stage) -> None:
    classic, modern = f"{stage.group}-classic", f"{stage.group}-modern"
    with (
        classic_reader(stage.bootstrap, classic, stage.spread),
        consumer_type_reader(stage.bootstrap, modern, stage.spread),
    ):
        listings = [
            group
            for answer in (await stage.client.groups.list_groups()).values()
            if not isinstance(answer, ClientError)
            for group in answer
        ]
        listed = {group.group_id: group for group in listings}
        assert {classic, modern} <= listed.keys()
        is_modern = listed[modern].is_consumer_type
        described = await stage.client.groups.describe(
            [classic, modern],
            consumer_type=frozenset({modern} if is_modern else ()),
        )
        for group_id in (classic, modern):
            group = described[group_id]
            assert not isinstance(group, ClientError), group
            assert group.state == "Stable", group
            assert len(group.members) == 1, group
            assert group.members[0].assignment == tuple(stage.partitions(stage.spread)), group
        refused = (await stage.client.groups.delete([classic]))[classic]
        assert isinstance(refused, BrokerError)
        assert refused.code is ErrorCode.NON_EMPTY_GROUP


async def sets_and_reads_group_offsets(stage: Stage) -> None:
    groups = [f"{stage.group}-{n}" for n in range(20)]
    keys = stage.partitions(stage.spread)
    for number, group in enumerate(groups):
        outcome = await stage.client.group_offsets.commit(group, dict.fromkeys(keys, number))
        assert outcome == dict.fromkeys(keys), outcome
    fetched = await stage.client.group_offsets.fetch(dict.fromkeys(groups))
    for number, group in enumerate(groups):
        committed = fetched[group]
        assert not isinstance(committed, ClientError), committed
        assert [getattr(committed[key], "offset", None) for key in keys] == [number] * 6
    removed = await stage.client.group_offsets.delete(groups[0], keys[:1])
    assert removed == {keys[0]: None}
    assert await stage.client.groups.delete(groups) == dict.fromkeys(groups)


async def deletes_records_and_adds_partitions(stage: Stage) -> None:
    keys = stage.partitions(stage.spread)
    ends = await stage.client.offsets.find_all(keys, Position.LATEST)
    starts = await stage.client.offsets.delete_records({keys[0]: 3, keys[1]: HIGH_WATERMARK})
    end = ends[keys[1]]
    assert isinstance(end, ListedOffset)
    assert starts == {keys[0]: 3, keys[1]: end.offset}
    below = (await stage.client.fetcher().fetch({keys[0]: 0}))[keys[0]]
    assert isinstance(below, BrokerError)
    assert below.code is ErrorCode.OFFSET_OUT_OF_RANGE
    grown = await stage.client.topics.add_partitions({stage.spread: 8})
    assert grown == {stage.spread: None}
    shrunk = (await stage.client.topics.add_partitions({stage.spread: 2}))[stage.spread]
    assert isinstance(shrunk, BrokerError)
    assert shrunk.code is ErrorCode.INVALID_PARTITIONS


async def one_dead_node_hides_nothing_of_the_others(stage: Stage) -> None:
    """After a node was killed: its partitions are errors soon, all others are values."""
    keys = stage.partitions(stage.spread)
    begun = time.monotonic()
    found = await stage.client.offsets.find_all(keys, Position.LATEST)
    took_s = time.monotonic() - begun
    dead = [key for key in keys if isinstance(found[key], ClientError)]
    assert 0 < len(dead) < len(keys), found
    assert took_s < 6, f"took {took_s:.1f} s"
    directories = await stage.client.nodes.log_directories(stage.nodes)
    failed = [node for node in stage.nodes if isinstance(directories[node], ClientError)]
    assert len(failed) == 1, directories

    async def is_fenced() -> bool:
        return sorted(await stage.client.nodes.fenced()) == failed

    await eventually("the cluster tells of the dead node", is_fenced)

    async def are_groups_listed() -> bool:
        # Who takes the dead node's groups over loads them first, and lists none meanwhile.
        groups = await stage.client.groups.list_groups()
        return any(not isinstance(answer, ClientError) for answer in groups.values())

    await eventually("a living node lists its groups", are_groups_listed)


async def replicated_partitions_take_writes_without_the_dead_node(stage: Stage) -> None:
    producer = stage.client.producer(ProducerSettings(is_idempotent=True))
    outcomes = await producer.send(
        stage.replicated, [Outgoing(b"after", partition=n % 6) for n in range(60)]
    )
    failed = [outcome for outcome in outcomes if isinstance(outcome, ClientError)]
    assert not failed, failed[:3]


async def all_is_well_after_the_restart(stage: Stage) -> None:
    async def is_well() -> bool:
        found = await stage.client.offsets.find_all(stage.partitions(stage.spread), Position.LATEST)
        directories = await stage.client.nodes.log_directories()
        errors = [*found.values(), *directories.values()]
        last[:] = [error for error in errors if isinstance(error, ClientError)]
        return sorted(directories) == stage.nodes and not last

    last: list[ClientError] = []
    try:
        await eventually("every partition and node answers", is_well)
    except AssertionError as error:
        raise AssertionError(f"{error}: {last}") from error


async def deletes_topics(stage: Stage) -> None:
    names = [stage.spread, stage.replicated]
    assert await stage.client.topics.delete(names) == dict.fromkeys(names)


HEALTHY: list[Check] = [
    creates_topics,
    writes_and_reads_every_codec,
    keys_go_where_the_java_client_puts_them,
    skips_aborted_transactions,
    finds_offsets,
    describes_and_alters_configs,
    tells_log_directories_and_versions,
    sees_groups_with_members,
    sets_and_reads_group_offsets,
    deletes_records_and_adds_partitions,
]
KILLED: list[Check] = [
    one_dead_node_hides_nothing_of_the_others,
    replicated_partitions_take_writes_without_the_dead_node,
]
RESTARTED: list[Check] = [all_is_well_after_the_restart]


async def passes(check: Check, stage: Stage) -> bool:
    """Carry out one check and print how it went."""
    name = check.__name__.replace("_", " ")
    begun = time.monotonic()
    try:
        await check(stage)
    except (AssertionError, ClientError, KafkaException) as error:
        print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
        return False
    print(f"ok      {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    return True


async def carry_out(bootstrap: str, kill: NodeAct | None, restart: NodeAct | None) -> bool:
    """All checks in order; True when none failed. The acts block and are given a node's id."""
    clock, entropy = SystemClock(), SystemEntropy()
    prefix = f"interop-{entropy.uuid_bytes().hex()[:8]}"
    async with KafkaClient.of(bootstrap, clock=clock, entropy=entropy) as client:
        stage = Stage(client, bootstrap, prefix)
        results = [await passes(check, stage) for check in HEALTHY]
        if kill is not None and restart is not None and len(stage.nodes) > 1:
            node = stage.nodes[-1]
            await asyncio.to_thread(kill, node)
            results += [await passes(check, stage) for check in KILLED]
            await asyncio.to_thread(restart, node)
            results += [await passes(check, stage) for check in RESTARTED]
        results.append(await passes(deletes_topics, stage))
        return all(results)
