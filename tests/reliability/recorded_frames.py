"""Requests of real clients, as they came over the wire: what fuzzing begins with.

    python -m tests.reliability.recorded_frames

Lets three client libraries write, read, join groups of both protocols and administer a broker
through `tests.reliability.proxy`, and keeps two frames of each API and version in
`recorded_frames.json`, in hexadecimal and without their length.
"""

import asyncio
import json
import struct
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from engine.protocol.headers import decode_request_header
from tests.interop.clients import (
    aiokafka_read,
    aiokafka_write,
    confluent_read,
    confluent_write,
    kafka_python_read,
    kafka_python_write,
)
from tests.reliability.proxy import Proxy
from tests.support.served import ServedBroker

KEPT = Path(__file__).with_suffix(".json")
EACH_MAX = 2
FRAME_BYTES_MAX = 2_048
LINES = [b"line %d" % number for number in range(20)]
TIMEOUT_S = 20


def recorded_frames() -> list[bytes]:
    """What was kept."""
    return [bytes.fromhex(each) for each in json.loads(KEPT.read_text())]


def record() -> list[bytes]:
    """Let the clients talk, and choose among what they said. Blocking; takes half a minute."""
    proxy = Proxy(1, keeps_said=True)
    config = f'[engine]\n"advertised.listeners" = ["{proxy.address}"]\n'
    with tempfile.TemporaryDirectory() as place, closing(proxy):
        broker = ServedBroker(Path(place) / "data", config=config)
        proxy.lead_to(broker.start())
        try:
            _talk(proxy.address)
        finally:
            broker.kill()
    return list(_chosen(_frames(proxy.said)))


def _talk(address: str) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": address})
    for future in admin.create_topics([NewTopic("lines", 2, 1), NewTopic("gone", 1, 1)]).values():
        future.result(TIMEOUT_S)
    pairs: tuple[tuple[Callable[..., object], Callable[..., object], str], ...] = (
        (confluent_write, confluent_read, "zstd"),
        (kafka_python_write, kafka_python_read, "gzip"),
        (aiokafka_write, aiokafka_read, "lz4"),
    )
    for number, (write, read, codec) in enumerate(pairs):
        topic = f"lines-{number}"
        admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(TIMEOUT_S)
        write(address, topic, LINES, codec)
        read(address, topic, len(LINES))
    for protocol in ("classic", "consumer"):
        _read_in_group(address, protocol)
    asyncio.run(_read_in_aiokafka_group(address))
    _read_in_kafka_python_group(address)
    _administer(address)


def _read_in_group(address: str, protocol: str) -> None:
    from confluent_kafka import Consumer

    consumer = Consumer(
        {
            "bootstrap.servers": address,
            "group.id": f"readers-{protocol}",
            "group.protocol": protocol,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe(["lines-0"])
    assert consumer.consume(len(LINES), timeout=TIMEOUT_S)
    consumer.commit(asynchronous=False)
    consumer.close()


async def _read_in_aiokafka_group(address: str) -> None:
    from aiokafka import AIOKafkaConsumer

    consumer = AIOKafkaConsumer(
        "lines-2", bootstrap_servers=address, group_id="readers", auto_offset_reset="earliest"
    )
    async with consumer:
        await asyncio.wait_for(consumer.getone(), TIMEOUT_S)
        await consumer.commit()


def _read_in_kafka_python_group(address: str) -> None:
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        "lines-1", bootstrap_servers=address, group_id="old", auto_offset_reset="earliest"
    )
    assert consumer.poll(timeout_ms=TIMEOUT_S * 1000)
    consumer.commit()
    consumer.close()


def _administer(address: str) -> None:
    from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
    from confluent_kafka.admin import (
        AdminClient,
        ConfigResource,
        NewPartitions,
        OffsetSpec,
    )

    admin = AdminClient({"bootstrap.servers": address})
    lines = TopicPartition("lines", 0)
    asked: list[object] = [
        *admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, "lines")]).values(),
        *admin.create_partitions([NewPartitions("gone", 2)]).values(),
        admin.list_consumer_groups(),
        *admin.describe_consumer_groups(["readers", "readers-consumer"]).values(),
        *admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions("readers")]).values(),
        *admin.list_offsets({lines: OffsetSpec.latest()}).values(),
        *admin.delete_records([TopicPartition("lines-0", 0, 3)]).values(),
        *admin.delete_consumer_groups(["readers"]).values(),
        *admin.delete_topics(["gone"]).values(),
        admin.describe_cluster(),
    ]
    for each in asked:
        each.result(TIMEOUT_S)  # type: ignore[attr-defined]


def _frames(streams: Iterable[bytes]) -> Iterator[bytes]:
    for stream in streams:
        at = 0
        while at + 4 <= len(stream):
            (length,) = struct.unpack_from(">i", stream, at)
            if at + 4 + length > len(stream):
                break
            yield bytes(stream[at + 4 : at + 4 + length])
            at += 4 + length


def _chosen(frames: Iterable[bytes]) -> Iterator[bytes]:
    """At most so many of each API and version, the shortest first: they are cheap to alter."""
    counts: Counter[tuple[int, int]] = Counter()
    for frame in sorted(set(frames), key=lambda each: (len(each), each)):
        header, _ = decode_request_header(frame)
        kind = (header.api_key, header.api_version)
        counts[kind] += 1
        if counts[kind] <= EACH_MAX and len(frame) <= FRAME_BYTES_MAX:
            yield frame


def main() -> int:
    frames = record()
    KEPT.write_text(json.dumps([each.hex() for each in frames], indent=0) + "\n")
    kinds = {decode_request_header(each)[0][:2] for each in frames}
    print(f"{len(frames)} frames of {len(kinds)} APIs and versions in {KEPT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
