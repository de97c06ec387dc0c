"""What a retention policy does to a topic and to the groups that read it: at once, and by and by.

Compaction is not computed: nobody but the broker knows the keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.model.figures import Figure, Known, Unknown
from console.model.group import Group
from console.model.lag import NO_COMMIT
from console.model.partition_log import PartitionLog, Rolling
from console.model.retention import RetentionPolicy
from console.model.retention_cut import NOTHING, Amount, Cut, cut_of
from console.model.retention_plan import Going, Steady, schedule_of, steady_of


@dataclass(frozen=True, slots=True)
class Reading:
    """How a group stands to a policy in one partition.

    `lost` are unread records that go at once; `next_goes_ms` is when the next unread one goes if
    it is not read until then, None when not in sight.
    """

    group: str
    partition: int
    lost: Amount
    next_goes_ms: int | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a policy does to a topic.

    `oldest_before_ms` is the time of the oldest record at present, `oldest_ms` of the oldest that
    is left. `going` is what goes when, soonest first. `readers` are groups with unread records that
    go at once or in sight, those that lose most first. `unknown` says why, by partition, nothing is
    known; `unread_groups` are groups whose positions are not known. `is_emptied`: no record is left
    as far as can be told.
    """

    policy: RetentionPolicy
    now_ms: int
    records: Amount
    size: Amount | None
    oldest_before_ms: int | None
    oldest_ms: int | None
    steady: Figure[Steady]
    going: tuple[Going, ...]
    readers: tuple[Reading, ...]
    unknown: Mapping[int, str]
    unread_groups: int = 0
    is_emptied: bool = False

    @property
    def losers(self) -> tuple[Reading, ...]:
        """Those that may lose unread records at once."""
        return tuple(each for each in self.readers if each.lost.at_most)

    @property
    def may_delete(self) -> bool:
        """Whether anything may go at once: also when that is not known."""
        return bool(self.records.at_most or self.unknown)


def what_if(
    logs: Mapping[int, Figure[PartitionLog]],
    groups: Sequence[Group],
    topic: str,
    policy: RetentionPolicy,
    rolling: Rolling,
    now_ms: int,
) -> WhatIf:
    """What a policy does to a topic, at once and by and by."""
    unknown = {at: log.reason for at, log in logs.items() if isinstance(log, Unknown)}
    known = {at: log.value for at, log in logs.items() if isinstance(log, Known)}
    cuts: dict[int, Cut] = {}
    for at, log in known.items():
        found = cut_of(log, policy, now_ms)
        if isinstance(found, Unknown):
            unknown[at] = found.reason
        else:
            cuts[at] = found.value
    sizes = [cut.gone_bytes(known[at]) for at, cut in cuts.items()]
    going = [each for log in known.values() for each in schedule_of(log, policy, now_ms)]
    first_unknown = next(iter(unknown.values()), "")
    steady = steady_of(known.values(), policy, rolling, now_ms)
    return WhatIf(
        policy,
        now_ms,
        records=sum((cut.gone(known[at]) for at, cut in cuts.items()), NOTHING),
        size=None if None in sizes else sum((each for each in sizes if each), NOTHING),
        oldest_before_ms=_oldest({at: log.start for at, log in known.items()}, known),
        oldest_ms=_oldest({at: cut.start for at, cut in cuts.items()}, known),
        steady=Unknown(first_unknown) if len(known) < len(logs) else steady,
        going=tuple(sorted(going, key=_when)),
        readers=tuple(sorted(_readings(groups, topic, known, cuts, going), key=_urgency)),
        unknown=unknown,
        unread_groups=sum(not group.is_enriched for group in groups),
        is_emptied=not unknown and all(cut.start >= known[at].end for at, cut in cuts.items()),
    )


def _oldest(starts: Mapping[int, int], logs: Mapping[int, PartitionLog]) -> int | None:
    """The time of the oldest record in logs that begin there; None when one is not known."""
    times = [
        logs[at].times.newest_before(start + 1)
        for at, start in starts.items()
        if start < logs[at].end
    ]
    known = [each for each in times if each is not None]
    return round(min(known)) if known and len(known) == len(times) else None


def _readings(
    groups: Sequence[Group],
    topic: str,
    logs: Mapping[int, PartitionLog],
    cuts: Mapping[int, Cut],
    going: Sequence[Going],
) -> Iterator[Reading]:
    for group in groups:
        for row in group.partitions_of(topic):
            position = row.committed
            log, cut = logs.get(row.partition), cuts.get(row.partition)
            if log is None or cut is None or isinstance(position, Unknown):
                continue
            lost = cut.unread(log, position.value)
            at = max(position.value, log.start)
            next_goes = None if at >= log.end else _goes(going, row.partition, at)
            if lost.at_most or next_goes is not None:
                yield Reading(group.name, row.partition, lost, next_goes)


def _goes(going: Sequence[Going], partition: int, offset: int) -> int | None:
    for each in going:
        if each.partition == partition and each.base_offset <= offset < each.end_offset:
            return each.goes_ms
    return None


def unknown_readers(groups: Sequence[Group], topic: str, what: WhatIf) -> int:
    """In how many partitions it is not known what a group has read, or what goes of it."""
    return sum(
        row.partition in what.unknown
        or (isinstance(row.committed, Unknown) and row.committed != NO_COMMIT)
        for group in groups
        for row in group.partitions_of(topic)
    )


def _when(going: Going) -> tuple[bool, int, int, int]:
    return going.goes_ms is None, going.goes_ms or 0, going.partition, going.base_offset


def _urgency(reading: Reading) -> tuple[int, int, int, str, int]:
    goes = reading.next_goes_ms
    return (
        -reading.lost.value,
        -reading.lost.at_most,
        (1 << 62) if goes is None else goes,
        reading.group,
        reading.partition,
    )
