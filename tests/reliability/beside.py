"""Puts our broker and a real Apache Kafka through the same troubles, and tells what each did.

    python -m tests.reliability.beside [--kills 5] [--fills 3] [--flips 5] [--rate RECORDS_PER_S]
        [--seed N] [--keep DIR] [--raw FILE]

Both are single brokers with their default settings on this machine, in the same run, with the same
clients and the same verifier. Three troubles (rows of the fault matrix):

- `kill -9` under load. The page cache outlives a process, so this asks nothing of a disk: of either
  broker all that was acknowledged should be there.
- A disk of 64 MB that another program fills, under load, and frees again (needs root and Linux).
- A bit that flips in the body of a batch in the middle of a log, while the broker is down: after a
  stop in order, and after a death that left time for checkpoints.

Nothing is asserted: what came of each is the result, and the result is clean if all of it was tried
and our own broker lost nothing. Needs Java and Kafka's jars (`tests.peers.apache_kafka`). Prints
one JSON line.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple, Protocol, Self

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.reliability import command
from tests.reliability.evidence import acknowledgements, make_value, read_journals
from tests.reliability.producers import Producers
from tests.reliability.served_kafka import ServedKafka
from tests.reliability.small_disk import MountedDisk
from tests.reliability.verifier import judge, read_all
from tests.reliability.witnesses import QUICK
from tests.support.served import ServedBroker

DISK_BYTES = 64 << 20
PARTITIONS = 3
TOPIC, PROBED, FLIPPED = "verified", "probed", "flipped"
LOADS = {"idempotent-a": (TOPIC,), "idempotent-b": (TOPIC,)}
ASKED_S = 20
HARMS = ("lost", "faults", "served_wrong_bytes", "of_other_batches", "logs_cut")
QUIET_S = 5
"""A reader that had something, or that has nothing to come, is left after so long."""
RESUME_S = 20
CHECKPOINTS_S = 12
"""More than our broker takes from one checkpoint to the next; Kafka's default is a minute."""
BATCHES, RECORDS = 60, 10
HEADER_BYTES = 61
Told = dict[str, object]


class Broker(Protocol):
    """What both can do."""

    address: str
    data: Path

    @property
    def process(self) -> subprocess.Popen[str] | subprocess.Popen[bytes] | None: ...

    def start(self) -> str: ...

    def kill(self) -> None: ...

    def stop(self) -> int: ...


def own(place: Path) -> ServedBroker:
    """Our broker in a directory."""
    place.mkdir(parents=True, exist_ok=True)
    return ServedBroker(place / "data")


def kafka(place: Path) -> ServedKafka:
    """A Kafka in a directory."""
    return ServedKafka(place, {})


BROKERS: Mapping[str, Callable[[Path], Broker]] = {"kconsole": own, "Apache Kafka": kafka}


def has_ended(broker: Broker) -> bool:
    """Whether its process is gone, and not because it was killed here."""
    return broker.process is None or broker.process.poll() is not None


def make_topic(address: str, name: str, partitions: int) -> None:
    """Raises KafkaException."""
    admin = AdminClient({**QUICK, "bootstrap.servers": address})
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(60)


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
    consumer = _consumer(address, checks=True)
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


class Batch(NamedTuple):
    """A batch in a file: where it is, and its offsets; the end is exclusive."""

    position: int
    end_position: int
    offset: int
    end_offset: int


def batches_of(content: bytes) -> list[Batch]:
    """All batches of a file of records, by the lengths in it."""
    found, position = [], 0
    while position + HEADER_BYTES < len(content):
        length = int.from_bytes(content[position + 8 : position + 12], "big")
        if not length:
            break
        offset = int.from_bytes(content[position : position + 8], "big")
        last = int.from_bytes(content[position + 23 : position + 27], "big")
        found.append(Batch(position, position + 12 + length, offset, offset + last + 1))
        position += 12 + length
    return found


