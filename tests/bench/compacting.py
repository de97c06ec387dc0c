"""What compaction costs those who write to other topics meanwhile, and how fast it goes.

A topic is filled with records that mostly make each other outdated; then one record after the other
is written to another topic, first while the broker does nothing else, then while it compacts. That
it does is seen in its data directory: both brokers write `.cleaned` files, and tell in
`cleaner-offset-checkpoint` how far they came.
"""

import random
import statistics
import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from tests.bench import workloads
from tests.bench.contestants import Contestant, wait_until_answering
from tests.bench.procedures import Bench, end_all
from tests.bench.workloads import Figures

KEYS = 100_000
VALUE_BYTES = 200
SEGMENT_BYTES = 16 * 1024 * 1024
BEGIN_SECONDS_MAX = 60
HELD, RELEASED = "1", "0.01"
"""Dirty shares from which on the topic is compacted: never, and at once."""


def while_compacting(bench: Bench, workload: str, contestants: Mapping[str, Contestant]) -> None:
    """Latencies of one record in flight, with and without compaction under way."""
    sizes = bench.sizes
    records = keyed_file(sizes.work, sizes.bulk_bytes // 2)
    for _ in range(bench.rounds):
        for name, contestant in contestants.items():
            contestant.prepare()
            address = contestant.spawn()
            wait_until_answering(address)
            topic = workloads.create_topic(address, 1)
            list(islice(workloads.acknowledgements(address, topic), sizes.single_records))
            table = create_table(address)
            workloads.produce_file(address, table, records, "-K", ":")
            alone = list(islice(workloads.acknowledgements(address, topic), sizes.single_records))
            set_dirty_ratio(address, table, RELEASED)
            figures = _measured(contestant.data, table, address, topic)
            bench.note(workload, name, _cuts("alone", alone) | figures)
            end_all([contestant])


def _measured(data: Path, table: str, address: str, topic: str) -> Figures:
    directory = data / f"{table}-0"
    deadline = time.monotonic() + BEGIN_SECONDS_MAX
    while not any(directory.glob("*.cleaned")):
        assert time.monotonic() < deadline, "no compaction begins"
        time.sleep(0.01)
    size = sum(path.stat().st_size for path in directory.glob("*.log"))
    started = time.perf_counter()
    latencies = []
    for latency in workloads.acknowledgements(address, topic):
        latencies.append(latency)
        if is_through(data, table):
            break
    seconds = time.perf_counter() - started
    return _cuts("compacting", latencies) | {"MB/s": size / 1e6 / seconds}


def _cuts(label: str, latencies: list[float]) -> Figures:
    cuts = statistics.quantiles(latencies, n=100)
    return {f"{label} p50 us": cuts[49], f"{label} p99 us": cuts[98]}


def is_through(data: Path, table: str) -> bool:
    """Whether a cleaning of the topic has ended."""
    try:
        lines = (data / "cleaner-offset-checkpoint").read_text().splitlines()
    except FileNotFoundError:
        return False
    return any(line.startswith(f"{table} 0 ") and not line.endswith(" 0") for line in lines)


def create_table(bootstrap: str) -> str:
    """A compacted topic that is left alone for now; its name."""
    from confluent_kafka.admin import AdminClient, NewTopic

    name = f"table-{time.monotonic_ns()}"
    configs = {
        "cleanup.policy": "compact",
        "segment.bytes": str(SEGMENT_BYTES),
        "min.cleanable.dirty.ratio": HELD,
    }
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, 1, 1, config=configs)])[name].result(60)
    return name


def set_dirty_ratio(bootstrap: str, topic: str, ratio: str) -> None:
    """Set `min.cleanable.dirty.ratio` of a topic."""
    from confluent_kafka.admin import (
        AdminClient,
        AlterConfigOpType,
        ConfigEntry,
        ConfigResource,
        ResourceType,
    )

    change = ConfigEntry(
        "min.cleanable.dirty.ratio", ratio, incremental_operation=AlterConfigOpType.SET
    )
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[change])
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for answer in admin.incremental_alter_configs([resource]).values():
        answer.result(60)


def keyed_file(directory: Path, size_bytes: int) -> Path:
    """A file of lines `key:value` with few keys, made once for all rounds."""
    path = directory / f"keyed-{size_bytes}"
    if not path.exists():
        chance = random.Random(2)
        values = [
            "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=VALUE_BYTES))
            for _ in range(512)
        ]
        with path.open("w") as file:
            for _ in range(size_bytes // (VALUE_BYTES + 10)):
                file.write(f"key-{chance.randrange(KEYS)}:{chance.choice(values)}\n")
    return path
