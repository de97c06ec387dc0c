"""What bystanders of a load were told by a broker, and whether that still holds.

Each is a thread beside the producers: a consumer that follows the topic notes every record that it
was handed, a committer notes the offsets that were acknowledged for its group, a changer notes the
topics that were created and deleted. A broker may not take back any of it, whatever it went
through. They are judged from what another client library reads.
"""

import asyncio
import math
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.reliability.evidence import Evidence, Unrecognised, read_value
from tests.reliability.verifier import Reading, Verdict

QUICK = {"log_level": 0, "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 200}
PAUSE_S = 0.05
REQUEST_S = 5
TOPICS_KEPT = 2


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that so large a share of them does not exceed; not without any."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


class Witness:
    """A thread that does `step` until it is stopped. What fails while a broker dies is no news."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End it after the step under way."""
        self._stopped.set()
        self._thread.join()

    @contextmanager
    def there(self) -> Iterator[None]:
        """It works as long as the body lasts. Once."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with suppress(KafkaException, TimeoutError):
                self.step()

    def step(self) -> None:
        """Ask for something and note what was answered. Raises KafkaException, TimeoutError."""
        raise NotImplementedError


class Follower(Witness):
    """A consumer of all partitions that is handed records as early as can be."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        super().__init__()
        self.seen: dict[tuple[int, int], Evidence | None] = {}
        """By partition and offset; None for what is no record of the load."""
        self._consumer = Consumer(
            {
                **QUICK,
                "bootstrap.servers": bootstrap,
                "group.id": "follower",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 10,
            }
        )
        self._consumer.assign([TopicPartition(topic, each, 0) for each in range(partitions)])

    def step(self) -> None:
        for message in self._consumer.consume(500, 0.05):
            if message.error() is None:
                try:
                    evidence = read_value(message.value())
                except Unrecognised:
                    evidence = None
                self.seen.setdefault((message.partition(), message.offset()), evidence)

    def stop(self) -> None:
        super().stop()
        self._consumer.close()


class Committer(Witness):
    """Commits ever higher offsets for a group without members."""

    def __init__(self, bootstrap: str, topic: str, partitions: int, group: str) -> None:
        super().__init__()
        self.committed: dict[int, int] = {}
        """Of each partition the last offset that was acknowledged."""
        self.group = group
        self._topic = topic
        self._partitions = partitions
        self._count = 0
        self._consumer = Consumer(
            {
                **QUICK,
                "bootstrap.servers": bootstrap,
                "group.id": group,
                "enable.auto.commit": False,
            }
        )

    def step(self) -> None:
        time.sleep(PAUSE_S)
        self._count += 1
        wanted = [TopicPartition(self._topic, p, self._count) for p in range(self._partitions)]
        for each in self._consumer.commit(offsets=wanted, asynchronous=False):
            if each.error is None:
                self.committed[each.partition] = self._count

    def stop(self) -> None:
        super().stop()
        self._consumer.close()


class Changer(Witness):
    """Creates topics and deletes the older ones."""

    def __init__(self, bootstrap: str) -> None:
        super().__init__()
        self.created: set[str] = set()
        self.deleted: set[str] = set()
        self._made: list[str] = []
        self._count = 0
        self._admin = AdminClient({**QUICK, "bootstrap.servers": bootstrap})

    def step(self) -> None:
        time.sleep(PAUSE_S)
        self._count += 1
        name = f"passing-{self._count}"
        self._admin.create_topics([NewTopic(name, 1, 1)])[name].result(REQUEST_S)
        self.created.add(name)
        self._made.append(name)
        if len(self._made) > TOPICS_KEPT:
            name = self._made.pop(0)
            # Whether it is there is not known until the deletion was answered.
            self.created.discard(name)
            self._admin.delete_topics([name])[name].result(REQUEST_S)
            self.deleted.add(name)


def judge_seen(
    seen: Mapping[tuple[int, int], Evidence | None], records: Reading, verdict: Verdict
) -> None:
    """What a consumer was handed stands where it stood."""
    there = {
        (partition, each.offset): each.value
        for partition, found in records.items()
        for each in found
    }
    for (partition, offset), evidence in seen.items():
        where = f"{partition}@{offset}"
        value = there.get((partition, offset))
        if evidence is None:
            verdict.fault(f"{where}: a consumer was handed what nobody sent")
        elif value is None:
            verdict.fault(f"{where}: a consumer was handed {evidence}, which is not there")
        else:
            with suppress(Unrecognised):
                if read_value(value) != evidence:
                    verdict.fault(f"{where}: a consumer was handed {evidence}, not {value[:40]!r}")


def judge_commits(
    acknowledged: Mapping[int, int], found: Mapping[int, int | None], verdict: Verdict
) -> None:
    """No group goes back behind a commit that was acknowledged."""
    for partition, offset in acknowledged.items():
        position = found.get(partition)
        if position is None or position < offset:
            verdict.fault(f"{partition}: committed {offset}, found {position}")


def judge_topics(changer: Changer, names: set[str], verdict: Verdict) -> None:
    """What was created is there, and what was deleted is not."""
    for name in sorted(changer.created - names):
        verdict.fault(f"{name}: was created and is not there")
    for name in sorted(changer.deleted & names):
        verdict.fault(f"{name}: was deleted and is there")


def find_commits(bootstrap: str, group: str, topic: str, partitions: int) -> dict[int, int | None]:
    """The committed offsets of a group, asked by aiokafka. Blocking."""

    async def ask() -> dict[int, int | None]:
        from aiokafka import AIOKafkaConsumer
        from aiokafka import TopicPartition as Place

        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False
        )
        async with consumer:
            consumer.assign([Place(topic, each) for each in range(partitions)])
            places = [Place(topic, each) for each in range(partitions)]
            return {each.partition: await consumer.committed(each) for each in places}

    return asyncio.run(ask())


def find_topics(bootstrap: str) -> set[str]:
    """The names of all topics, asked by aiokafka. Blocking."""

    async def ask() -> set[str]:
        from aiokafka import AIOKafkaConsumer

        async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
            names: set[str] = await consumer.topics()
            return names

    return asyncio.run(ask())
