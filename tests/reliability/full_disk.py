"""Fills the disk of a broker again and again while clients use it, and verifies what it kept.

    python -m tests.reliability.full_disk [--rounds 100] [--every 10] [--rate RECORDS_PER_S]
        [--seed N] [--seconds BUDGET] [--keep DIR] [--raw FILE]

The data directory is a file system of its own of 48 MB (`tests.reliability.small_disk`). Another
program takes all of its room, or all but a few kilobytes, so that writes end in their middle; or
the topics themselves take all but the reserve. The broker may be killed or stopped meanwhile, and
starts on a full disk. As long as there is no room producers are refused with an error that clients
retry, and what was acknowledged can be read; above the reserve groups commit and topics are made as
ever. When there is room again every producer must be acknowledged within a bound, and nothing may
be lost. Prints one JSON line; a failing run keeps what the disk held and its seed.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from tests.reliability import command
from tests.reliability.cycles import Trial
from tests.reliability.scene import VERIFIED, Round, Scene, running
from tests.reliability.small_disk import SmallDisk, small_disk
from tests.reliability.witnesses import QUICK
from tests.support.served import ServedBroker

DISK_BYTES = 48 << 20
RESERVE_BYTES = 4 << 20
RESUME_S = 5.0
"""How soon every producer must be acknowledged when there is room again."""
REFUSED_S = 20
READ_S = 20
PROBE_BYTES = 8_000
BULK_BYTES = 200_000
LEFT_BYTES_MAX = 60_000
DEATHS = 2
"""How often the broker dies before there is room again."""
PROBED, BULK = "probed", "bulk"
CONFIG = f"""[engine]
"disk.reserve.bytes" = {RESERVE_BYTES}
"log.segment.bytes" = 1048576
"offsets.topic.num.partitions" = 3
"log.retention.check.interval.ms" = 200
"log.segment.delete.delay.ms" = 100
"""


class Probe:
    """Writes single records to see whether they are taken."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = Producer(
            {**QUICK, "bootstrap.servers": bootstrap, "retries": 0, "message.timeout.ms": 10_000}
        )

    def write(self, topic: str, size_bytes: int) -> KafkaError | None:
        """What came of one record: nothing if it was acknowledged."""
        answers: list[KafkaError | None] = []
        self._producer.produce(
            topic, bytes(size_bytes), on_delivery=lambda error, _: answers.append(error)
        )
        self._producer.flush(REFUSED_S)
        assert answers, f"nothing came of a record for {topic}"
        return answers[0]

    def write_until_refused(self, topic: str, size_bytes: int) -> None:
        """Write until there is no room. The refusal must be one that clients retry."""
        deadline = time.monotonic() + REFUSED_S
        while (error := self.write(topic, size_bytes)) is None:
            assert time.monotonic() < deadline, f"{topic} is still written to on a full disk"
        assert error.code() == KafkaError.KAFKA_STORAGE_ERROR, f"{topic} is refused with {error}"


