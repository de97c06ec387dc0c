"""Where the workers of the demonstration write: a producer that survives the loss of its topic.

Who tries things out deletes topics. librdkafka then refuses records of the topic for as long as the
producer lives, and a broker that creates topics by itself gives it one partition. So the topics are
made again with the partitions that the workflow has, by a fresh producer; what the old one could
not deliver is written again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from engine.kernel.clock import Clock

GONE = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError._UNKNOWN_PARTITION,
    }
)
"""What librdkafka says of a topic that is there no more."""
_TAKEN_BACK = frozenset({KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})
TAKE_BACK_S = 5.0
RETRY_S = 1.0
TOLD_S = 20.0
"""Seconds for which it is said that topics were made again."""

Unwritten = tuple[str, bytes, bytes, int]
"""Topic, value, key, and time stamp in milliseconds."""


@dataclass(slots=True)
class Outlet:
    """Writes records. `make` gives a producer, `restore` the topics, both with declared settings.

    `restore` raises KafkaException while that cannot be done; it is tried again.
    """

    clock: Clock
    make: Callable[[], Producer]
    restore: Callable[[], None]
    _producer: Producer = field(init=False)
    _problem: str = field(init=False, default="")
    _unwritten: list[Unwritten] = field(init=False, default_factory=list)
    _is_gone: bool = field(init=False, default=False)
    _retry_at_s: float = field(init=False, default=0.0)
    _restored_until_s: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._producer = self.make()

    @property
    def note(self) -> str:
        """What is the matter, or was until lately; empty while all is well."""
        is_told = self.clock.monotonic_s() < self._restored_until_s
        return self._problem or ("a topic was deleted; it was made again" if is_told else "")

    def write(self, topic: str, value: bytes, key: bytes, at_ms: int) -> None:
        """Hand over a record. Raises BufferError while there is no room for it."""
        if self._is_gone:
            raise BufferError("the topic is gone")
        try:
            self._producer.produce(topic, value, key, timestamp=at_ms, on_delivery=self._told)
        except KafkaException as error:
            if error.args[0].code() not in GONE:
                raise
            self._unwritten.append((topic, value, key, at_ms))
            self._is_gone = True

    def poll(self, seconds: float) -> None:
        """Hear what became of records; have topics that are gone made again."""
        self._producer.poll(seconds)
        if self._is_gone and self.clock.monotonic_s() >= self._retry_at_s:
            self._begin_anew()

    def flush(self, seconds: float) -> int:
        """Wait until all is delivered; how many records were not."""
        left = self._producer.flush(seconds)
        if self._is_gone:
            self._begin_anew()
            left = self._producer.flush(seconds)
        return left + len(self._unwritten)

    def _begin_anew(self) -> None:
        self._producer.purge()
        self._producer.flush(TAKE_BACK_S)
        try:
            self.restore()
        except KafkaException as error:
            self._problem = f"the topics cannot be made again: {error.args[0].str()}"
            self._retry_at_s = self.clock.monotonic_s() + RETRY_S
            return
        self._producer = self.make()
        self._is_gone = False
        self._problem = ""
        self._restored_until_s = self.clock.monotonic_s() + TOLD_S
        unwritten, self._unwritten = self._unwritten, []
        for topic, value, key, at_ms in unwritten:
            self.write(topic, value, key, at_ms)

    def _told(self, error: KafkaError | None, message: Message) -> None:
        if error is None:
            self._problem = ""
            return
        if error.code() in GONE | _TAKEN_BACK:
            self._is_gone = True
            topic, value, key = message.topic(), message.value(), message.key()
            if isinstance(value, bytes) and isinstance(key, bytes) and topic is not None:
                self._unwritten.append((topic, value, key, message.timestamp()[1]))
        else:
            self._problem = f"not written: {error.str()}"
