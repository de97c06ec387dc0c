"""Leaves a broker under steady load for a long time, and tells whether anything grows or is lost.

    python -m tests.reliability.soak [--minutes 30] [--rate RECORDS_PER_S] [--seed N] [--keep DIR]

Unmodified clients write to a topic that retention shortens and to one that is compacted; a group of
each protocol reads the first, its members coming and going; topics with groups of their own are
made and deleted. Without a rate it is half of what the same producers reach on this machine. Prints
one JSON line: growth of memory by the minute after the warm-up with its error, descriptors, what
was acknowledged, read and lost. What retention takes before a group comes to it, which it does on a
machine that has no time for the readers, is told and not lost. Ends with 0 if nothing was lost and
nothing grows; otherwise the data directory and the samples are kept.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from confluent_kafka.admin import AdminClient

from tests.interop.group_of_members import GroupOfMembers
from tests.reliability import command
from tests.reliability.churn import ComingAndGoing, PassingTopics, Repeated
from tests.reliability.findings import Findings
from tests.reliability.ledger import gaps_in, judge_compacted, judge_rest, topic_ledger
from tests.reliability.log_starts import LogStarts, overtaken, starts_of
from tests.reliability.producers import Load
from tests.reliability.soak_load import (
    COMPACTED,
    CONFIG,
    EXPIRING,
    KEYS,
    PARTITIONS,
    end,
    journals,
    keep_all_from_now_on,
    make_topics,
    measured_rate,
    start_loads,
)
from tests.reliability.verifier import read_all
from tests.reliability.vitals import Sampler, vitals
from tests.support.served import ServedBroker

WARM_UP_SHARE = 1 / 2
WARM_UP_S_MAX = 1200
"""Until then memory grows to what the load needs: in a run of 30 minutes its floors rose by 170 kB
a minute in the first ten, by 80 up to the eighteenth, and no more after that."""
TOLD_EVERY_S = 60


@dataclass(slots=True)
class Gaps:
    """How many records a group has not read."""

    skipped: int = 0
    overtaken: int = 0
    """Those that retention took before the group came to them."""


def wait(
    seconds: float, sampler: Sampler, loads: Sequence[Load], beside: Sequence[Repeated]
) -> list[str]:
    """Let time pass; ends early, telling why, when something has ended that should go on."""
    begun = told_at = time.monotonic()
    while (now := time.monotonic()) < begun + seconds:
        time.sleep(0.5)
        faults = [fault for each in beside for fault in each.faults]
        faults += ["a producer has ended" for load in loads if load.poll() is not None]
        if sampler.has_ended:
            faults.append("the broker has ended")
        if faults:
            return faults
        if now > told_at + TOLD_EVERY_S and sampler.samples:
            told_at, last = now, sampler.samples[-1]
            figures = f"{last.memory_bytes / 1e6:.1f} MB, {last.descriptors} descriptors"
            print(f"{(now - begun) / 60:.0f} min: {figures}", file=sys.stderr)
    return []


def gaps_of(group: GroupOfMembers, ends: Mapping[int, int], starts: LogStarts) -> Gaps:
    """What a group has not read, once it has read all or does not go on."""

    def found() -> Gaps:
        gaps = Gaps()
        for partition, behind_all in ends.items():
            place = (EXPIRING, partition)
            each = gaps_in(group.runs(place), behind_all)
            late = overtaken(starts, partition, each, partial(group.began_s, place))
            gaps.overtaken += late
            gaps.skipped += sum(behind - first for first, behind in each) - late
        return gaps

    group.comes_true(lambda: not found().skipped)
    return found()


def read_by(group: GroupOfMembers) -> int:
    """Records that a group has read, those that it read again among them."""
    places = ((EXPIRING, partition) for partition in range(PARTITIONS))
    return sum(behind - first for place in places for first, behind in group.runs(place))


def judged(
    bootstrap: str,
    work: Path,
    sampler: Sampler,
    groups: Sequence[GroupOfMembers],
    starts: LogStarts,
) -> Findings:
    """Judge what a load has left behind: in the broker, with its readers, in its process."""
    journal = work / "journal"
    expiring = topic_ledger(journals(journal, EXPIRING))
    gaps = [gaps_of(group, expiring.ends, starts) for group in groups]
    rest = dict(read_all(bootstrap, EXPIRING, PARTITIONS))
    compacted = judge_compacted(
        read_all(bootstrap, COMPACTED, PARTITIONS), *journals(journal, COMPACTED), keys=KEYS
    )
    return Findings(
        vitals=vitals(sampler.samples, min(WARM_UP_S_MAX, WARM_UP_SHARE * sampler.lasted_s)),
        rest=judge_rest(rest, journals(journal, EXPIRING)),
        compacted=compacted,
        acknowledged=expiring.acknowledged + compacted.acknowledged,
        reads=[read_by(group) for group in groups],
        skipped=sum(each.skipped for each in gaps),
        overtaken=sum(each.overtaken for each in gaps),
        expired=sum(found[0][0] for found in rest.values() if found),
        faults=[*starts.faults, *(fault for group in groups for fault in group.faults)],
    )


def soak(
    broker: ServedBroker, work: Path, *, seconds: float, rate: int, seed: int
) -> tuple[Findings, dict[str, int]]:
    """Load a broker that has been started, then judge it; and how much came and went beside."""
    bootstrap = broker.address
    admin = AdminClient({"bootstrap.servers": bootstrap})
    make_topics(admin)
    chance = random.Random(seed)
    sampler = Sampler(broker.pid)
    passing = PassingTopics(bootstrap, seed)
    with (
        GroupOfMembers(bootstrap, "classic-readers", [EXPIRING]) as classic,
        GroupOfMembers(bootstrap, "newer-readers", [EXPIRING]) as newer,
        LogStarts(starts_of(admin, EXPIRING, PARTITIONS)) as starts,
    ):
        crowds = [ComingAndGoing(classic, "classic", seed), ComingAndGoing(newer, "consumer", seed)]
        loads = start_loads(bootstrap, work / "journal", rate, seed)
        beside = [
            Repeated("topics", passing.step, lambda: chance.uniform(1, 5)),
            *(Repeated("members", crowd.step, lambda: chance.uniform(5, 20)) for crowd in crowds),
        ]
        try:
            faults = wait(seconds, sampler, loads, beside)
        finally:
            for each in beside:
                each.stop()
            end(loads)
            sampler.stop()
        sampler.write(work / "samples.csv")
        if sampler.has_ended:
            raise RuntimeError(f"the broker has ended:\n{broker.log_tail()}")
        keep_all_from_now_on(admin, EXPIRING)
        findings = judged(bootstrap, work, sampler, (classic, newer), starts)
    findings.faults.extend(faults)
    times = sum((crowd.times for crowd in crowds), Counter[str]())
    return findings, {"topics_made": passing.made, **{f"members_{k}": n for k, n in times.items()}}


def run(work: Path, *, seconds: float, rate: int, seed: int) -> dict[str, object]:
    """Soak a broker in a directory and return the result as plain values."""
    work.mkdir(parents=True, exist_ok=True)
    rate = rate or measured_rate(work, seed) // 2
    print(f"{rate} records/s for {seconds:g} s", file=sys.stderr)
    broker = ServedBroker(work / "data", config=CONFIG)
    broker.start()
    findings, beside = soak(broker, work, seconds=seconds, rate=rate, seed=seed)
    code = broker.stop()
    return {
        "minutes": round(seconds / 60, 2),
        "seed": seed,
        "rate": rate,
        **beside,
        **findings.told(),
        "exit_code_of_clean_stop": code,
        "clean": findings.is_clean and code == 0,
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=int, default=0, help="records per second; 0 measures first")
    given = parser.parse_args()
    return command.carry_out(
        given,
        "soak",
        lambda work: run(work, seconds=given.minutes * 60, rate=given.rate, seed=given.seed),
    )


if __name__ == "__main__":
    sys.exit(main())
