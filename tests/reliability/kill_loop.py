"""Kills a broker again and again while clients use it, and verifies what it kept.

    python -m tests.reliability.kill_loop [--rounds 50] [--every 25] [--rate RECORDS_PER_S]
        [--seed N] [--seconds BUDGET] [--keep DIR]

Idempotent and plain producers, a compacted and an expiring topic, a consumer, a committing group
and topics that come and go live through every death. The broker dies in all the ways of
`tests.reliability.deaths`; segments are small and the intervals short, so that logs roll, are
retained and compacted all the time. After each death every producer must be acknowledged again
within a bound. After so many rounds everything is read back by another client library and judged,
and a new broker with an empty directory takes its turn. Prints one line a round on stderr and one
JSON line with the result; a failing run keeps its data directory and its seed.
"""

import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from confluent_kafka.admin import AdminClient, NewTopic

from tests.reliability import command
from tests.reliability.deaths import WAYS
from tests.reliability.evidence import Acknowledged, read_journals
from tests.reliability.ledger import judge_compacted, judge_rest
from tests.reliability.producers import Producers
from tests.reliability.soak_load import keep_all_from_now_on
from tests.reliability.verifier import Verdict, judge, read_all, read_stamped, values_of
from tests.reliability.witnesses import (
    Changer,
    Committer,
    Follower,
    Witness,
    find_commits,
    find_topics,
    judge_commits,
    judge_seen,
    judge_topics,
)
from tests.support.served import ServedBroker

PARTITIONS = 3
VERIFIED, EXPIRING, COMPACTED = "verified", "expiring", "compacted"
KEYS = 300
TOPICS = {
    VERIFIED: {},
    EXPIRING: {"retention.bytes": "2000000"},
    COMPACTED: {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.2"},
}
LOADS = {
    "idempotent-a": (VERIFIED,),
    "idempotent-b": (VERIFIED,),
    "plain-a": (VERIFIED, "--plain"),
    "expiring": (EXPIRING,),
    "keyed": (COMPACTED, "--keys", str(KEYS)),
}
"""Of each producer the topic, and how it writes."""
CONFIG = """[engine]
"log.segment.bytes" = 1048576
"log.retention.check.interval.ms" = 200
"log.cleaner.backoff.ms" = 200
"offsets.topic.num.partitions" = 3
"""


class Cycle:
    """One directory, its clients, so many rounds, and the judgement."""

    def __init__(self, work: Path, seed: int, rate: int) -> None:
        self.done: Counter[str] = Counter()
        self.slowest_s = 0.0
        self.exit_code = -1
        self.verdict = Verdict()
        self._chance = Random(seed)
        self._journal = work / "journal"
        self._journal.mkdir(parents=True)
        self._broker = ServedBroker(work / "data", config=CONFIG)
        self._bootstrap = self._broker.start()
        self._admin = AdminClient({"bootstrap.servers": self._bootstrap})
        made = self._admin.create_topics(
            [NewTopic(name, PARTITIONS, 1, config=config) for name, config in TOPICS.items()]
        )
        for future in made.values():
            future.result(30)
        self._producers = Producers(
            self._bootstrap, self._journal, LOADS, partitions=PARTITIONS, rate=rate, seed=seed
        )
        self._changer = Changer(self._bootstrap)
        self._committer = Committer(self._bootstrap, VERIFIED, PARTITIONS, "committer")
        self._follower = Follower(self._bootstrap, VERIFIED, PARTITIONS)
        self._witnesses: list[Witness] = [self._changer, self._committer, self._follower]

    def run(self, first: int, rounds: int, deadline: float) -> None:
        """Let the broker die so often, by one way after the other."""
        names = [*WAYS]
        try:
            for witness in self._witnesses:
                witness.start()
            self._producers.wait()
            for number in range(first, first + rounds):
                if time.monotonic() > deadline:
                    break
                way = names[number % len(names)]
                WAYS[way](self._broker, self._chance)
                took_s = self._producers.wait()
                self.slowest_s = max(self.slowest_s, took_s)
                self.done[way] += 1
                print(f"round {number + 1}, {way}: heard after {took_s:.2f} s", file=sys.stderr)
        finally:
            for witness in self._witnesses:
                witness.stop()
            self._producers.end()

    def judge(self) -> None:
        """Read everything back and end the broker."""
        keep_all_from_now_on(self._admin, EXPIRING)
        records = read_stamped(self._bootstrap, VERIFIED, PARTITIONS)
        acked = self._acknowledged()
        verdict = judge(dict(values_of(records)), acked)
        judge_seen(self._follower.seen, records, verdict)
        group = self._committer.group
        positions = find_commits(self._bootstrap, group, VERIFIED, PARTITIONS)
        judge_commits(self._committer.committed, positions, verdict)
        judge_topics(self._changer, find_topics(self._bootstrap), verdict)
        journal = self._journal / "keyed.journal"
        compacted = read_all(self._bootstrap, COMPACTED, PARTITIONS)
        rest = read_all(self._bootstrap, EXPIRING, PARTITIONS)
        for other in (
            judge_compacted(compacted, journal, keys=KEYS),
            judge_rest(rest, [self._journal / "expiring.journal"]),
        ):
            verdict.add(other)
        self.verdict = verdict
        self.exit_code = self._broker.stop()

    def _acknowledged(self) -> Acknowledged:
        """What the producers of the verified topic heard of."""
        return read_journals(self._journal, [n for n, load in LOADS.items() if load[0] == VERIFIED])


def run(
    rounds: int, seed: int, seconds: float, work: Path, *, every: int = 25, rate: int = 15_000
) -> dict[str, object]:
    """Run the loop in a directory and return its result as plain values."""
    deadline = time.monotonic() + seconds
    done: Counter[str] = Counter()
    total = Verdict()
    slowest_s, codes = 0.0, set[int]()
    while done.total() < rounds and time.monotonic() < deadline and total.is_clean:
        first = done.total()
        directory = work / f"cycle-{first}"
        cycle = Cycle(directory, seed + first, rate)
        cycle.run(first, min(every, rounds - first), deadline)
        cycle.judge()
        done += cycle.done
        total.add(cycle.verdict)
        slowest_s = max(slowest_s, cycle.slowest_s)
        codes.add(cycle.exit_code)
        if cycle.verdict.is_clean and not cycle.exit_code:
            shutil.rmtree(directory)
    return {
        "rounds": done.total(),
        "rounds_by_way": dict(done),
        "seed": seed,
        "acknowledged": total.acknowledged,
        "read": total.records,
        "indeterminate": total.indeterminate,
        "lost": total.lost,
        "faults": total.faults,
        "slowest_to_ack_s": round(slowest_s, 3),
        "exit_codes_of_clean_stops": sorted(codes),
        "clean": total.is_clean
        and codes == {0}
        and done.total() == rounds
        and total.acknowledged > 0,
    }


def main() -> int:
    return command.carry_out_rounds(
        __doc__, "kill-loop", run, rounds=50, every=25, rate=15_000, seconds=900
    )


if __name__ == "__main__":
    sys.exit(main())
