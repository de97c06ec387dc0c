"""The message browser's scans on a real three-node Apache Kafka.

Transactions leave offsets without records, librdkafka compresses what it sends, one node dies, and
the offsets topic holds what Kafka itself writes.
"""

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest
from confluent_kafka import Producer

from console.adapters.kafka import KafkaCluster
from console.messages.filter import parse_record_filter
from console.messages.formats import Format, Part, default_decode, told_format
from console.messages.plan import Order, Query, make_plan
from console.messages.progress import Ending, Progress
from console.messages.scan import Scan
from console.model.names import TopicPartition
from console.port.readings import Standing
from engine.kernel.system import SystemClock, SystemEntropy
from tests.peers.apache_kafka import ApacheKafka
from tests.support.group_reader import GroupReader, create_topic, write
from tests.support.heard import Heard

pytestmark = [
    pytest.mark.needs("apache-kafka"),
    pytest.mark.timeout(300),
    pytest.mark.long,
]


@pytest.fixture
async def cluster(kafka: ApacheKafka) -> AsyncIterator[KafkaCluster]:
    """A way to the cluster."""
    clock, entropy = SystemClock(), SystemEntropy()
    async with KafkaCluster(kafka.bootstrap, clock=clock, entropy=entropy) as found:
        yield found


async def scanned(
    cluster: KafkaCluster, topic: str, count: int, order: Order, text: str = ""
) -> tuple[Heard, Progress]:
    """All of a topic that passes a filter."""
    clock = SystemClock()
    keep = parse_record_filter(text, clock.wall_ms(), topic=topic, decode=default_decode)
    plan = await make_plan(cluster.reads, Query(topic, range(count), order))
    heard = Heard()
    if keep is None:
        scan = Scan(cluster.records, cluster.reads, plan, clock)
    else:
        scan = Scan(cluster.records, cluster.reads, plan, clock, keep=keep, wanted=keep.wanted)
    return heard, await scan.run(heard, limit=100_000)


def write_in_transactions(kafka: ApacheKafka, topic: str) -> None:
    """Ten transactions of five records in partition 0; every other one is aborted."""
    settings = {
        "bootstrap.servers": kafka.bootstrap,
        "transactional.id": topic,
        "compression.type": "lz4",
    }
    producer = Producer(settings)
    producer.init_transactions()
    for number in range(10):
        producer.begin_transaction()
        for each in range(5):
            value = f'{{"transaction": {number}, "each": {each}}}'
            producer.produce(topic, value.encode(), key=b"k", partition=0)
        # What was not sent yet would never be: an abort throws it away.
        assert producer.flush(30) == 0
        if number % 2:
            producer.abort_transaction()
        else:
            producer.commit_transaction()