class FullDisk:
    """One disk, and the ways in which it fills."""

    def __init__(self, disk: SmallDisk, scene: Scene) -> None:
        self._disk = disk
        self._scene = scene
        self._probe = Probe(scene.broker.address)
        self._consumer = Consumer(
            {**QUICK, "bootstrap.servers": scene.broker.address, "group.id": "beside"}
        )
        self._bulks = 0
        self.resumed_s = 0.0
        """The longest from when there was room until every producer was acknowledged."""
        scene.make_topic(PROBED, **{"retention.bytes": "100000", "segment.bytes": "1048576"})
        self.ways: dict[str, Round] = {
            "killed meanwhile": self._killed,
            "by another program": self._by_another,
            "in the middle of a write": self._in_a_write,
            "by its own records": self._by_its_own,
            "restarted meanwhile": self._restarted,
        }

    def _by_another(self, scene: Scene, chance: Random) -> None:
        self._fill(0)
        self._free_again()

    def _in_a_write(self, scene: Scene, chance: Random) -> None:
        self._fill(chance.randint(1, LEFT_BYTES_MAX))
        self._free_again()

    def _killed(self, scene: Scene, chance: Random) -> None:
        """More than once on the same full disk."""
        leave_bytes = chance.choice((0, chance.randint(1, LEFT_BYTES_MAX)))
        for _ in range(DEATHS):
            self._fill(leave_bytes)
            scene.broker.kill()
            scene.broker.start()
            self._read()
        self._free_again()

    def _restarted(self, scene: Scene, chance: Random) -> None:
        self._fill(chance.choice((0, chance.randint(1, LEFT_BYTES_MAX))))
        code = scene.broker.stop()
        assert code == 0, f"a stop on a full disk ended with {code}"
        scene.broker.start()
        self._read()
        self._free_again()

    def _by_its_own(self, scene: Scene, chance: Random) -> None:
        """Records take all but the reserve, which is there for groups and topics."""
        self._bulks += 1
        name = f"{BULK}-{self._bulks}"
        scene.make_topic(name)
        self._probe.write_until_refused(name, BULK_BYTES)
        self._read()
        scene.make_topic(f"{name}-beside")
        self._commit()
        scene.remove_topic(f"{name}-beside")
        scene.remove_topic(name)
        self._note_resumed()

    def _fill(self, leave_bytes: int) -> None:
        self._disk.fill(leave_bytes)
        self._probe.write_until_refused(PROBED, PROBE_BYTES)
        self._read()

    def _read(self) -> None:
        """What was acknowledged last in each partition is read."""
        for partition, offset in self._scene.last_acknowledged().items():
            self._consumer.assign([TopicPartition(VERIFIED, partition, offset)])
            message = self._consumer.poll(READ_S)
            assert message is not None, f"{partition}@{offset}: not read on a full disk"
            assert message.error() is None, f"{partition}@{offset}: {message.error()}"
            assert message.offset() == offset

    def _commit(self) -> None:
        """A group goes on."""
        wanted = [TopicPartition(VERIFIED, 0, self._bulks)]
        for each in self._consumer.commit(offsets=wanted, asynchronous=False):
            assert each.error is None, f"a group cannot commit: {each.error}"

    def _free_again(self) -> None:
        self._disk.free()
        self._note_resumed()

    def _note_resumed(self) -> None:
        took_s = self._scene.heard()
        self.resumed_s = max(self.resumed_s, took_s)
        assert took_s <= RESUME_S, f"{took_s:.1f} s until all were acknowledged again"


def run(
    rounds: int,
    seed: int,
    seconds: float,
    work: Path,
    *,
    every: int = 10,
    rate: int = 600,
    make_disk: Callable[[Path, int], SmallDisk] = small_disk,
) -> dict[str, object]:
    """Fill the disk so often and judge; the result as plain values."""
    trial = Trial(rounds, seed, seconds, work, every=every)
    resumed_s, kind = 0.0, ""
    for cycle in trial.cycles():
        place = cycle.place
        with make_disk((place / "small").resolve(), DISK_BYTES) as disk:
            kind = disk.kind
            broker = ServedBroker(
                disk.path / "data", config=CONFIG, program=disk.program, beside=place
            )
            with running(broker):
                scene = Scene(broker, place, seed=cycle.seed, rate=rate)
                full = FullDisk(disk, scene)
                cycle.go_through(scene, full.ways)
                disk.free()
                is_clean = cycle.judge(scene)
            resumed_s = max(resumed_s, full.resumed_s)
            if not is_clean:
                disk.keep(place / "kept")
    return trial.result(
        {
            "disk": f"{kind} of {DISK_BYTES >> 20} MB",
            "slowest_to_resume_s": round(resumed_s, 3),
        }
    )


def main() -> int:
    return command.carry_out_rounds(__doc__, "full-disk", run, rounds=100)


if __name__ == "__main__":
    sys.exit(main())
