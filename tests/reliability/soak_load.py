"""The steady load of a soak: its topics, and the producers that write to them.

Each producer is a `tests.reliability.load` in a process of its own with a journal of its own.
"""

import time
from collections.abc import Iterable
from pathlib import Path

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)

from tests.reliability.ledger import topic_ledger
from tests.reliability.producers import Load, start_load
from tests.support.served import ServedBroker

PARTITIONS = 3
KEYS = 999
EXPIRING, COMPACTED = "expiring", "compacted"
# Bounded by bytes, so that as many segments are there whatever else the machine does: each takes a
# descriptor and, with its indexes, some memory. Where few records come the time is what bounds.
TOPICS = {
    EXPIRING: {
        "retention.bytes": "134217728",
        "retention.ms": "180000",
        "segment.ms": "30000",
        "segment.bytes": "4194304",
    },
    COMPACTED: {
        "cleanup.policy": "compact",
        "min.cleanable.dirty.ratio": "0.1",
        "segment.ms": "20000",
        "segment.bytes": "4194304",
    },
}
LOADS = {
    "idempotent": (EXPIRING,),
    "plain": (EXPIRING, "--plain"),
    "keyed": (COMPACTED, "--keys", str(KEYS)),
}
"""Of each producer the topic, and how it writes."""
# Few partitions of offsets with the smallest segments: all are open and have been compacted, which
# is when they take their memory, before the warm-up of a long run ends.
CONFIG = """[engine]
"log.retention.check.interval.ms" = 5000
"log.cleaner.backoff.ms" = 5000
"offsets.topic.num.partitions" = 5
"offsets.topic.segment.bytes" = 1048576
"group.consumer.min.session.timeout.ms" = 10000
"group.consumer.session.timeout.ms" = 10000
"group.consumer.min.heartbeat.interval.ms" = 1000
"group.consumer.heartbeat.interval.ms" = 1000
"""
UNBOUNDED_RATE = 300_000
MEASURED_S = 10


def start_loads(bootstrap: str, journal: Path, rate: int, seed: int) -> list[Load]:
    """Start the producers, which share the rate; each ends when its standard input is closed."""
    journal.mkdir(parents=True)
    return [
        start_load(
            bootstrap,
            journal,
            name,
            load,
            partitions=PARTITIONS,
            rate=rate // len(LOADS),
            seed=seed + number,
        )
        for number, (name, load) in enumerate(LOADS.items())
    ]


def end(loads: Iterable[Load]) -> None:
    """Let the producers finish what is under way."""
    for load in loads:
        assert load.stdin is not None
        load.stdin.close()
    for load in loads:
        load.wait(120)


def journals(directory: Path, topic: str) -> list[Path]:
    """The journals of the producers of a topic."""
    return [directory / f"{name}.journal" for name, load in LOADS.items() if load[0] == topic]


def make_topics(admin: AdminClient) -> None:
    made = admin.create_topics(
        [NewTopic(name, PARTITIONS, 1, config=config) for name, config in TOPICS.items()]
    )
    for future in made.values():
        future.result(30)


def keep_all_from_now_on(admin: AdminClient, topic: str) -> None:
    """Stop retention, which would take away what is being judged."""
    keep = [
        ConfigEntry(key, "-1", incremental_operation=AlterConfigOpType.SET)
        for key in ("retention.bytes", "retention.ms")
    ]
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=keep)
    for future in admin.incremental_alter_configs([resource]).values():
        future.result(30)


def measured_rate(work: Path, seed: int) -> int:
    """Records per second that these producers reach, on a broker of their own."""
    journal = work / "measured-journal"
    with ServedBroker(work / "measured", config=CONFIG) as broker:
        make_topics(AdminClient({"bootstrap.servers": broker.address}))
        started = time.monotonic()
        loads = start_loads(broker.address, journal, UNBOUNDED_RATE, seed)
        time.sleep(MEASURED_S)
        end(loads)
        took_s = time.monotonic() - started
    acknowledged = sum(topic_ledger(journals(journal, topic)).acknowledged for topic in TOPICS)
    return int(acknowledged / took_s)