@pytest.mark.parametrize("order", Order)
async def test_markers_of_transactions_are_passed(
    kafka: ApacheKafka, cluster: KafkaCluster, order: Order
) -> None:
    topic = f"transactions-{order.name.lower()}"
    create_topic(kafka.bootstrap, topic, 1, replication=3)
    write_in_transactions(kafka, topic)
    heard, progress = await scanned(cluster, topic, 1, order)
    assert progress.ending is Ending.END
    assert progress.scanned_offsets == progress.total_offsets == 60
    assert len(heard.hits) == 50
    heard, progress = await scanned(cluster, topic, 1, order, "value.transaction == 4")
    assert [hit.record.offset // 6 for hit in heard.hits] == [4] * 5


def standings(heard: Heard) -> list[tuple[int, Standing]]:
    return [(hit.record.offset, hit.record.standing) for hit in heard.hits]


def transactional(kafka: ApacheKafka, name: str) -> Producer:
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": name})
    producer.init_transactions()
    return producer


def produce(producer: Producer, topic: str, *values: bytes) -> None:
    """Into partition 0, and wait until it is stored."""
    for value in values:
        producer.produce(topic, value, partition=0)
    assert producer.flush(30) == 0


async def test_records_of_open_and_aborted_transactions_are_told(
    kafka: ApacheKafka, cluster: KafkaCluster
) -> None:
    """Goal: each record says what readers of committed records make of it, as Kafka does.

    Method: offsets 0 and 1 are committed, 3 and 4 aborted, 2 and 5 are markers; 6 is open, 7 is
    plain behind it, 8 is committed behind it with its marker at 9. Then the open one is aborted.
    """
    topic = "standings"
    create_topic(kafka.bootstrap, topic, 1, replication=3)
    first, second = transactional(kafka, "first"), transactional(kafka, "second")
    first.begin_transaction()
    produce(first, topic, b"0", b"1")
    first.commit_transaction()
    first.begin_transaction()
    produce(first, topic, b"3", b"4")
    first.abort_transaction()
    first.begin_transaction()
    produce(first, topic, b"6")
    produce(Producer({"bootstrap.servers": kafka.bootstrap}), topic, b"7")
    second.begin_transaction()
    produce(second, topic, b"8")
    second.commit_transaction()
    settled = [(0, Standing.SETTLED), (1, Standing.SETTLED)]
    aborted = [(3, Standing.ABORTED), (4, Standing.ABORTED)]
    opened = [(6, Standing.OPEN), (7, Standing.HELD_BACK), (8, Standing.OPEN)]
    for order in Order:
        heard, progress = await scanned(cluster, topic, 1, order)
        assert sorted(standings(heard)) == settled + aborted + opened
        assert all(int(hit.record.value or b"") == hit.record.offset for hit in heard.hits)
        assert progress.scanned_offsets == progress.total_offsets
    first.abort_transaction()
    ended = [(6, Standing.ABORTED), (7, Standing.SETTLED), (8, Standing.SETTLED)]
    key = TopicPartition(topic, 0)
    while (await cluster.reads.stable_offsets([key]))[key] != 11:
        # Markers are written behind the answer to the producer.
        await asyncio.to_thread(second.list_topics, timeout=10)
    heard, _ = await scanned(cluster, topic, 1, Order.OLDEST_FIRST)
    assert standings(heard) == settled + aborted + ended


async def test_a_node_that_dies_costs_its_own_partitions(
    kafka: ApacheKafka, cluster: KafkaCluster
) -> None:
    create_topic(kafka.bootstrap, "alone", 6, replication=1)
    write(kafka.bootstrap, "alone", 600, 6)
    heard, progress = await scanned(cluster, "alone", 6, Order.NEWEST_FIRST)
    assert len(heard.hits) == 600
    plan = await make_plan(cluster.reads, Query("alone", range(6)))
    layout = await cluster.reads.layout()
    (topic,) = (each for each in layout.topics if each.name == "alone")
    lost = {TopicPartition("alone", each.index) for each in topic.partitions if each.leader == 3}
    assert lost
    kafka.end(3, signal.SIGKILL)
    try:
        scan = Scan(cluster.records, cluster.reads, plan, SystemClock())
        heard = Heard()
        progress = await scan.run(heard, limit=100_000)
        assert progress.failures.keys() == lost
        assert len(heard.hits) == 100 * (6 - len(lost))
    finally:
        kafka.launch(3)
        kafka.wait()
    while progress.failures:
        # The client waits for a node that was away for a while only; the next run asks again.
        progress = await scan.run(heard, limit=100_000)
    assert len(set(heard.places())) == len(heard.hits) == 600


async def test_what_kafka_writes_of_groups_is_decoded(
    kafka: ApacheKafka, cluster: KafkaCluster
) -> None:
    create_topic(kafka.bootstrap, "read", 1, replication=3)
    write(kafka.bootstrap, "read", 42, 1)
    with GroupReader(kafka.bootstrap, "decoded", "read", 1) as reader:
        reader.read(42)
        text = 'key.group == "decoded" and key.topic == "read" and value.offset == 42'
        heard, _ = await scanned(cluster, "__consumer_offsets", 50, Order.NEWEST_FIRST, text)
    assert heard.hits
    for part in Part:
        assert told_format(heard.hits[0], part).format is Format.GROUP_RECORD
    heard, _ = await scanned(cluster, "__consumer_offsets", 50, Order.NEWEST_FIRST)
    formats = {told_format(hit, part).format for hit in heard.hits for part in Part}
    assert formats <= {Format.GROUP_RECORD, Format.NULL}
