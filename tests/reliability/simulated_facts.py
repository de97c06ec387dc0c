"""What clients of a simulated broker were told, and whether that holds.

Every fact is kept as it is told: which record was acknowledged at which offset, what a consumer was
handed, what a group committed, which topics there are. `judge_*` hold them against what was read.
The judging of records is that of `tests.reliability.verifier`, which shares no code with the
broker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.reliability.evidence import Acknowledged, Evidence
from tests.reliability.ledger import judge_keys
from tests.reliability.verifier import Reading, Stamped, Verdict, judge, values_of
from tests.reliability.witnesses import judge_seen

KEYS = 16
"""Keys of the table: a record's key is the rest of its sequence by this."""


@dataclass(slots=True)
class TopicFacts:
    """What is known of one topic."""

    name: str
    partitions: int
    retention_ms: int | None
    """How long its records are kept; None if they are compacted."""
    acked: Acknowledged = field(default_factory=Acknowledged)
    sent_ms: dict[tuple[int, int], int] = field(default_factory=dict)
    """The right time at which an acknowledged record was made."""
    seen: dict[tuple[int, int], Evidence | None] = field(default_factory=dict)
    last_of_key: dict[int, int] = field(default_factory=dict)
    """Of the table, the last sequence acknowledged of each key."""
    starts: dict[int, int] = field(default_factory=dict)

    def told(self, partition: int, offset: int, evidence: Evidence, made_ms: int) -> None:
        """A record was acknowledged."""
        if self.retention_ms is None:
            key = evidence.sequence % KEYS
            self.last_of_key[key] = max(evidence.sequence, self.last_of_key.get(key, -1))
        else:
            self.acked.note(partition, offset, evidence)
            self.sent_ms[partition, offset] = made_ms

    def sent(self, producer: str, sequence: int) -> None:
        """A record may have reached the broker."""
        self.acked.sent[producer] = max(sequence, self.acked.sent.get(producer, -1))

    def forget_removed(
        self, starts: Mapping[int, int], now_ms: int, slack_ms: int, verdict: Verdict
    ) -> None:
        """What stood before the starts is gone: it must have been old enough."""
        for partition, start in starts.items():
            if start < self.starts.get(partition, 0):
                verdict.fault(
                    f"{self.name}-{partition}: began at {self.starts[partition]}, begins at {start}"
                )
            self.starts[partition] = start
        for place in [each for each in self.sent_ms if each[1] < self.starts.get(each[0], 0)]:
            age_ms = now_ms - self.sent_ms.pop(place)
            evidence = self.acked.at.pop(place)
            if self.retention_ms is None or age_ms < self.retention_ms - slack_ms:
                verdict.lost += 1
                verdict.fault(
                    f"{self.name}-{place[0]}@{place[1]}: {evidence} was removed "
                    f"when it was {age_ms / 1000:.0f} s old"
                )
        for place in [each for each in self.seen if each[1] < self.starts.get(each[0], 0)]:
            del self.seen[place]

    def judge(self, found: Mapping[int, Sequence[Stamped]], verdict: Verdict) -> None:
        """Hold what was read against what was told."""
        reading: Reading = found
        mine = Verdict()
        if self.retention_ms is None:
            values = values_of(reading)
            mine.add(judge_keys(values, self.last_of_key.values(), keys=KEYS))
        else:
            mine.add(judge({p: list(v) for p, v in values_of(reading).items()}, self.acked))
            judge_seen(self.seen, reading, mine)
        mine.faults = [f"{self.name}-{fault}" for fault in mine.faults]
        verdict.add(mine)


@dataclass(slots=True)
class Facts:
    """What is known of a broker."""

    topics: dict[str, TopicFacts]
    commits: dict[str, dict[tuple[str, int], int]] = field(default_factory=dict)
    """By group: the last offset of a partition whose commit was acknowledged."""
    created: dict[str, None] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)

    def committed(self, group: str, topic: str, partition: int, offset: int) -> None:
        """A commit was acknowledged."""
        self.commits.setdefault(group, {})[topic, partition] = offset


def judge_positions(
    group: str,
    told: Mapping[tuple[str, int], int],
    found: Mapping[tuple[str, int], int],
    verdict: Verdict,
) -> None:
    """No group goes back behind a commit that was acknowledged."""
    for place, offset in told.items():
        if found.get(place, -1) < offset:
            verdict.lost += 1
            verdict.fault(f"{group}: committed {offset} of {place}, found {found.get(place)}")


def judge_names(facts: Facts, names: set[str], verdict: Verdict) -> None:
    """What was created is there, what was deleted is not."""
    for name in facts.created:
        if name not in names:
            verdict.lost += 1
            verdict.fault(f"{name}: was created and is not there")
    for name in facts.deleted:
        if name in names:
            verdict.fault(f"{name}: was deleted and is there")


def judge_time(
    name: str,
    partition: int,
    asked_ms: int,
    found: int,
    records: Sequence[Stamped],
    verdict: Verdict,
) -> None:
    """What was found by a time is the first record that is not older."""
    expected = next((each.offset for each in records if each.timestamp_ms >= asked_ms), -1)
    if found != expected:
        verdict.fault(f"{name}-{partition}: time {asked_ms} is at {expected}, found at {found}")
