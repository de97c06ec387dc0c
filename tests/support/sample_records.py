"""Messages to read: a topic of the busy cluster with orders, texts, tombstones and bytes.

Computed from constants, so that frames compare equal from run to run.
"""

import json
import struct

from console.port.readings import RecordReading
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import FakePartition, Flow

TOPIC = "orders.placed"
PARTITIONS, PER_PARTITION = 12, 40
STEP_MS = 7_310
CITIES = ("Łódź", "Aarhus", "東京", "Málaga", "Bern")


def sample_records(cluster: FakeCluster) -> None:
    """Put the messages into the cluster: the newest is as old as a step, in partition 0."""
    topic = cluster.world.add_topic(TOPIC, PARTITIONS)
    now_ms = cluster.world.clock.wall_ms()
    for number in range(PARTITIONS * PER_PARTITION):
        index = number % PARTITIONS
        age_ms = STEP_MS * (PARTITIONS * PER_PARTITION - number)
        add_record(topic.partitions[index], now_ms - age_ms, *_contents(number))


def add_record(
    partition: FakePartition,
    at_ms: int,
    key: bytes | None,
    value: bytes | None,
    headers: tuple[tuple[str, bytes | None], ...] = (),
) -> int:
    """Append a message to a partition; its offset."""
    offset = partition.end.value
    partition.records[offset] = RecordReading(offset, at_ms, key, value, headers)
    partition.end = Flow(offset + 1)
    return offset


def _contents(
    number: int,
) -> tuple[bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]:
    key = f"customer-{number * 37 % 400:04d}".encode()
    headers = (("trace", f"{number:08x}".encode()), ("source", b"shop"))
    if number % 11 == 3:
        return key, None, ()
    if number % 17 == 5:
        return None, f"refused: card {number} has expired".encode(), ()
    if number % 29 == 7:
        return struct.pack(">q", number), bytes(range(number % 40, 96)), (("raw", b"\x00\xff"),)
    order = {
        "order": f"A-{10_000 + number}",
        "total": round(12.5 + number * 3.75 % 900, 2),
        "city": CITIES[number % len(CITIES)],
        "items": [{"sku": f"S-{number % 7}", "count": 1 + number % 3}],
        "isPaid": number % 4 != 0,
    }
    return key, json.dumps(order, ensure_ascii=False).encode(), headers
