"""The workloads, each a function of a running broker that returns its figures by name and unit.

Clients are unmodified: kcat (librdkafka) writes the bulk loads, confluent-kafka measures one record
in flight. They cost the same for every broker; what differs is the broker.
"""

import random
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil

from tests.bench.contestants import cpu_seconds, user_seconds

PARTITIONS = 6
RECORD_BYTES = 1024
TOPICS_PER_REQUEST = 20

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a workload does. `work` is a directory for what is made once for all rounds."""

    work: Path
    bulk_bytes: int
    tail_bytes: int
    single_records: int
    recover_bytes: int
    partitions: int


def create_topic(
    bootstrap: str, partitions: int = PARTITIONS, config: Mapping[str, str] | None = None
) -> str:
    """Create a topic with a name of its own and return the name."""
    from confluent_kafka.admin import AdminClient, NewTopic

    name = f"bench-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topic = NewTopic(name, partitions, 1, config=dict(config or {}))
    admin.create_topics([topic])[name].result(60)
    return name


def write_to_each(bootstrap: str, topic: str, partitions: int) -> None:
    """Write a record to each partition: a broker may answer before a new one can be written."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": bootstrap})
    for partition in range(partitions):
        producer.produce(topic, b"first", partition=partition)
    assert producer.flush(60) == 0


def find_coordinators(bootstrap: str) -> None:
    """Have the broker make and load the topic of offsets, by one commit of one group.

    A Kafka that has just made the topic answers for a while that it is not the coordinator, and
    then that it loads.
    """
    from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

    awaited = (KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_LOAD_IN_PROGRESS)
    topic = create_topic(bootstrap, 1)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": f"first-{topic}"})
    deadline = time.monotonic() + 60
    while True:
        try:
            consumer.commit(offsets=[TopicPartition(topic, 0, 0)], asynchronous=False)
            break
        except KafkaException as refused:
            if refused.args[0].code() not in awaited or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    consumer.close()
    delete_topic(bootstrap, topic)


def delete_topic(bootstrap: str, name: str) -> None:
    """Delete a topic and wait for the answer."""
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": bootstrap})  # ends its requests when it is dropped
    admin.delete_topics([name])[name].result(60)


