"""What becomes of the log of either broker that is changed while the broker is down.

A bit flips in the body of a batch in the middle; or behind the last batch there is what a write
leaves that the power cut short. What was acknowledged stands before that, so that nothing of it may
go, and nothing that was not may come. Clients and what they look for are the same for both.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from confluent_kafka import KafkaException, Producer, TopicPartition

from tests.reliability.either_broker import ASKED_S, Broker, consumer_of, make_topic
from tests.reliability.evidence import make_value
from tests.reliability.witnesses import QUICK

FLIPPED = "flipped"
QUIET_S = 5
"""A reader that had something, or that has nothing to come, is left after so long."""
CHECKPOINTS_S = 12
"""More than our broker takes from one checkpoint to the next; Kafka's default is a minute."""
BATCHES, RECORDS = 60, 10
HEADER_BYTES = 61
SECTOR_BYTES = 512
Told = dict[str, object]
Make = Callable[[Path], Broker]


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
    values = _written(broker, chance, _died_late if is_dead else _stopped)
    saved = work.with_name(f"{work.name}-saved")
    shutil.copytree(broker.data, saved)
    wrong = beyond = shorter = unread = 0
    for _ in range(times):
        path = _laid(saved, broker)
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


def torn(make: Make, work: Path, times: int, seed: int) -> Told:
    """What a write leaves that was cut short, behind a log whose broker died, so often."""
    chance = Random(seed)
    broker = make(work)
    values = _written(broker, chance, _died)
    saved = work.with_name(f"{work.name}-saved")
    shutil.copytree(broker.data, saved)
    wrong = lost = shorter = longer = went_on = 0
    for number in range(times):
        path = _laid(saved, broker)
        content = path.read_bytes()
        path.write_bytes(content + TAILS[number % len(TAILS)](content, chance))
        broker.start()
        try:
            end = _end(broker.address)
            found = _read(broker.address, 0, end)
            went_on += _goes_on(broker.address, end)
        finally:
            broker.kill()
        wrong += any(values.get(offset) != value for offset, value in found.items())
        lost += len(values.keys() - found.keys())
        shorter += end < len(values)
        longer += end > len(values)
    return {
        "times": times,
        "records_each": len(values),
        "lost": lost,
        "served_wrong_bytes": wrong,
        "logs_cut": shorter,
        "logs_too_long": longer,
        "went_on": went_on,
        "did_not_go_on": times - went_on,
    }


def following(content: bytes) -> bytes:
    """A batch that could stand behind all batches of a file: the last of them with the offsets
    that come next, which no sum covers."""
    last = batches_of(content)[-1]
    return last.end_offset.to_bytes(8, "big") + content[last.position + 8 : last.end_position]


def _a_part(content: bytes, chance: Random) -> bytes:
    """A batch whose end did not come to the disk."""
    batch = following(content)
    return batch[: chance.randrange(1, len(batch))]


def _another_end(content: bytes, chance: Random) -> bytes:
    """A batch whose last sector is what stood there before."""
    batch = following(content)
    size = min(SECTOR_BYTES, len(batch) - HEADER_BYTES)
    return batch[:-size] + chance.randbytes(size)


def _length_alone(content: bytes, chance: Random) -> bytes:
    """The file is as long as it would be, and nothing of the batch is there."""
    return bytes(len(following(content)))


TAILS = (_a_part, _another_end, _length_alone)


def _laid(saved: Path, broker: Broker) -> Path:
    """Give a broker that is down the data that was saved; the file of its log."""
    shutil.rmtree(broker.data)
    shutil.copytree(saved, broker.data)
    (path,) = broker.data.glob(f"{FLIPPED}-0/*.log")
    return path


def _stopped(broker: Broker) -> None:
    """End in order."""
    broker.stop()


def _died(broker: Broker) -> None:
    """Die as soon as all is written."""
    broker.kill()


def _died_late(broker: Broker) -> None:
    """Die once checkpoints are behind all that was written."""
    time.sleep(CHECKPOINTS_S)
    broker.kill()


def _written(broker: Broker, chance: Random, end: Callable[[Broker], None]) -> dict[int, bytes]:
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
    end(broker)
    return values


def _read_around(address: str, batch: Batch, end: int) -> dict[int, bytes]:
    """All that a client which does not check reads, from the start and from behind the damage."""
    found: dict[int, bytes] = {}
    for start, stop in ((0, batch.offset), (batch.end_offset, end)):
        consumer = consumer_of(address, checks=False)
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


def _read(address: str, start: int, end: int) -> dict[int, bytes]:
    """All that a client which does not check reads up to an end."""
    found: dict[int, bytes] = {}
    consumer = consumer_of(address, checks=False)
    consumer.assign([TopicPartition(FLIPPED, 0, start)])
    while end - 1 not in found:
        message = consumer.poll(QUIET_S if found else ASKED_S)
        if message is None or message.error() is not None:
            break
        found[message.offset()] = message.value()
    consumer.close()
    return found


def _goes_on(address: str, end: int) -> bool:
    """Whether a new record is taken right at the end, and read there."""
    offsets: list[int] = []
    producer = Producer({**QUICK, "bootstrap.servers": address})
    producer.produce(
        FLIPPED,
        b"new",
        partition=0,
        on_delivery=lambda error, message: offsets.append(-1 if error else message.offset()),
    )
    producer.flush(ASKED_S)
    return offsets == [end] and _read(address, end, end + 1) == {end: b"new"}


def _end(address: str) -> int:
    consumer = consumer_of(address, checks=False)
    try:
        return int(consumer.get_watermark_offsets(TopicPartition(FLIPPED, 0), ASKED_S)[1])
    except KafkaException:
        return -1
    finally:
        consumer.close()
