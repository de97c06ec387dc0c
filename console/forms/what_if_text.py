"""What a retention policy would do, in words. Pure; everything is safe to show.

What is an estimate is marked with `~`, and what is not known says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from console.model import units
from console.model.figures import Known
from console.model.group import Group
from console.model.partition_log import Rolling
from console.model.retention_cut import Amount
from console.model.retention_plan import Going, Steady
from console.model.severity import Severity
from console.model.text import plain
from console.model.what_if import Reading, WhatIf, unknown_readers

HORIZONS_S = ((3_600, "1h"), (86_400, "a day"), (7 * 86_400, "7d"))
GOING_SHOWN = 3
READERS_SHOWN = 4
NAME_CHARACTERS = 30

SOON_S = 86_400
"""A group whose next unread record goes within this time is told of."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, what is said, how bad that is. INFO has no sign."""

    label: str
    text: str
    severity: Severity = Severity.INFO


def told(
    what: WhatIf, groups: Sequence[Group], topic: str, *, is_looked_up: bool = True
) -> list[Line]:
    """Everything that is known of a policy. `is_looked_up`: its age was asked of the cluster."""
    lines = [
        Line("Reaches back", _reach(what)),
        Line("Goes at once", _at_once(what) + ("" if is_looked_up else "  asking …")),
        Line("Goes then", _by_and_by(what)),
        *_next_lines(what),
        Line("In the long run", _steady(what)),
        *_reader_lines(what),
    ]
    if what.policy.is_compacted:
        lines.append(
            Line(
                "Compaction",
                "leaves the last record of each key and none without a key; how many go is not "
                "known",
                Severity.WARNING,
            )
        )
    lines += _unknown_lines(what, groups, topic)
    return lines


def as_of_line(read_ms: int, now_ms: int, trouble: str) -> Line:
    """How old the logs are that are judged by, and why; `trouble` is safe to show."""
    said = f"as they were {units.ago(read_ms, now_ms)}: they cannot be read again: {trouble}"
    return Line("The logs", said, Severity.WARNING)


def amount_text(amount: Amount) -> str:
    """A number of records: `1,200`, `~1.2M`, `~1.2M, at most 1.4M`."""
    if amount.is_exact:
        return units.grouped(amount.value)
    most = "" if amount.at_most == amount.value else f", at most {units.count(amount.at_most)}"
    return f"~{units.count(amount.value)}{most}"


def _short(amount: Amount) -> str:
    return f"{_mark(amount)}{units.count(amount.value)}"


def loss_sentence(what: WhatIf) -> str:
    """What saving deletes for good, as a sentence; empty when it deletes nothing."""
    if not what.may_delete:
        return ""
    if not what.records.at_most:
        return "It is not known what this deletes."
    said = f"This deletes {amount_text(what.records)} records"
    losers = {each.group for each in what.losers}
    if not losers:
        return f"{said}."
    names = ", ".join(plain(name, limit=NAME_CHARACTERS) for name in sorted(losers)[:2])
    more = f" and {len(losers) - 2} more" if len(losers) > 2 else ""
    return (
        f"{said}, and {names}{more} {'has' if len(losers) == 1 else 'have'} not read all of them."
    )


def _reach(what: WhatIf) -> str:
    before = _back(what, what.oldest_before_ms)
    if what.is_emptied and what.oldest_before_ms is not None:
        return f"{before} now, nothing is left once saved"
    after = _back(what, what.oldest_ms)
    return before if before == after else f"{before} now, {after} once saved"


def _back(what: WhatIf, oldest_ms: int | None) -> str:
    if oldest_ms is None:
        return units.UNKNOWN
    return f"~{units.duration(max(0, what.now_ms - oldest_ms) / 1000)}"


def _at_once(what: WhatIf) -> str:
    if what.unknown and not what.records.at_most:
        return units.UNKNOWN
    if not what.records.at_most:
        return "nothing"
    size = "" if what.size is None else f" · {_mark(what.size)}{units.size(what.size.value)}"
    return f"{amount_text(what.records)} records{size}"


def _mark(amount: Amount) -> str:
    return "" if amount.is_exact else "~"


def _by_and_by(what: WhatIf) -> str:
    """How much goes within some times from now, at the pace of so far."""
    if what.unknown:
        return units.UNKNOWN
    later = [each for each in what.going if each.goes_ms is not None and each.goes_ms > what.now_ms]
    if not later:
        if not what.policy.expires:
            return "nothing goes by age or size"
        return "nothing in sight; the segment that is written to goes later"
    said = []
    for seconds, name in HORIZONS_S:
        until = what.now_ms + 1000 * seconds
        within = [each for each in later if (each.goes_ms or 0) <= until]
        said.append(f"{_sum_text(within)} within {name}")
        if len(within) == len(later):
            break
    return " · ".join(said)


def _sum_text(going: Sequence[Going]) -> str:
    if not going:
        return "nothing"
    sizes = [each.size_bytes for each in going]
    if None in sizes:
        return f"~{units.count(sum(each.records for each in going))} records"
    return f"~{units.size(sum(size or 0 for size in sizes))}"