def flipped(
    make: Callable[[Path], Broker], work: Path, times: int, seed: int, *, is_dead: bool
) -> Told:
    """A bit that flips in the middle of a log so often, each time in what was whole before."""
    chance = Random(seed)
    broker = make(work)
    values = _written(broker, chance, is_dead=is_dead)
    saved = work.with_name(f"{work.name}-saved")
    shutil.copytree(broker.data, saved)
    wrong = beyond = shorter = unread = 0
    for _ in range(times):
        shutil.rmtree(broker.data)
        shutil.copytree(saved, broker.data)
        (path,) = broker.data.glob(f"{FLIPPED}-0/*.log")
        content = bytearray(path.read_bytes())
        batches = batches_of(content)
        batch = chance.choice(batches[len(batches) // 4 : len(batches) // 2])
        at = chance.randrange(batch.position + HEADER_BYTES, batch.end_position)
        content[at] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        broker.start()
        try:
            found = _read_around(broker.address, batch, len(values))
            end = _end(broker.address)
        finally:
            broker.kill()
        outside = values.keys() - range(batch.offset, batch.end_offset)
        wrong += any(values.get(offset) != value for offset, value in found.items())
        beyond += len(outside - found.keys())
        unread += len(values.keys() - found.keys())
        shorter += end < len(values)
    return {
        "times": times,
        "records_each": len(values),
        "served_wrong_bytes": wrong,
        "records_unreadable": unread,
        "of_other_batches": beyond,
        "logs_cut": shorter,
    }


def _written(broker: Broker, chance: Random, *, is_dead: bool) -> dict[int, bytes]:
    """Write a log and end its broker; what stands at which offset."""
    address = broker.start()
    make_topic(address, FLIPPED, 1)
    values: dict[int, bytes] = {}
    producer = Producer({**QUICK, "bootstrap.servers": address, "linger.ms": 5_000})

    def told(error: object, message: object) -> None:
        assert error is None, error
        values[message.offset()] = message.value()  # type: ignore[attr-defined]  # a Message

    for number in range(BATCHES):
        for record in range(RECORDS):
            body = chance.randbytes(100).replace(b"|", b"/")
            value = make_value("flips", number * RECORDS + record, body)
            producer.produce(FLIPPED, value, partition=0, on_delivery=told)
        producer.flush(ASKED_S)
    assert len(values) == BATCHES * RECORDS
    if is_dead:
        time.sleep(CHECKPOINTS_S)
        broker.kill()
    else:
        broker.stop()
    return values


def _consumer(address: str, *, checks: bool) -> Consumer:
    return Consumer(
        {
            **QUICK,
            "bootstrap.servers": address,
            "group.id": "beside",
            "enable.auto.commit": False,
            "check.crcs": checks,
        }
    )


def _read_around(address: str, batch: Batch, end: int) -> dict[int, bytes]:
    """All that a client which does not check reads, from the start and from behind the damage."""
    found: dict[int, bytes] = {}
    for start, stop in ((0, batch.offset), (batch.end_offset, end)):
        consumer = _consumer(address, checks=False)
        consumer.assign([TopicPartition(FLIPPED, 0, start)])
        while end - 1 not in found or start == 0:
            message = consumer.poll(ASKED_S if start < stop and start not in found else QUIET_S)
            if message is None or message.error() is not None:
                break
            found[message.offset()] = message.value()
            if message.offset() == end - 1:
                break
        consumer.close()
    return found


def _end(address: str) -> int:
    consumer = _consumer(address, checks=False)
    try:
        return int(consumer.get_watermark_offsets(TopicPartition(FLIPPED, 0), ASKED_S)[1])
    except KafkaException:
        return -1
    finally:
        consumer.close()


def run(
    kills: int, fills: int, flips: int, seed: int, work: Path, *, rate: int = 600
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
    parser.add_argument("--rate", type=int, default=600)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "beside",
        lambda work: run(given.kills, given.fills, given.flips, given.seed, work, rate=given.rate),
    )


if __name__ == "__main__":
    sys.exit(main())
