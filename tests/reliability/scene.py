"""What a broker goes through a trouble with: its producers and bystanders, and their judgement.

Two idempotent producers and a plain one write to the verified topic; a consumer follows it, a group
commits, topics come and go. When the trouble is over everything that any of them was told is held
against what another client library reads.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from aiokafka.errors import KafkaError as ReadError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from tests.reliability.evidence import acknowledgements, read_journals
from tests.reliability.producers import Producers
from tests.reliability.verifier import (
    Verdict,
    find_times,
    judge,
    judge_times,
    read_stamped,
    values_of,
)
from tests.reliability.witnesses import (
    QUICK,
    Changer,
    Committer,
    Follower,
    find_commits,
    find_topics,
    judge_commits,
    judge_seen,
    judge_topics,
)
from tests.support.served import ServedBroker

PARTITIONS = 3
VERIFIED = "verified"
LOADS = {
    "idempotent-a": (VERIFIED,),
    "idempotent-b": (VERIFIED,),
    "plain-a": (VERIFIED, "--plain"),
}
ADMIN_S = 30
TROUBLES = (AssertionError, KafkaException, OSError, ReadError)
"""What a round may end with; TimeoutError is an OSError."""


class Scene:
    """A broker that serves, and all who use it. Blocking."""

    def __init__(
        self,
        broker: ServedBroker,
        work: Path,
        *,
        seed: int,
        rate: int,
        bootstrap: str = "",
        loads: Mapping[str, Sequence[str]] = LOADS,
        **topic_config: str,
    ) -> None:
        """`broker` has been started; `bootstrap` is where clients find it, if not itself.

        `topic_config` is that of the verified topic.
        """
        self.broker = broker
        self.verdict = Verdict()
        self.slowest_s = 0.0
        """The longest that it took until every producer was acknowledged anew."""
        self._chance = Random(seed)
        self._journal = work / "journal"
        self._journal.mkdir(parents=True)
        bootstrap = bootstrap or broker.address
        self.admin = AdminClient({**QUICK, "bootstrap.servers": bootstrap})
        self.make_topic(VERIFIED, PARTITIONS, **topic_config)
        self.producers = Producers(
            bootstrap, self._journal, loads, partitions=PARTITIONS, rate=rate, seed=seed
        )
        self._changer = Changer(bootstrap)
        self._committer = Committer(bootstrap, VERIFIED, PARTITIONS, "committer")
        self._follower = Follower(bootstrap, VERIFIED, PARTITIONS)

    def make_topic(self, name: str, partitions: int = 1, **config: str) -> None:
        """Raises KafkaException."""
        wanted = NewTopic(name, partitions, 1, config=config)
        self.admin.create_topics([wanted])[name].result(ADMIN_S)

    def remove_topic(self, name: str) -> None:
        """Raises KafkaException."""
        self.admin.delete_topics([name])[name].result(ADMIN_S)

    def heard(self) -> float:
        """Seconds until every producer was acknowledged anew. Raises TimeoutError."""
        took_s = self.producers.wait()
        self.slowest_s = max(self.slowest_s, took_s)
        return took_s

    def last_acknowledged(self) -> Mapping[int, int]:
        """Of each partition the highest offset that a producer heard of."""
        last: dict[int, int] = {}
        for path in self._journal.glob("*.journal"):
            for partition, offset, _ in acknowledgements(path):
                last[partition] = max(offset, last.get(partition, -1))
        return last

    @contextmanager
    def troubled(self) -> Iterator[None]:
        """What ends the body early is a fault."""
        try:
            yield
        except TROUBLES as error:
            self.verdict.fault(f"{type(error).__name__}: {error}")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Everybody works, to the end of the trouble; what ends it early is a fault."""
        witnesses = self._changer, self._committer, self._follower
        for witness in witnesses:
            witness.start()
        try:
            with self.troubled():
                self.producers.wait()
                yield
        finally:
            for witness in witnesses:
                witness.stop()
            self.producers.end()

    def judge(self) -> Verdict:
        """Read everything back, end the broker, and tell what was wrong."""
        try:
            self._judge()
        except TROUBLES as error:
            self.verdict.fault(f"cannot be judged: {error!r}")
        finally:
            if self.broker.process is not None:
                code = self.broker.stop()
                if code:
                    self.verdict.fault(f"a clean stop ended with {code}")
        return self.verdict

    def told(self) -> dict[str, object]:
        """What came of it, for a result: once everything else that was wrong is in the verdict."""
        verdict = self.verdict
        return {
            "acknowledged": verdict.acknowledged,
            "read": verdict.records,
            "lost": verdict.lost,
            "faults": verdict.faults,
            "slowest_to_ack_s": round(self.slowest_s, 3),
            "clean": verdict.is_clean and verdict.acknowledged > 0,
        }

    def _judge(self) -> None:
        bootstrap, verdict = self.broker.address, self.verdict
        records = read_stamped(bootstrap, VERIFIED, PARTITIONS)
        verdict.add(judge(dict(values_of(records)), read_journals(self._journal)))
        judge_seen(self._follower.seen, records, verdict)
        group = self._committer.group
        positions = find_commits(bootstrap, group, VERIFIED, PARTITIONS)
        judge_commits(self._committer.committed, positions, verdict)
        judge_topics(self._changer, find_topics(bootstrap), verdict)
        judge_times(find_times(bootstrap, VERIFIED, records, self._chance), records, verdict)


@contextmanager
def running(broker: ServedBroker) -> Iterator[str]:
    """Start a broker; its address. Whatever happens, its process does not outlive this."""
    try:
        yield broker.start()
    finally:
        if broker.process is not None:
            broker.kill()


Round = Callable[[Scene, Random], None]


def go_through(
    scene: Scene, ways: Mapping[str, Round], first: int, rounds: int, seed: int, deadline: float
) -> list[str]:
    """Let a scene go through one way after the other; those that it went through.

    A way leaves the broker running and without trouble, or raises one of TROUBLES.
    """
    chance = Random(seed)
    names, done = [*ways], list[str]()
    with scene.at_work():
        for number in range(first, first + rounds):
            if time.monotonic() > deadline:
                break
            name = names[number % len(names)]
            ways[name](scene, chance)
            took_s = scene.heard()
            done.append(name)
            print(f"round {number + 1}, {name}: heard after {took_s:.2f} s", file=sys.stderr)
    return done
