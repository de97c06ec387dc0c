"""The worker that writes payments: an ordinary librdkafka producer, keyed by customer."""

from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions, NewTopic

from console.demo.control import Command, Commands, Verb, tell
from console.demo.outlet import Outlet
from console.demo.pace import Pace
from console.demo.payments import PaymentStream
from engine.kernel.clock import Clock

PAYMENTS_TOPIC = "payments"
ALERTS_TOPIC = "fraud-alerts"
TOPIC_PARTITIONS = {PAYMENTS_TOPIC: 6, ALERTS_TOPIC: 2}
TOPIC_CONFIG = {"retention.ms": "86400000", "segment.bytes": "16777216"}
RATE_AT_START = 200.0
TICK_S = 0.02
REPORT_S = 0.5
BATCH_MAX = 2_000
FLUSH_S = 10.0
TOPIC_TIMEOUT_S = 30.0


def create_topics(bootstrap: str) -> None:
    """Create the topics of the workflow where they are missing, and give those that were created
    by others their partitions. Blocking.

    Raises KafkaException with the broker's answer when it refuses.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    wanted = [
        NewTopic(name, partitions, 1, config=TOPIC_CONFIG)
        for name, partitions in TOPIC_PARTITIONS.items()
    ]
    for future in admin.create_topics(wanted).values():
        try:
            future.result(TOPIC_TIMEOUT_S)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
    there = admin.list_topics(timeout=TOPIC_TIMEOUT_S).topics
    short = [
        NewPartitions(name, partitions)
        for name, partitions in TOPIC_PARTITIONS.items()
        if name in there and 0 < len(there[name].partitions) < partitions
    ]
    for future in admin.create_partitions(short).values() if short else ():
        future.result(TOPIC_TIMEOUT_S)


@dataclass(slots=True)
class Generator:
    """Writes the payments of one seed at a rate that can be changed."""

    clock: Clock
    commands: Commands
    stream: PaymentStream
    outlet: Outlet
    is_full: bool = False
    is_paused: bool = False

    def run(self) -> None:
        """Write until told to stop, reporting on standard output. Blocking."""
        pace = Pace(RATE_AT_START, self.clock.monotonic_s())
        reported_s = 0.0
        while self._obey(self.commands.next(TICK_S), pace):
            now_s = self.clock.monotonic_s()
            allowed = 0 if self.is_paused else pace.allowed(now_s, BATCH_MAX)
            pace.note(self._write(allowed), now_s)
            self.outlet.poll(0)
            if now_s - reported_s >= REPORT_S:
                reported_s = now_s
                tell(pace, now_s, is_paused=self.is_paused, note=self._note)
        self.outlet.flush(FLUSH_S)

    @property
    def _note(self) -> str:
        if self.outlet.note:
            return self.outlet.note
        return "the broker does not keep up; waiting for it" if self.is_full else ""

    def _obey(self, command: Command | None, pace: Pace) -> bool:
        if command is None:
            return True
        if command.verb is Verb.RATE:
            pace.limit = command.value
        elif command.verb in (Verb.PAUSE, Verb.RESUME):
            self.is_paused = command.verb is Verb.PAUSE
        return command.verb is not Verb.STOP

    def _write(self, count: int) -> int:
        """Hand payments to the producer; how many it took."""
        self.is_full = False
        for taken, payment in enumerate(self.stream.take(count, self.clock.wall_ms())):
            try:
                self.outlet.write(PAYMENTS_TOPIC, payment.value(), payment.key(), payment.at_ms)
            except BufferError:
                self.is_full = True
                self.outlet.poll(TICK_S)
                return taken
        return count
