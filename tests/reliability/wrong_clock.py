"""Lets the clock of a broker's machine go wrong again and again, and verifies what it kept.

    python -m tests.reliability.wrong_clock [--rounds 30] [--every 10] [--rate RECORDS_PER_S]
        [--seed N] [--seconds BUDGET] [--keep DIR] [--raw FILE]

The wall clock goes back by an hour, on by ten years or back by as many, stands still, or jumps back
and forth, while clients write and commit; in some rounds the broker is killed and starts with the
wrong date. Records are kept for an hour, so that by the right clock nothing is due, and all of it
would be by the wrong one. No record may go, no commit and no topic; no member may be thrown out of
its group while the broker lives; and one that was killed is gone when its session is over, also
where the clock stands still. Prints one JSON line; a failing run keeps its data and its seed.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.interop.group_of_members import GroupOfMembers
from tests.reliability import command
from tests.reliability.cycles import Trial
from tests.reliability.odd_machine import set_clock
from tests.reliability.scene import PARTITIONS, VERIFIED, Round, Scene, running
from tests.reliability.watch import CLASSIC, MEMBERS, PROTOCOLS, SteadyMember
from tests.support.served import ServedBroker

HOUR_S = 3600
YEARS_S = 10 * 365 * 24 * HOUR_S
RIGHT = "ahead 0"
WRONG_S = (1.0, 3.0)
JUMPS = 20
TOPIC_CONFIG = {
    "retention.ms": str(HOUR_S * 1000),
    "internal.segment.bytes": "65536",
    # A broker whose clock is behind would refuse what is newer than its own time allows.
    "message.timestamp.after.max.ms": str(2**63 - 1),
}
CONFIG = f"""[engine]
"log.retention.check.interval.ms" = 200
"offsets.retention.check.interval.ms" = 200
"offsets.topic.num.partitions" = 3
{MEMBERS}"""


class WrongClock:
    """The ways in which a clock is wrong."""

    def __init__(self, file: Path, group: GroupOfMembers, steady: list[SteadyMember]) -> None:
        self._file = file
        self._group = group
        self._steady = steady
        self._members = 0
        self.ways: Mapping[str, Round] = {
            "ten years on": self._away(YEARS_S),
            "an hour back": self._away(-HOUR_S),
            "started ten years on": self._started(YEARS_S),
            "standing still": self._standing,
            "back and forth": self._back_and_forth,
            "ten years back": self._away(-YEARS_S),
            "started ten years back": self._started(-YEARS_S),
        }

    def _away(self, seconds: int) -> Round:
        def way(scene: Scene, chance: Random) -> None:
            with_them = [each.thrown_out for each in self._steady]
            self._set(f"ahead {seconds}")
            time.sleep(chance.uniform(*WRONG_S))
            scene.heard()
            self._set(RIGHT)
            scene.heard()
            assert with_them == [each.thrown_out for each in self._steady], "a member is out"

        return way

    def _started(self, seconds: int) -> Round:
        def way(scene: Scene, chance: Random) -> None:
            scene.broker.kill()
            self._set(f"ahead {seconds}")
            scene.broker.start()
            scene.heard()
            time.sleep(chance.uniform(*WRONG_S))
            if chance.random() < 0.5:
                scene.broker.kill()
                self._set(RIGHT)
                scene.broker.start()
            self._set(RIGHT)

        return way

    def _standing(self, scene: Scene, chance: Random) -> None:
        """A member dies meanwhile, and its partitions go to the one that is left."""
        self._members += 2
        first, second = (
            self._group.start(
                f"member-{self._members + number}",
                protocol="classic",
                settings={key: str(value) for key, value in CLASSIC.items()},
            )
            for number in range(2)
        )
        self._group.share(first, second, partitions=PARTITIONS)
        self._set(f"stands {time.time_ns() // 1_000_000}")
        self._group.kill(second)
        self._group.share(first, partitions=PARTITIONS)
        self._set(RIGHT)
        self._group.stop(first)

    def _back_and_forth(self, scene: Scene, chance: Random) -> None:
        for _ in range(JUMPS):
            self._set(f"ahead {chance.choice((-1, 1)) * 10 ** chance.uniform(0, 9):.3f}")
            time.sleep(0.05)
        self._set(RIGHT)

    def _set(self, text: str) -> None:
        set_clock(self._file, text)


def run(
    rounds: int, seed: int, seconds: float, work: Path, *, every: int = 10, rate: int = 600
) -> dict[str, object]:
    """Let the clock go wrong so often and judge; the result as plain values."""
    trial = Trial(rounds, seed, seconds, work, every=every)
    for cycle in trial.cycles():
        file = cycle.place / "clock"
        set_clock(file, RIGHT)
        words = ("-m", "tests.reliability.odd_machine", "--clock", str(file))
        broker = ServedBroker(cycle.place / "data", config=CONFIG, program=words)
        with (
            running(broker) as bootstrap,
            GroupOfMembers(bootstrap, "mortals", [VERIFIED]) as group,
        ):
            scene = Scene(broker, cycle.place, seed=cycle.seed, rate=rate, **TOPIC_CONFIG)
            steady = [SteadyMember(bootstrap, VERIFIED, protocol) for protocol in PROTOCOLS]
            for member in steady:
                member.start()
            cycle.go_through(scene, WrongClock(file, group, steady).ways)
            for member in steady:
                member.stop()
            cycle.judge(scene)
    return trial.result()


def main() -> int:
    return command.carry_out_rounds(__doc__, "wrong-clock", run, rounds=30)


if __name__ == "__main__":
    sys.exit(main())
