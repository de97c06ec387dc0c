"""What a soak's producers were acknowledged, held against what its readers found.

Nothing dies in a soak, so that every record is acknowledged and every offset must be read: a group
that skipped one has lost it. Retention and compaction take records away while the load goes on;
what they left is judged record by record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.evidence import (
    Acknowledged,
    Evidence,
    Unrecognised,
    acknowledgements,
    is_plain,
    read_value,
    sent_up_to,
)
from tests.reliability.verifier import Verdict, judge

Records = Mapping[int, list[tuple[int, bytes]]]
"""By partition, in the order they were read: offset and value."""
Runs = Iterable[list[int]]
"""The first offset and the end of each run that was read."""


@dataclass(slots=True)
class TopicLedger:
    """What was acknowledged for one topic."""

    acknowledged: int = 0
    ends: dict[int, int] = field(default_factory=dict)
    """Of each partition the offset behind the last acknowledged record."""


def topic_ledger(journals: Iterable[Path]) -> TopicLedger:
    """Sum up the journals of all producers of a topic."""
    ledger = TopicLedger()
    for path in journals:
        for partition, offset, _ in acknowledgements(path):
            ledger.acknowledged += 1
            ledger.ends[partition] = max(ledger.ends.get(partition, 0), offset + 1)
    return ledger


def gaps_in(runs: Runs, end: int) -> list[tuple[int, int]]:
    """The ranges of offsets before the end that stand in none of the runs."""
    gaps = []
    reached = 0
    for first, behind in sorted(runs):
        if min(first, end) > reached:
            gaps.append((reached, min(first, end)))
        reached = max(reached, behind)
    return gaps if reached >= end else [*gaps, (reached, end)]


def unread(runs: Runs, end: int) -> int:
    """How many offsets before the end stand in none of the runs."""
    return sum(behind - first for first, behind in gaps_in(runs, end))


def judge_rest(records: Records, journals: Iterable[Path]) -> Verdict:
    """Judge what retention has left: all from the first record on must be there."""
    starts = {partition: found[0][0] for partition, found in records.items() if found}
    acked = Acknowledged()
    for path in journals:
        acked.sent[path.stem] = sent_up_to(path)
        if is_plain(path):
            acked.plain.add(path.stem)
        for partition, offset, sequence in acknowledgements(path):
            if offset >= starts.get(partition, 0):
                acked.note(partition, offset, Evidence(path.stem, sequence))
    return judge(dict(records), acked)


def judge_compacted(records: Records, journal: Path, *, keys: int) -> Verdict:
    """Judge what compaction has left: of each key the last record, whole and in its order."""
    sequences = (sequence for _, _, sequence in acknowledgements(journal))
    return judge_keys(records, sequences, keys=keys)


def judge_keys(records: Records, acknowledged: Iterable[int], *, keys: int) -> Verdict:
    """The same for sequences that were acknowledged, whose keys are their rests by `keys`."""
    last_acked: dict[int, int] = {}
    verdict = Verdict()
    for sequence in acknowledged:
        verdict.acknowledged += 1
        key = sequence % keys
        last_acked[key] = max(last_acked.get(key, -1), sequence)
    last_read: dict[int, int] = {}
    for partition, found in records.items():
        for offset, value in found:
            verdict.records += 1
            try:
                evidence = read_value(value)
            except Unrecognised as error:
                verdict.fault(f"{partition}@{offset}: not what was sent: {error}")
                continue
            key = evidence.sequence % keys
            if evidence.sequence <= last_read.get(key, -1):
                verdict.fault(f"{partition}@{offset}: {evidence} stands behind a later one")
            last_read[key] = evidence.sequence
    for key, sequence in last_acked.items():
        if last_read.get(key, -1) < sequence:
            verdict.lost += 1
            verdict.fault(f"key {key}: the last is {last_read.get(key)}, acknowledged {sequence}")
    return verdict
