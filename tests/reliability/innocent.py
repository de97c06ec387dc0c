"""A client that has nothing to do with a trouble: what it is answered, and how soon.

It produces a record and reads it back, small and large ones by turns, each as one act. An act that
is not answered in time is a fault, as is one that reads anything else than it wrote; how long the
others took is told and not judged, since it says as much of the machine as of the broker.
"""

import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from tests.reliability.verifier import Verdict
from tests.reliability.witnesses import PAUSE_S, QUICK, Witness, percentile

TOPIC = "innocent"
SIZES = (100, 200_000)
"""Bytes of its records: the large ones do not fit into the buffer that connections share."""
FETCH_WAIT_MS = 10
"""The next fetch of the same client begins only when the last is answered."""
ANSWER_S_MAX = 30
"""As long as a client waits for an answer by default."""


class Innocent(Witness):
    """Produces and reads back, from when it is started."""

    def __init__(self, bootstrap: str) -> None:
        super().__init__()
        self.took_ms: list[float] = []
        self.unanswered: list[str] = []
        self.wrong: list[str] = []
        self._acts = 0
        settings = {**QUICK, "bootstrap.servers": bootstrap}
        self._producer = Producer(
            {**settings, "acks": "all", "linger.ms": 0, "message.timeout.ms": ANSWER_S_MAX * 1000}
        )
        self._consumer = Consumer(
            {
                **settings,
                "group.id": TOPIC,
                "enable.auto.commit": False,
                "fetch.wait.max.ms": FETCH_WAIT_MS,
            }
        )

    def step(self) -> None:
        time.sleep(PAUSE_S)
        self._acts += 1
        size = SIZES[self._acts % len(SIZES)]
        begun = time.monotonic()
        try:
            value = b"%d" % self._acts + bytes(size)
            self._read_back(self._produce(value), value)
        except (KafkaException, TimeoutError) as error:
            self.unanswered.append(f"act {self._acts}, {size} bytes: {error}")
        else:
            self.took_ms.append((time.monotonic() - begun) * 1000)

    def _produce(self, value: bytes) -> int:
        """The offset of the record."""
        told: list[tuple[KafkaError | None, int]] = []
        self._producer.produce(
            TOPIC,
            value,
            partition=0,
            on_delivery=lambda error, message: told.append((error, message.offset())),
        )
        self._producer.flush(ANSWER_S_MAX)
        if not told:
            raise TimeoutError("a record was neither acknowledged nor refused")
        error, offset = told[0]
        if error is not None:
            raise KafkaException(error)
        return offset

    def _read_back(self, offset: int, value: bytes) -> None:
        self._consumer.assign([TopicPartition(TOPIC, 0, offset)])
        message = self._consumer.poll(ANSWER_S_MAX)
        if message is None:
            raise TimeoutError(f"{offset} is not read")
        if message.error() is not None:
            raise KafkaException(message.error())
        self.compare((offset, value), (message.offset(), message.value()))

    def compare(self, written: tuple[int, bytes], read: tuple[int, bytes]) -> None:
        """Note that a record, with its offset, reads as something else than it wrote."""
        if read != written:
            self.wrong.append(f"{written[0]} reads as {read[0]}, {read[1][:20]!r}")

    def stop(self) -> None:
        super().stop()
        self._consumer.close()

    def judge(self, verdict: Verdict) -> None:
        """It was answered, always."""
        if not self.took_ms:
            verdict.fault("an innocent client was never answered")
        for text in (*self.unanswered, *self.wrong):
            verdict.fault(f"an innocent client: {text}")

    def told(self, when: str) -> dict[str, object]:
        """The figures, for a result."""
        return {
            f"innocent_acts_{when}": len(self.took_ms),
            f"innocent_ms_p50_{when}": self._percentile_ms(0.5),
            f"innocent_ms_p99_{when}": self._percentile_ms(0.99),
            f"innocent_ms_max_{when}": self._percentile_ms(1),
        }

    def _percentile_ms(self, share: float) -> float | None:
        return round(percentile(self.took_ms, share), 1) if self.took_ms else None
