"""One worker process of the workflow: `python -m console.demo.worker ROLE`, with its options.

Roles are rows of one table: who writes or reads what, and in which group.
"""

import argparse
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Consumer, Producer

from console.demo.consumer import GroupWorker, Sink, consumer_settings
from console.demo.control import Commands
from console.demo.generator import ALERTS_TOPIC, PAYMENTS_TOPIC, Generator, create_topics
from console.demo.outlet import Outlet
from console.demo.payments import PaymentStream
from console.demo.sinks import FraudSink, MailSink, WarehouseSink
from engine.kernel.system import SystemClock

LEAVE_S = 15.0
EXIT_HELD_UP = 1


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one worker is given on its command line."""

    bootstrap: str
    name: str
    folder: Path
    seed: int


def leave_in_time(seconds: float = LEAVE_S) -> None:
    """End this process unless it ends by itself. Blocks, in a thread that ends with the process.

    librdkafka may wait for ever to leave the group of a broker that died with the console.
    """
    threading.Event().wait(seconds)
    os._exit(EXIT_HELD_UP)


def producer(assignment: Assignment) -> Producer:
    """An idempotent producer, which neither loses nor repeats a record."""
    return Producer(
        {
            "bootstrap.servers": assignment.bootstrap,
            "client.id": assignment.name,
            "enable.idempotence": True,
            "linger.ms": 10,
            # A topic that was deleted is made again as it was, not as a broker makes one up.
            "allow.auto.create.topics": False,
            # The topics were there when the producer began: one that is missing will not come.
            "topic.metadata.propagation.max.ms": 2000,
            "reconnect.backoff.max.ms": 1000,
            "log_level": 0,
        }
    )


def outlet(assignment: Assignment) -> Outlet:
    """Where a worker writes."""
    return Outlet(
        SystemClock(), lambda: producer(assignment), lambda: create_topics(assignment.bootstrap)
    )


def generate(assignment: Assignment) -> None:
    """Create the topics and write payments."""
    create_topics(assignment.bootstrap)
    stream = PaymentStream(assignment.seed)
    Generator(SystemClock(), Commands(leave_in_time), stream, outlet(assignment)).run()


def consume(group: str, topic: str, make: Callable[[Assignment], Sink]) -> Callable[..., None]:
    """A role that reads a topic as a member of a group."""

    def run(assignment: Assignment) -> None:
        settings = consumer_settings(assignment.bootstrap, group, assignment.name)
        consumer = Consumer(settings)
        GroupWorker(SystemClock(), Commands(leave_in_time), consumer, make(assignment), topic).run()

    return run


ROLES: dict[str, Callable[[Assignment], None]] = {
    "generator": generate,
    "fraud": consume("fraud-detection", PAYMENTS_TOPIC, lambda a: FraudSink(outlet(a))),
    "warehouse": consume(
        "warehouse", PAYMENTS_TOPIC, lambda a: WarehouseSink(a.folder / "warehouse")
    ),
    "mailer": consume("mailer", ALERTS_TOPIC, lambda a: MailSink(a.folder / "outbox.mbox")),
}


def main() -> None:
    """Play one role until standard input ends or a STOP arrives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=sorted(ROLES))
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    # The terminal's interrupt goes to the whole group of processes; the console decides instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assignment = Assignment(
        bootstrap=arguments.bootstrap,
        name=arguments.name,
        folder=arguments.folder,
        seed=arguments.seed,
    )
    ROLES[arguments.role](assignment)


if __name__ == "__main__":
    main()