def record_file(directory: Path, size_bytes: int, record_bytes: int = RECORD_BYTES) -> Path:
    """A file of random printable lines of one record each, made once for all rounds."""
    path = directory / f"records-{size_bytes}-{record_bytes}"
    if path.exists():
        return path
    chance = random.Random(1)
    alphabet = bytes(range(33, 127)) * 3
    block = b"".join(
        bytes(chance.choices(alphabet, k=record_bytes - 1)) + b"\n" for _ in range(1024)
    )
    with path.open("wb") as file:
        for _ in range(max(1, size_bytes // len(block))):
            file.write(block)
    return path


def bulk_produce(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """W1: write a file of 1 KB records, six partitions, acks=all, librdkafka's own batching."""
    return _bulk(bootstrap, process, record_file(sizes.work, sizes.bulk_bytes))


def small_records(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """W2: the same with records of 100 bytes."""
    records = record_file(sizes.work, sizes.bulk_bytes // 4, 100)
    figures = _bulk(bootstrap, process, records)
    per_million = 100 * 1_000_000 / 1e9
    return {
        "million records/s": figures["MB/s"] / 100,
        "broker CPU s/million": figures["broker CPU s/GB"] * per_million,
    }


def _bulk(bootstrap: str, process: psutil.Process, records: Path) -> Figures:
    topic = create_topic(bootstrap)
    size = records.stat().st_size
    before, user_before = cpu_seconds(process), user_seconds(process)
    started = time.perf_counter()
    produce_file(bootstrap, topic, records)
    seconds = time.perf_counter() - started
    used, user = cpu_seconds(process) - before, user_seconds(process) - user_before
    delete_topic(bootstrap, topic)
    return {
        "MB/s": size / 1e6 / seconds,
        "broker CPU s/GB": used / (size / 1e9),
        "of it outside the kernel": user / (size / 1e9),
    }


def produce_file(bootstrap: str, topic: str, records: Path, *options: str) -> None:
    """Write every line of a file as a record with kcat and wait for every acknowledgement."""
    subprocess.run(
        [
            *("kcat", "-P", "-q", "-b", bootstrap, "-t", topic, "-l", str(records)),
            *("-X", "acks=all", "-X", "linger.ms=5", "-X", "queue.buffering.max.kbytes=1048576"),
            *("-X", "queue.buffering.max.messages=1000000"),
            *options,
        ],
        check=True,
        timeout=600,
    )


def one_in_flight(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """W3: one record at a time, acks=all, the next when the last is acknowledged."""
    topic = create_topic(bootstrap, 1)
    records = sizes.single_records
    latencies = list(islice(acknowledgements(bootstrap, topic), records + records // 10))
    del latencies[: records // 10]
    delete_topic(bootstrap, topic)
    cuts = statistics.quantiles(latencies, n=1000)
    return {"p50 us": cuts[499], "p99 us": cuts[989], "p99.9 us": cuts[998]}


def acknowledgements(bootstrap: str, topic: str) -> Iterator[float]:
    """Microseconds to the acknowledgement of a record of 100 bytes, one after the other."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0})
    body = b"x" * 100
    while True:
        started = time.perf_counter()
        producer.produce(topic, body, partition=0)
        assert producer.flush(60) == 0
        yield (time.perf_counter() - started) * 1e6


def first_acknowledgement(bootstrap: str, topic: str, started: float) -> float:
    """Seconds from `started` until one record is acknowledged by a broker that may be starting."""
    from confluent_kafka import Producer

    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": "all",
            "linger.ms": 0,
            "reconnect.backoff.ms": 10,
            "reconnect.backoff.max.ms": 20,
            "retry.backoff.ms": 10,
            "topic.metadata.refresh.fast.interval.ms": 10,
            "log_level": 0,
        }
    )
    producer.produce(topic, b"first", partition=0)
    assert producer.flush(300) == 0
    return time.perf_counter() - started


def create_many(bootstrap: str, count: int) -> float:
    """W7: seconds to create `count` partitions in topics of a hundred, until all have leaders.

    Kafka's controller takes at most 10,000 records of metadata in one request
    (`QuorumController.MAX_RECORDS_PER_USER_OP`), so that it is asked for twenty topics at a time.
    """
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap})
    started = time.perf_counter()
    topics = [NewTopic(f"many-{number}", 100, 1) for number in range(count // 100)]
    for at in range(0, len(topics), TOPICS_PER_REQUEST):
        some = topics[at : at + TOPICS_PER_REQUEST]
        for created in admin.create_topics(some, request_timeout=600).values():
            created.result(600)
    wait_for_leaders(bootstrap, count)
    return time.perf_counter() - started


def wait_for_leaders(bootstrap: str, count: int) -> None:
    """Wait until metadata shows `count` partitions with a leader and one of them takes a record."""
    from confluent_kafka import KafkaException, Producer
    from confluent_kafka.admin import AdminClient

    deadline = time.monotonic() + 600
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    while True:
        try:
            topics = admin.list_topics(timeout=10).topics.values()
        except KafkaException:
            topics = []
        led = sum(each.leader >= 0 for topic in topics for each in topic.partitions.values())
        if led >= count:
            break
        assert time.monotonic() < deadline, f"{led} of {count} partitions have leaders"
        time.sleep(0.1)
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0})
    producer.produce("many-0", b"x", partition=0)
    assert producer.flush(300) == 0


def idle(process: psutil.Process, seconds: float) -> Figures:
    """W11: memory and CPU of a broker that nobody uses."""
    before = cpu_seconds(process)
    time.sleep(seconds)
    used = cpu_seconds(process) - before
    return {"resident MB": process.memory_info().rss / 1e6, "CPU %": 100 * used / seconds}


def disk_baseline(directory: Path, appends: int = 300) -> Figures:
    """What one fdatasync of a 1 KB append costs on this file system, without any broker."""
    import os

    latencies = []
    with tempfile.NamedTemporaryFile(dir=directory) as file:
        for _ in range(appends):
            started = time.perf_counter()
            os.write(file.fileno(), b"x" * 1024)
            os.fdatasync(file.fileno())
            latencies.append((time.perf_counter() - started) * 1e6)
    cuts = statistics.quantiles(latencies, n=100)
    return {"fdatasync p50 us": cuts[49], "fdatasync p99 us": cuts[98]}