def _next_lines(what: WhatIf) -> Iterator[Line]:
    """The segments that go next, those that go together as one."""
    later = [each for each in what.going if each.goes_ms is not None and each.goes_ms > what.now_ms]
    for each in later[:GOING_SHOWN]:
        when = units.ago(each.goes_ms or 0, what.now_ms)
        size = "" if each.size_bytes is None else f" · ~{units.size(each.size_bytes)}"
        span = f"{units.grouped(each.base_offset)} to {units.grouped(each.end_offset - 1)}"
        yield Line("", f"p{each.partition}  {span}{size}  ~{when}")


def _steady(what: WhatIf) -> str:
    if not isinstance(what.steady, Known):
        return units.UNKNOWN
    steady: Steady = what.steady.value
    pace = f"~{units.count(steady.records_per_day)} records a day"
    if steady.least_back_s is None or steady.most_back_s is None:
        if what.policy.is_compacted:
            return f"one record of each key, of {pace}"
        return f"grows without end: {pace}, ~{units.size(steady.bytes_per_day)}"
    if not steady.records_per_day:
        return f"keeps ~{units.size(steady.most_bytes)}"
    size = _range(units.size(steady.least_bytes), units.size(steady.most_bytes))
    back = _range(units.duration(steady.least_back_s), units.duration(steady.most_back_s))
    return f"keeps ~{size}, ~{back} back; {pace} come and go"


def _range(least: str, most: str) -> str:
    return least if least == most else f"{least} to {most}"


def _reader_lines(what: WhatIf) -> Iterator[Line]:
    """Each group that loses unread records, now or soon, worst first."""
    lines = [*_loser_lines(what.losers), *_soon_lines(what)]
    if not lines:
        yield Line("Loses unread", "no group that is known", Severity.OK)
        return
    for number, line in enumerate(lines[:READERS_SHOWN]):
        yield Line("Loses unread" if number == 0 else "", line.text, line.severity)
    if len(lines) > READERS_SHOWN:
        yield Line("", f"and {len(lines) - READERS_SHOWN} more groups")


def _loser_lines(losers: Sequence[Reading]) -> Iterator[Line]:
    for group, found in groupby(sorted(losers, key=_group), key=_group):
        readings = list(found)
        total = sum((each.lost for each in readings), Amount())
        name = plain(group, limit=NAME_CHARACTERS)
        if len(readings) == 1:
            where = f"p{readings[0].partition}"
        else:
            most = ", ".join(
                f"p{each.partition} {_short(each.lost)}"
                for each in sorted(readings, key=_most_first)[:3]
            )
            where = f"{len(readings)} partitions, most in {most}"
        yield Line("", f"{name}  {amount_text(total)} in {where}", Severity.ERROR)


def _soon_lines(what: WhatIf) -> Iterator[Line]:
    losing = {each.group for each in what.losers}
    soonest: dict[str, Reading] = {}
    for each in what.readers:
        if each.group in losing or each.next_goes_ms is None:
            continue
        if each.next_goes_ms > what.now_ms + 1000 * SOON_S:
            continue
        kept = soonest.get(each.group)
        if kept is None or (kept.next_goes_ms or 0) > each.next_goes_ms:
            soonest[each.group] = each
    for each in sorted(soonest.values(), key=_goes):
        when = units.ago(each.next_goes_ms or 0, what.now_ms)
        name = plain(each.group, limit=NAME_CHARACTERS)
        text = f"{name}  unread ones of p{each.partition} go ~{when}"
        yield Line("", text, Severity.WARNING)


def _unknown_lines(what: WhatIf, groups: Sequence[Group], topic: str) -> Iterator[Line]:
    label = "Not known"
    if what.unknown:
        partition, reason = next(iter(what.unknown.items()))
        many = f"{len(what.unknown)} partitions" if len(what.unknown) > 1 else f"p{partition}"
        yield Line(label, f"{many}: {plain(reason, limit=60)}", Severity.UNKNOWN)
        label = ""
    positions = unknown_readers(groups, topic, what)
    if positions:
        many = "s" if positions > 1 else ""
        text = f"what groups have read of {positions} partition{many}"
        yield Line(label, text, Severity.UNKNOWN)
        label = ""
    if what.unread_groups:
        many = "s" if what.unread_groups > 1 else ""
        text = f"what {what.unread_groups} group{many} read: their offsets are not read"
        yield Line(label, text, Severity.UNKNOWN)


def rolling_line(rolling: Rolling) -> Line:
    """When segments end, for that is what goes."""
    size, age = units.size(rolling.segment_bytes), units.duration(rolling.segment_ms / 1000)
    return Line("Segments", f"go as a whole; each ends at {size} or after {age}")


def _group(reading: Reading) -> str:
    return reading.group


def _most_first(reading: Reading) -> tuple[int, int]:
    return -reading.lost.at_most, reading.partition


def _goes(reading: Reading) -> int:
    return reading.next_goes_ms or 0
