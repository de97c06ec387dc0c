"""Puts our broker and a real Apache Kafka through the same troubles, and tells what each did.

    python -m tests.reliability.beside [--kills 5] [--fills 3] [--flips 5] [--tears 6]
        [--rate RECORDS_PER_S] [--seed N] [--keep DIR] [--raw FILE]

Both are single brokers with their default settings on this machine, in the same run, with the same
clients and the same verifier. Four troubles (rows of the fault matrix):

- `kill -9` under load. The page cache outlives a process, so this asks nothing of a disk: of either
  broker all that was acknowledged should be there.
- A disk of 64 MB that another program fills, under load, and frees again (needs root and Linux).
- A bit that flips in the body of a batch in the middle of a log, while the broker is down: after a
  stop in order, and after a death that left time for checkpoints.
- What a write leaves that was cut short, behind the last batch of a log, after a death.

A sync that fails is not among them. Our broker is told of one by a launcher of its own
(`tests.reliability.failing_io`); a Java process would need a library in front of the system's, and
by its default settings Kafka acknowledges before it syncs, so that no acknowledgement tells of it.

Nothing is asserted: what came of each is the result, and the result is clean if all of it was tried
and our own broker lost nothing. Needs Java and Kafka's jars (`tests.peers.apache_kafka`). Prints
one JSON line.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Self

from confluent_kafka import Producer, TopicPartition

from tests.reliability import command
from tests.reliability.beside_logs import flipped, torn
from tests.reliability.either_broker import (
    ASKED_S,
    BROKERS,
    Broker,
    consumer_of,
    has_ended,
    make_topic,
)
from tests.reliability.evidence import acknowledgements, read_journals
from tests.reliability.producers import Producers
from tests.reliability.small_disk import MountedDisk
from tests.reliability.verifier import judge, read_all
from tests.reliability.witnesses import QUICK

DISK_BYTES = 64 << 20
PARTITIONS = 3
TOPIC, PROBED = "verified", "probed"
LOADS = {"idempotent-a": (TOPIC,), "idempotent-b": (TOPIC,)}
HARMS = (
    *("lost", "faults", "served_wrong_bytes", "of_other_batches", "logs_cut"),
    *("logs_too_long", "did_not_go_on"),
)
RESUME_S = 20
Told = dict[str, object]


class Loaded:
    """A broker under load. Whatever happens, its process does not outlive the context."""

    def __init__(self, broker: Broker, work: Path, seed: int, rate: int) -> None:
        self.broker = broker
        self.journal = work / "journal"
        self.journal.mkdir(parents=True)
        address = broker.start()
        make_topic(address, TOPIC, PARTITIONS)
        make_topic(address, PROBED, 1)
        self.producers = Producers(
            address, self.journal, LOADS, partitions=PARTITIONS, rate=rate, seed=seed
        )
        self.producers.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not has_ended(self.broker):
            self.broker.kill()

    def judged(self) -> Told:
        """What is there of what was acknowledged."""
        self.producers.end()
        records = read_all(self.broker.address, TOPIC, PARTITIONS)
        verdict = judge(dict(records), read_journals(self.journal))
        return {
            "acknowledged": verdict.acknowledged,
            "lost": verdict.lost,
            "faults": verdict.faults,
        }

    def last(self) -> tuple[int, int]:
        """A partition, and the highest offset in it that was acknowledged."""
        found = {
            partition: offset
            for path in self.journal.glob("*.journal")
            for partition, offset, _ in acknowledgements(path)
            if partition == 0
        }
        return 0, found[0]


def killed(make: Callable[[Path], Broker], work: Path, times: int, seed: int, rate: int) -> Told:
    """`kill -9` so often under load."""
    chance, slowest_s = Random(seed), 0.0
    with Loaded(make(work), work, seed, rate) as loaded:
        for _ in range(times):
            time.sleep(chance.uniform(0.05, 1.5))
            begun = time.monotonic()
            loaded.broker.kill()
            loaded.broker.start()
            loaded.producers.wait()
            slowest_s = max(slowest_s, time.monotonic() - begun)
        told = loaded.judged()
    return {"times": times, **told, "slowest_to_ack_s": round(slowest_s, 1)}


def filled(make: Callable[[Path], Broker], work: Path, times: int, seed: int, rate: int) -> Told:
    """A disk that is full so often, for as long as it takes to ask."""
    errors: set[str] = set()
    readable = ended = resumed = 0
    work.mkdir(parents=True)
    with (
        MountedDisk(work / "disk", DISK_BYTES) as disk,
        Loaded(make(disk.path / "broker"), work, seed, rate) as loaded,
    ):
        for _ in range(times):
            disk.fill(0)
            errors.add(_refusal(loaded.broker.address))
            readable += _is_read(loaded.broker.address, *loaded.last())
            ended += has_ended(loaded.broker)
            disk.free()
            has_resumed = _hears(loaded.producers)
            resumed += has_resumed
            if not has_resumed:
                if not has_ended(loaded.broker):
                    loaded.broker.kill()
                loaded.broker.start()
                loaded.producers.wait()
        told = loaded.judged()
    return {
        "times": times,
        "told_to_producers": sorted(errors),
        "readable_meanwhile": readable,
        "ended_by_itself": ended,
        "went_on_by_itself": resumed,
        **told,
    }


def _refusal(address: str) -> str:
    """What a producer without retries is told at last, for a record that does not fit."""
    producer = Producer(
        {
            **QUICK,
            "bootstrap.servers": address,
            "retries": 0,
            "message.timeout.ms": ASKED_S * 1000,
        }
    )
    deadline, answers = time.monotonic() + ASKED_S, ["nothing"]
    while time.monotonic() < deadline and answers[-1] in ("nothing", "taken"):
        producer.produce(
            PROBED,
            bytes(8000),
            on_delivery=lambda error, _: answers.append(error.name() if error else "taken"),
        )
        producer.flush(ASKED_S)
    return answers[-1]


def _is_read(address: str, partition: int, offset: int) -> bool:
    """Whether a record that was acknowledged can be read at this moment."""
    consumer = consumer_of(address, checks=True)
    consumer.assign([TopicPartition(TOPIC, partition, offset)])
    message = consumer.poll(ASKED_S)
    consumer.close()
    return message is not None and message.error() is None and message.offset() == offset


def _hears(producers: Producers) -> bool:
    """Whether every producer is acknowledged anew soon."""
    before, deadline = producers.counts(), time.monotonic() + RESUME_S
    while time.monotonic() < deadline:
        if all(now > then for now, then in zip(producers.counts(), before, strict=True)):
            return True
        time.sleep(0.1)
    return False


def run(
    kills: int, fills: int, flips: int, tears: int, seed: int, work: Path, *, rate: int = 600
) -> dict[str, object]:
    """Put both through all of it; the result as plain values, by trouble and broker."""
    told: dict[str, dict[str, Told]] = {}
    for name, make in BROKERS.items():
        place = work / name.replace(" ", "-")
        for trouble, tried in (
            ("killed", lambda at, make=make: killed(make, at, kills, seed, rate)),
            ("disk full", lambda at, make=make: filled(make, at, fills, seed, rate)),
            (
                "bit flipped after a stop",
                lambda at, make=make: flipped(make, at, flips, seed, is_dead=False),
            ),
            (
                "bit flipped after a death",
                lambda at, make=make: flipped(make, at, flips, seed, is_dead=True),
            ),
            ("torn tail", lambda at, make=make: torn(make, at, tears, seed)),
        ):
            result = tried(place / trouble.replace(" ", "-"))
            print(f"{name}, {trouble}: {result}", file=sys.stderr)
            told.setdefault(trouble, {})[name] = result
    is_clean = not any(each["kconsole"].get(harm) for each in told.values() for harm in HARMS)
    return {"seed": seed, "troubles": told, "clean": is_clean}


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--fills", type=int, default=3)
    parser.add_argument("--flips", type=int, default=5)
    parser.add_argument("--tears", type=int, default=6)
    parser.add_argument("--rate", type=int, default=600)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "beside",
        lambda work: run(
            given.kills,
            given.fills,
            given.flips,
            given.tears,
            given.seed,
            work,
            rate=given.rate,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
