"""A trouble that a broker goes through again and again, in cycles of a few rounds.

    trial = Trial(rounds, seed, seconds, work, every=every)
    for cycle in trial.cycles():
        broker = ServedBroker(cycle.place / "data")
        with running(broker):
            scene = Scene(broker, cycle.place, seed=cycle.seed, rate=rate)
            cycle.go_through(scene, ways)
            cycle.judge(scene)
    return trial.result()

Each cycle has a directory, a broker and clients of its own, and is judged at its end. The trial is
over when there were enough rounds, when its time is up, or after the first cycle that was not
clean, whose directory stays. One seed tells everything: each cycle goes by the sum of it and of the
rounds before.
"""

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.reliability.scene import Round, Scene, go_through
from tests.reliability.verifier import Verdict


class Trial:
    """All cycles, and what became of them. Blocking."""

    def __init__(self, rounds: int, seed: int, seconds: float, work: Path, *, every: int) -> None:
        """So many rounds within so many seconds, with a judgement after `every` so many."""
        self.deadline = time.monotonic() + seconds
        self.done: Counter[str] = Counter()
        """How often each way was gone through."""
        self.total = Verdict()
        self.slowest_s = 0.0
        """The longest that it took until every producer was acknowledged anew."""
        self._rounds = rounds
        self._every = every
        self._seed = seed
        self._work = work

    def cycles(self) -> Iterator["Cycle"]:
        """One after the other; each has been judged when the next is asked for."""
        while self.done.total() < self._rounds and time.monotonic() < self.deadline:
            first = self.done.total()
            cycle = Cycle(
                self,
                self._work / f"cycle-{first}",
                seed=self._seed + first,
                first=first,
                rounds=min(self._every, self._rounds - first),
            )
            cycle.place.mkdir(parents=True)
            yield cycle
            if not self.total.is_clean:
                return
            shutil.rmtree(cycle.place)

    def result(
        self, figures: Mapping[str, object] | None = None, *, is_clean: bool = True
    ) -> dict[str, object]:
        """The result as plain values, with the figures of this trouble.

        Without a round, or with fewer than were asked for, it is not clean; nor where `is_clean`
        says so.
        """
        total, rounds = self.total, self.done.total()
        return {
            "rounds": rounds,
            "rounds_by_way": dict(self.done),
            "seed": self._seed,
            **(figures or {}),
            "acknowledged": total.acknowledged,
            "read": total.records,
            "lost": total.lost,
            "faults": total.faults,
            "slowest_to_ack_s": round(self.slowest_s, 3),
            "clean": is_clean
            and total.is_clean
            and rounds == self._rounds
            and total.acknowledged > 0,
        }


class Cycle:
    """Some rounds of a trial with a broker of their own."""

    def __init__(self, trial: Trial, place: Path, *, seed: int, first: int, rounds: int) -> None:
        self.place = place
        """An empty directory."""
        self.seed = seed
        self._trial = trial
        self._first = first
        self._rounds = rounds

    def go_through(self, scene: Scene, ways: Mapping[str, Round]) -> None:
        """Let a scene go through the ways that are next."""
        trial = self._trial
        done = go_through(scene, ways, self._first, self._rounds, self.seed, trial.deadline)
        trial.done += Counter(done)

    def judge(self, scene: Scene) -> bool:
        """Judge the scene, whose broker ends; whether all was clean so far."""
        trial = self._trial
        trial.total.add(scene.judge())
        trial.slowest_s = max(trial.slowest_s, scene.slowest_s)
        return trial.total.is_clean
