"""A producer that goes on writing while a group changes, and knows what was acknowledged."""

import threading
from types import TracebackType
from typing import Any, Self

from confluent_kafka import Producer

PAUSE_S = 0.02
FLUSH_S = 60


class Writer:
    """Writes numbered records to the partitions of topics in turn until it is left.

    `acknowledged` has the (topic, partition, offset) of each; a record that was refused is a fault.
    """

    def __init__(self, bootstrap: str, partitions: dict[str, int]) -> None:
        self.acknowledged: set[tuple[str, int, int]] = set()
        self.faults: list[str] = []
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 2}
        )
        self._places = [(topic, n) for topic, count in partitions.items() for n in range(count)]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        number = 0
        while not self._stopped.wait(PAUSE_S):
            for topic, partition in self._places:
                value = b"record %d" % number
                self._producer.produce(topic, value, partition=partition, on_delivery=self._told)
                number += 1
            self._producer.poll(0)
        if self._producer.flush(FLUSH_S):
            self.faults.append("records are still under way")

    def _told(self, error: Any, message: Any) -> None:
        if error is not None:
            self.faults.append(str(error))
        else:
            self.acknowledged.add((message.topic(), message.partition(), message.offset()))

    def stop(self) -> None:
        """Write nothing more, and wait for the acknowledgements."""
        self._stopped.set()
        self._thread.join(FLUSH_S * 2)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
