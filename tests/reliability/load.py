"""A producer process under verification: writes numbered records and journals what is acknowledged.

    python -m tests.reliability.load --bootstrap HOST:PORT --topic T --partitions N --name NAME
        --journal DIR --seed S [--plain] [--keys N] [--rate RECORDS_PER_S] [--flush SECONDS]

It writes with confluent-kafka until its standard input closes, through any number of broker deaths,
then waits for what is under way and ends. `--plain` turns idempotence off and never retries, so
that a record can stand in the log once or not at all. With `--keys` the record of sequence S has
the key S modulo N: a multiple of the partitions, so that a key stays in its partition.
"""

import argparse
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException, Producer

from tests.reliability.evidence import PLAIN, make_value

TICK_S = 0.01


def settings(bootstrap: str, *, plain: bool) -> dict[str, Any]:
    """The producer's configuration: everything acknowledged by all, quick to see a new broker."""
    shared = {
        "bootstrap.servers": bootstrap,
        "acks": "all",
        "linger.ms": 2,
        "reconnect.backoff.ms": 20,
        "reconnect.backoff.max.ms": 200,
        "log_level": 0,
    }
    if plain:
        return {**shared, "enable.idempotence": False, "retries": 0, "message.timeout.ms": 4000}
    return {**shared, "enable.idempotence": True, "message.timeout.ms": 120_000}


class Load:
    """One producer, its sequence and its journal."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._chance = random.Random(arguments.seed)
        self._producer = Producer(settings(arguments.bootstrap, plain=arguments.plain))
        self._journal = (Path(arguments.journal) / f"{arguments.name}.journal").open("a")
        self._sequence = 0
        self._lines: list[str] = []
        self.failed = 0

    def run(self, stopped: threading.Event) -> None:
        """Write until told to stop, then wait until nothing is under way. Once."""
        with self._journal:
            if self._arguments.plain:
                self._journal.write(PLAIN)
            self._run(stopped)

    def _run(self, stopped: threading.Event) -> None:
        burst = max(1, int(self._arguments.rate * TICK_S))
        while not stopped.is_set():
            for _ in range(burst):
                self._write()
            self._producer.poll(TICK_S)
            self._note(f"sent {self._sequence - 1}")
            time.sleep(TICK_S)
        self._producer.flush(self._arguments.flush)
        self._note(f"sent {self._sequence - 1}")

    def _write(self) -> None:
        sequence = self._sequence
        body = self._chance.randbytes(self._chance.randint(10, 400)).replace(b"|", b"/")
        value = make_value(self._arguments.name, sequence, body)

        def told(error: Any, message: Any) -> None:
            if error is None:
                self._lines.append(f"acked {message.partition()} {message.offset()} {sequence}")
            else:
                self.failed += 1

        keys = self._arguments.keys
        try:
            self._producer.produce(
                self._arguments.topic,
                value,
                b"%d" % (sequence % keys) if keys else None,
                partition=sequence % self._arguments.partitions,
                on_delivery=told,
            )
        except (BufferError, KafkaException):
            return
        self._sequence += 1

    def _note(self, line: str) -> None:
        lines, self._lines = self._lines, []
        self._journal.write("".join(f"{text}\n" for text in [*lines, line]))
        self._journal.flush()


def parser() -> argparse.ArgumentParser:
    """What a load is told."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bootstrap", "topic", "name", "journal"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--partitions", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=3000)
    parser.add_argument("--keys", type=int, default=0)
    parser.add_argument("--flush", type=float, default=60)
    parser.add_argument("--plain", action="store_true")
    return parser


def main() -> None:
    load = Load(parser().parse_args())
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    load.run(stopped)


if __name__ == "__main__":
    main()
