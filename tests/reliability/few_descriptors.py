"""Takes the file descriptors of a broker away while clients use it, and verifies what it kept.

    python -m tests.reliability.few_descriptors [--rounds 30] [--every 10] [--descriptors N]
        [--partitions 1000] [--rate RECORDS_PER_S] [--seed N] [--seconds BUDGET] [--keep DIR]
        [--raw FILE]

The process may have so few descriptors (256 unless told otherwise, under RLIMIT_NOFILE) that its
partitions cannot all be open. A crowd of clients takes every connection that is given; every
partition is written to and read; both at once; the broker is killed or stopped meanwhile. The
producers that were there must be acknowledged all the while, and the broker may not spin. What is
told and what is kept is judged as after every other trouble. Prints one JSON line; a failing run
keeps its data directory and its seed.
"""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import psutil
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from tests.reliability import command
from tests.reliability.cycles import Trial
from tests.reliability.scene import Round, Scene, running
from tests.reliability.witnesses import QUICK
from tests.support.served import ServedBroker

DESCRIPTORS = 256
MANY = "many"
CROWD_MORE = 40
"""By how many a crowd is larger than the descriptors: that many are refused at the least."""
WATCH_S = 1.0
CPU_SHARE_MAX = 0.6
"""Of one core, that a broker under this load may use while a crowd is at its door."""
ANSWER_S = 120
"""As long as clients try by default: only so many partitions can be open at a time."""
CONFIG = """[engine]
"offsets.topic.num.partitions" = 3
"log.segment.bytes" = 1048576
"""


class Crowd:
    """Connections that nobody uses."""

    def __init__(self, address: str, count: int) -> None:
        host, _, port = address.rpartition(":")
        self._place = host, int(port)
        self._count = count
        self.refused_max = 0

    @contextmanager
    def there(self) -> Iterator[None]:
        """They come, stay for what is done meanwhile, and go."""
        with ExitStack() as stack:
            there = []
            for _ in range(self._count):
                each = stack.enter_context(socket.create_connection(self._place, ANSWER_S))
                each.setblocking(False)
                there.append(each)
            time.sleep(WATCH_S)
            self.refused_max = max(self.refused_max, sum(map(_is_refused, there)))
            yield


def _is_refused(connection: socket.socket) -> bool:
    """Whether the broker has hung up."""
    try:
        return not connection.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        return True


class FewDescriptors:
    """The ways in which the descriptors run out."""

    def __init__(self, scene: Scene, descriptors: int, partitions: int) -> None:
        self._partitions = partitions
        self._scene = scene
        self._writes = 0
        self.crowd = Crowd(scene.broker.address, descriptors + CROWD_MORE)
        self.cpu_share_max = 0.0
        scene.make_topic(MANY, partitions)
        self._producer = Producer(
            {**QUICK, "bootstrap.servers": scene.broker.address, "linger.ms": 20}
        )
        self.ways: dict[str, Round] = {
            "by clients": self._by_clients,
            "by partitions": self._by_partitions,
            "by both": self._by_both,
            "killed meanwhile": self._killed,
            "restarted meanwhile": self._restarted,
        }

    def _by_clients(self, scene: Scene, chance: Random) -> None:
        with self.crowd.there():
            self._watch()
            scene.heard()

    def _by_partitions(self, scene: Scene, chance: Random) -> None:
        self._write_everywhere()
        self._read_somewhere(chance)

    def _by_both(self, scene: Scene, chance: Random) -> None:
        with self.crowd.there():
            self._write_everywhere()
            scene.heard()
        self._read_somewhere(chance)

    def _killed(self, scene: Scene, chance: Random) -> None:
        with self.crowd.there():
            scene.broker.kill()
        scene.broker.start()
        self._write_everywhere()

    def _restarted(self, scene: Scene, chance: Random) -> None:
        self._write_everywhere()
        with self.crowd.there():
            code = scene.broker.stop()
        assert code == 0, f"a stop without descriptors ended with {code}"
        scene.broker.start()
        self._read_somewhere(chance)

    def _watch(self) -> None:
        """Nobody is let in, and that costs next to nothing."""
        process = psutil.Process(self._scene.broker.pid)
        before, begun = sum(process.cpu_times()[:2]), time.monotonic()
        time.sleep(WATCH_S)
        share = (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - begun)
        self.cpu_share_max = max(self.cpu_share_max, share)
        assert share <= CPU_SHARE_MAX, f"{share:.0%} of a core while nobody is let in"

    def _write_everywhere(self) -> None:
        """One record for each partition, all of which must be acknowledged."""
        faults: list[KafkaError] = []

        def told(error: KafkaError | None, _: object) -> None:
            if error is not None:
                faults.append(error)

        self._writes += 1
        for partition in range(self._partitions):
            value = b"%d of %d" % (self._writes, partition)
            self._producer.produce(MANY, value, partition=partition, on_delivery=told)
        left = self._producer.flush(ANSWER_S)
        assert not left, f"{left} records were neither acknowledged nor refused"
        assert not faults, f"{len(faults)} records were refused, the first with {faults[0]}"

    def _read_somewhere(self, chance: Random) -> None:
        """All records of some partitions are read."""
        consumer = Consumer(
            {
                **QUICK,
                "bootstrap.servers": self._scene.broker.address,
                "group.id": MANY,
                "enable.auto.commit": False,
            }
        )
        chosen = chance.sample(range(self._partitions), min(50, self._partitions))
        wanted = {b"%d of %d" % (1 + n, each) for n in range(self._writes) for each in chosen}
        consumer.assign([TopicPartition(MANY, each, 0) for each in chosen])
        try:
            deadline = time.monotonic() + ANSWER_S
            while wanted:
                left = len(wanted)
                assert time.monotonic() < deadline, f"{left} records of {MANY} are not read"
                for message in consumer.consume(1000, 0.5):
                    assert message.error() is None, f"{MANY}: {message.error()}"
                    wanted.discard(message.value())
        finally:
            consumer.close()


def run(
    rounds: int,
    seed: int,
    seconds: float,
    work: Path,
    *,
    every: int = 10,
    rate: int = 600,
    descriptors: int = DESCRIPTORS,
    partitions: int = 1000,
) -> dict[str, object]:
    """Let them run out so often and judge; the result as plain values."""
    trial = Trial(rounds, seed, seconds, work, every=every)
    refused, share = 0, 0.0
    for cycle in trial.cycles():
        broker = ServedBroker(cycle.place / "data", config=CONFIG, descriptors=descriptors)
        with running(broker):
            scene = Scene(broker, cycle.place, seed=cycle.seed, rate=rate)
            few = FewDescriptors(scene, descriptors, partitions)
            cycle.go_through(scene, few.ways)
            cycle.judge(scene)
        refused = max(refused, few.crowd.refused_max)
        share = max(share, few.cpu_share_max)
    figures = {
        "descriptors": descriptors,
        "partitions": partitions,
        "refused_of_a_crowd_max": refused,
        "cpu_share_of_a_core_max": round(share, 3),
    }
    return trial.result(figures, is_clean=refused > 0)


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--descriptors", type=int, default=DESCRIPTORS)
    parser.add_argument("--partitions", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=1800)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "few-descriptors",
        lambda work: run(
            given.rounds,
            given.seed,
            given.seconds,
            work,
            every=given.every,
            rate=given.rate,
            descriptors=given.descriptors,
            partitions=given.partitions,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
