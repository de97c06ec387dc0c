"""What goes on beside a steady load: topics that are made and deleted, members that come and go.

Each is a thread that takes seeded decisions until it is stopped; a step that fails ends the thread
and is told.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.interop.group_of_members import GroupOfMembers, Member

WAIT_S = 60
TOPICS_AT_ONCE = 4
RECORDS = 50
PARTITIONS_MAX = 6
MEMBERS_MAX = 4
CLASSIC = {"session.timeout.ms": "10000", "heartbeat.interval.ms": "1000"}
"""Newer members are told by the broker."""


class Repeated:
    """Does a step again and again, with a pause before each."""

    def __init__(self, name: str, step: Callable[[], None], pause_s: Callable[[], float]) -> None:
        self.faults: list[str] = []
        self._name = name
        self._step = step
        self._pause_s = pause_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name)
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stopped.wait(self._pause_s()):
                self._step()
        except (AssertionError, KafkaException) as error:
            self.faults.append(f"{self._name}: {error}")

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()


class PassingTopics:
    """Topics of all sizes: each is made, written to, read by a group of its own and deleted."""

    def __init__(self, bootstrap: str, seed: int) -> None:
        self.made = 0
        self.read = 0
        self._bootstrap = bootstrap
        self._chance = random.Random(seed)
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._present: list[str] = []

    def step(self) -> None:
        """Make, write and read one topic; delete the oldest if there are many."""
        name = f"passing-{self.made}"
        partitions = self._chance.randint(1, PARTITIONS_MAX)
        self._admin.create_topics([NewTopic(name, partitions, 1)])[name].result(WAIT_S)
        self.made += 1
        self._present.append(name)
        self._write(name)
        self._read(name)
        if len(self._present) > TOPICS_AT_ONCE:
            self._delete(self._present.pop(0))

    def _write(self, name: str) -> None:
        faults: list[str] = []

        def told(error: KafkaError | None, _: Any) -> None:
            if error is not None:
                faults.append(str(error))

        producer = Producer({"bootstrap.servers": self._bootstrap, "enable.idempotence": True})
        for number in range(RECORDS):
            producer.produce(name, b"%d" % number, key=b"%d" % number, on_delivery=told)
        assert producer.flush(WAIT_S) == 0, f"{name} cannot be written to"
        assert not faults, faults

    def _read(self, name: str) -> None:
        consumer = Consumer(
            {
                "bootstrap.servers": self._bootstrap,
                "group.id": name,
                "group.protocol": self._chance.choice(("classic", "consumer")),
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        consumer.subscribe([name])
        found: set[bytes] = set()
        while len(found) < RECORDS:
            message = consumer.poll(WAIT_S)
            assert message is not None, f"{name}: only {len(found)} of {RECORDS} records"
            assert message.error() is None, f"{name}: {message.error()}"
            found.add(message.value())
        consumer.commit(asynchronous=False)
        consumer.close()
        self.read += len(found)

    def _delete(self, name: str) -> None:
        self._admin.delete_consumer_groups([name])[name].result(WAIT_S)
        self._admin.delete_topics([name])[name].result(WAIT_S)


class ComingAndGoing:
    """Members of a group start, leave and are killed; one is always there."""

    def __init__(self, group: GroupOfMembers, protocol: str, seed: int) -> None:
        self.times: Counter[str] = Counter()
        self._group = group
        self._protocol = protocol
        self._chance = random.Random(seed)
        self._present: list[Member] = []
        self._start()

    def step(self) -> None:
        """Let one member come or go."""
        acts = [self._start] if len(self._present) < MEMBERS_MAX else []
        if len(self._present) > 1:
            acts += [self._stop, self._kill]
        self._chance.choice(acts)()

    def _start(self) -> None:
        self.times["started"] += 1
        name = f"{self._group.group_id}-{self.times['started']}"
        settings = CLASSIC if self._protocol == "classic" else {}
        self._present.append(self._group.start(name, protocol=self._protocol, settings=settings))

    def _stop(self) -> None:
        self.times["stopped"] += 1
        self._group.stop(self._take())

    def _kill(self) -> None:
        self.times["killed"] += 1
        self._group.kill(self._take())

    def _take(self) -> Member:
        return self._present.pop(self._chance.randrange(len(self._present)))
