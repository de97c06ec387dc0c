"""Four unmodified Kafka clients behind one shape: write lines to a topic, read lines from it.

Each client runs with its own defaults but for the codec and what a test asks for. All of them
write to partition 0, where order is promised.
"""

import asyncio
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
TIMEOUT_S = 240

Writer = Callable[[str, str, Sequence[bytes], str], None]
Reader = Callable[[str, str, int], list[bytes]]


@dataclass(frozen=True, slots=True)
class Client:
    """How one client library writes and reads."""

    name: str
    write: Writer
    read: Reader


def kcat_write(bootstrap: str, topic: str, lines: Sequence[bytes], codec: str) -> None:
    subprocess.run(
        [
            *("kcat", "-P", "-q", "-b", bootstrap, "-t", topic, "-p", "0", "-z", codec),
            *("-X", "enable.idempotence=true"),
        ],
        input=b"".join(line + b"\n" for line in lines),
        check=True,
        timeout=TIMEOUT_S,
    )


def kcat_read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    done = subprocess.run(
        [
            *("kcat", "-C", "-q", "-b", bootstrap, "-t", topic, "-p", "0"),
            *("-o", "beginning", "-c", str(count)),
        ],
        stdout=subprocess.PIPE,
        check=True,
        timeout=TIMEOUT_S,
    )
    return done.stdout.split(b"\n")[:-1]


def confluent_write(bootstrap: str, topic: str, lines: Sequence[bytes], codec: str) -> None:
    from confluent_kafka import Producer

    failed: list[str] = []
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "compression.type": codec,
            "enable.idempotence": True,
            "queue.buffering.max.messages": 1_000_000,
        }
    )

    def told(error: Any, message: Any) -> None:
        if error is not None:
            failed.append(str(error))

    for line in lines:
        producer.produce(topic, line, partition=0, on_delivery=told)
        producer.poll(0)
    assert producer.flush(TIMEOUT_S) == 0
    assert not failed, failed[:3]


def confluent_read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": f"read-{topic}"})
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    lines: list[bytes] = []
    while len(lines) < count:
        batch = consumer.consume(min(10_000, count - len(lines)), timeout=20)
        assert batch, f"nothing more after {len(lines)} of {count}"
        for message in batch:
            assert message.error() is None, message.error()
            lines.append(message.value() or b"")
    consumer.close()
    return lines


def kafka_python_write(bootstrap: str, topic: str, lines: Sequence[bytes], codec: str) -> None:
    from kafka import KafkaProducer

    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        compression_type=None if codec == "none" else codec,
        acks="all",
        linger_ms=5,
    )
    pending = [producer.send(topic, line, partition=0) for line in lines]
    producer.flush(TIMEOUT_S)
    assert [f.get(timeout=TIMEOUT_S).offset for f in pending] == list(range(len(lines)))
    producer.close()


def kafka_python_read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    from kafka import KafkaConsumer, TopicPartition

    consumer = KafkaConsumer(bootstrap_servers=bootstrap, consumer_timeout_ms=20_000)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    lines: list[bytes] = []
    for record in consumer:
        lines.append(record.value)
        if len(lines) == count:
            break
    consumer.close()
    return lines


def aiokafka_write(bootstrap: str, topic: str, lines: Sequence[bytes], codec: str) -> None:
    from aiokafka import AIOKafkaProducer

    async def write() -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            compression_type=None if codec == "none" else codec,
            enable_idempotence=True,
            linger_ms=5,
        )
        async with producer:
            pending = [await producer.send(topic, line, partition=0) for line in lines]
            await producer.flush()
            offsets = [(await future).offset for future in pending]
        assert offsets == list(range(len(lines)))

    asyncio.run(asyncio.wait_for(write(), TIMEOUT_S))


def aiokafka_read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    from aiokafka import AIOKafkaConsumer, TopicPartition

    async def read() -> list[bytes]:
        lines: list[bytes] = []
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        async with consumer:
            partition = TopicPartition(topic, 0)
            consumer.assign([partition])
            while len(lines) < count:
                found = await consumer.getmany(timeout_ms=20_000)
                assert found, f"nothing more after {len(lines)} of {count}"
                lines.extend(record.value for record in found[partition])
        return lines

    return asyncio.run(asyncio.wait_for(read(), TIMEOUT_S))


CLIENTS = {
    client.name: client
    for client in (
        Client("kcat", kcat_write, kcat_read),
        Client("confluent", confluent_write, confluent_read),
        Client("kafka-python", kafka_python_write, kafka_python_read),
        Client("aiokafka", aiokafka_write, aiokafka_read),
    )
}
