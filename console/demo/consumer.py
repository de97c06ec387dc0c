"""The worker that reads a topic as a member of a group: an ordinary librdkafka consumer.

What it does with records is given as a `Sink`. Offsets are committed only after the sink has made
safe what it was given, so a worker that is killed repeats a little and skips nothing. A paused
worker stays a member of its group: it polls on, with its partitions paused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from console.demo.control import Command, Commands, Verb, tell
from console.demo.pace import Pace
from engine.kernel.clock import Clock

POLL_S = 0.1
REPORT_S = 0.5
BATCH_MAX = 500
LOOK_UP_S = 10.0


class Sink(Protocol):
    """What a consumer does with its records. Blocking."""

    def take(self, records: Sequence[Message]) -> None:
        """Handle records of any partitions, in order within each."""

    def secure(self) -> str:
        """Make everything taken safe before offsets are committed; returns a note for people."""

    def restart(self) -> None:
        """Forget what was made, because the first record comes next."""

    def close(self) -> None:
        """Release everything."""


def consumer_settings(bootstrap: str, group: str, name: str) -> dict[str, str | int | bool]:
    """librdkafka's settings for a member: quick to notice a death, commits by hand."""
    return {
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "client.id": name,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "session.timeout.ms": 6000,
        "heartbeat.interval.ms": 1000,
        "reconnect.backoff.max.ms": 1000,
        "log_level": 0,
    }


@dataclass(slots=True)
class GroupWorker:
    """One member of one group with its sink."""

    clock: Clock
    commands: Commands
    consumer: Consumer
    sink: Sink
    topic: str
    note: str = ""
    is_paused: bool = False

    def run(self) -> None:
        """Consume until told to stop, reporting on standard output. Blocking."""
        self.consumer.subscribe([self.topic], on_assign=self._assigned)
        pace = Pace(None, self.clock.monotonic_s())
        reported_s, wait_s = 0.0, 0.0
        try:
            while self._obey(self.commands.next(wait_s), pace):
                wait_s = self._step(pace)
                now_s = self.clock.monotonic_s()
                if now_s - reported_s >= REPORT_S:
                    reported_s = now_s
                    tell(pace, now_s, is_paused=self.is_paused, note=self.note)
        finally:
            self.sink.close()
            self.consumer.close()

    def _step(self, pace: Pace) -> float:
        """Handle what may be handled; returns the seconds to wait before the next step."""
        allowed = 0 if self.is_paused else pace.allowed(self.clock.monotonic_s(), BATCH_MAX)
        if self.is_paused:
            self.consumer.pause(self.consumer.assignment())
        elif not allowed:
            return POLL_S
        records: list[Message] = []
        for message in self.consumer.consume(max(1, allowed), POLL_S):
            error = message.error()
            if error is None:
                records.append(message)
            else:
                self.note = error.str()
        if records:
            self.sink.take(records)
            self.note = self.sink.secure()
            self._commit()
        pace.note(len(records), self.clock.monotonic_s())
        return 0.0

    def _assigned(self, _consumer: Consumer, _partitions: Sequence[TopicPartition]) -> None:
        """What was wrong while there was nothing to read is over."""
        self.note = ""

    def _commit(self) -> None:
        try:
            self.consumer.commit(asynchronous=True)
        except KafkaException as error:
            self.note = f"not committed: {error.args[0].str()}"

    def _obey(self, command: Command | None, pace: Pace) -> bool:
        if command is None:
            return True
        if command.verb is Verb.RATE:
            pace.limit = command.value
        elif command.verb is Verb.PAUSE:
            self.is_paused = True
        elif command.verb is Verb.RESUME:
            self.is_paused = False
            self.consumer.resume(self.consumer.assignment())
        elif command.verb is Verb.REPLAY:
            self._replay()
        return command.verb is not Verb.STOP

    def _replay(self) -> None:
        """Go back, and forget only then: what is forgotten has to be read again.

        The way back is committed before, so that a worker that is killed in between reads it too.
        """
        partitions = self.consumer.assignment()
        if not partitions:
            self.note = "not replayed: no partition is assigned yet"
            return
        try:
            firsts = [self._first(partition) for partition in partitions]
            self.consumer.commit(offsets=firsts, asynchronous=False)
            for first in firsts:
                self.consumer.seek(first)
        except KafkaException as error:
            self.note = f"not replayed: {error.args[0].str()}"
            return
        self.sink.restart()

    def _first(self, partition: TopicPartition) -> TopicPartition:
        low, _ = self.consumer.get_watermark_offsets(partition, LOOK_UP_S)
        return TopicPartition(partition.topic, partition.partition, low)
