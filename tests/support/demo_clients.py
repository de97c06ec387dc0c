"""librdkafka's clients and the workers' commands as the demonstration sees them, in memory.

Time passes only in `ScriptedCommands.next`, by as much as a worker is willing to wait.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from console.demo.control import Command, Verb
from tests.support.clock import FakeClock

STEP_S = 0.001
"""What a step of a worker takes that does not wait."""


class ScriptedCommands:
    """Commands that arrive at given seconds after the start; STOP comes at the end."""

    def __init__(self, clock: FakeClock, stop_s: float, *script: tuple[float, Command]) -> None:
        self._clock = clock
        self._started_s = clock.monotonic_s()
        self._script = sorted([*script, (stop_s, Command(Verb.STOP))], key=lambda row: row[0])

    def next(self, wait_s: float) -> Command | None:
        self._clock.advance(wait_s or STEP_S)
        if self._clock.monotonic_s() - self._started_s < self._script[0][0]:
            return None
        return self._script.pop(0)[1]


@dataclass(frozen=True, slots=True)
class FakeRecord:
    """A record as a consumer hands it out; with an error it is no record."""

    payload: bytes | None
    number: int = 0
    index: int = 0
    at_ms: int = 1_700_000_000_000
    problem: str = ""

    def error(self) -> "FakeError | None":
        return FakeError(self.problem) if self.problem else None

    def value(self) -> bytes | None:
        return self.payload

    def partition(self) -> int:
        return self.index

    def offset(self) -> int:
        return self.number

    def timestamp(self) -> tuple[int, int]:
        return 1, self.at_ms


@dataclass(frozen=True, slots=True)
class FakeError:
    """What goes wrong, in words and by librdkafka's number."""

    text: str
    number: int = KafkaError._FAIL

    def code(self) -> int:
        return self.number

    def str(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class FakeMessage:
    """A record as a producer hands it back."""

    name: str
    payload: bytes
    owner: bytes
    at_ms: int

    def topic(self) -> str:
        return self.name

    def value(self) -> bytes:
        return self.payload

    def key(self) -> bytes:
        return self.owner

    def timestamp(self) -> tuple[int, int]:
        return 1, self.at_ms


def kafka_error(text: str) -> KafkaException:
    """The exception that the clients raise."""
    return KafkaException(KafkaError(KafkaError._FAIL, text))


class FakeProducer:
    """Takes up to `room` records until `poll` makes room again; tells each delivery on `poll`.

    While `is_stuck` nothing is delivered. Once `is_gone` its topic was deleted: what is queued
    comes back, and nothing more is taken.
    """

    def __init__(self, room: int = 1_000_000, *, is_stuck: bool = False) -> None:
        self.room = room
        self.is_stuck = is_stuck
        self.sent: list[tuple[str, bytes, bytes]] = []
        self.is_gone = False
        self.undelivered = 0
        self.flushes = 0
        self._queued: list[Callable[[Any, Any], None]] = []
        self._records: list[FakeMessage] = []

    def produce(
        self,
        topic: str,
        value: bytes,
        key: bytes,
        timestamp: int = 0,
        on_delivery: Callable[[Any, Any], None] | None = None,
    ) -> None:
        if self.is_gone:
            raise KafkaException(KafkaError(KafkaError._UNKNOWN_TOPIC, "Local: Unknown topic"))
        if len(self._queued) >= self.room:
            raise BufferError("queue full")
        self.sent.append((topic, value, key))
        self._queued.append(on_delivery or (lambda error, message: None))
        self._records.append(FakeMessage(topic, value, key, timestamp))

    def poll(self, _seconds: float) -> int:
        """Everything that is queued is delivered, or fails if `undelivered` says so."""
        if self.is_stuck:
            return 0
        error = FakeError("Broker: disk full") if self.undelivered else None
        if self.is_gone:
            error = FakeError("Local: Unknown topic", KafkaError._UNKNOWN_TOPIC)
        for tell, record in zip(self._queued, self._records, strict=True):
            tell(error, record)
        self._queued.clear()
        self._records.clear()
        return 0

    def purge(self) -> None:
        """What is queued comes back with the next poll or flush."""
        self.is_stuck = False

    def flush(self, _seconds: float) -> int:
        self.flushes += 1
        if not self.is_stuck:
            self.poll(0)
        return self.undelivered


@dataclass
class FakeConsumer:
    """One topic with one partition that holds `records`; commits are remembered."""

    records: Sequence[FakeRecord] = ()
    position: int = 0
    first: int = 0
    partitions: Iterable[int] = (0,)
    committed: list[int] = field(default_factory=list)
    is_paused: bool = False
    is_closed: bool = False
    seek_error: KafkaException | None = None
    commit_error: KafkaException | None = None
    on_assign: Callable[[Any, Any], None] | None = None

    def subscribe(self, topics: list[str], on_assign: Callable[[Any, Any], None]) -> None:
        self.on_assign = on_assign

    def assignment(self) -> list[TopicPartition]:
        return [TopicPartition("payments", index) for index in self.partitions]

    def consume(self, count: int, _seconds: float) -> list[FakeRecord]:
        if self.is_paused:
            return []
        taken = list(self.records[self.position : self.position + count])
        self.position += len(taken)
        return taken

    def commit(
        self, offsets: list[TopicPartition] | None = None, *, asynchronous: bool = True
    ) -> None:
        if self.commit_error is not None:
            raise self.commit_error
        self.committed.append(self.position if offsets is None else offsets[0].offset)

    def pause(self, partitions: list[TopicPartition]) -> None:
        self.is_paused = True

    def resume(self, partitions: list[TopicPartition]) -> None:
        self.is_paused = False

    def seek(self, partition: TopicPartition) -> None:
        if self.seek_error is not None:
            raise self.seek_error
        self.position = partition.offset

    def get_watermark_offsets(self, partition: TopicPartition, _seconds: float) -> tuple[int, int]:
        return self.first, len(self.records)

    def close(self) -> None:
        self.is_closed = True
