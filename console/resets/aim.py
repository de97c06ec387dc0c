"""Where the positions of a group should go, as people say it. Pure.

| text                        | where to                                                     |
|-----------------------------|--------------------------------------------------------------|
| `earliest`, `latest`        | the first record that is kept; what comes from now on        |
| `-1h`, `2026-11-22 09:00`   | the first record from that moment on; local time without zone |
| `1200`, `end-500`           | that offset of each partition; so many before its end        |
| `+100`, `-100`              | so many records on or back from where the group is           |
| `group billing`             | where that group is                                          |
| `file positions.csv`        | what the file says, as Kafka's own tool exports it           |
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from console.messages.start_position import DIGITS_MAX, Start, StartKind, parse_start

ALLOWED = (
    "earliest, latest, a moment such as 2026-11-22 09:00, an age such as -1h, an offset, end-500, "
    "+100 or -100, group NAME, file PATH"
)
_SHIFT = re.compile(rf"([+-])\s*([0-9]{{1,{DIGITS_MAX}}})")
_NAMED = re.compile(r"(group|file)\s+(\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class ToStart:
    """To a place in the log."""

    start: Start


@dataclass(frozen=True, slots=True)
class ToShift:
    """By so many offsets from where the group is; negative is back."""

    by: int


@dataclass(frozen=True, slots=True)
class ToGroup:
    """To where another group is."""

    name: str


@dataclass(frozen=True, slots=True)
class ToFile:
    """To what a file says."""

    path: str


Aim: TypeAlias = ToStart | ToShift | ToGroup | ToFile

TO_EARLIEST = ToStart(Start(StartKind.BEGINNING))
TO_LATEST = ToStart(Start(StartKind.END))


def parse_aim(text: str, now_ms: int) -> Aim:
    """What was typed. Raises ValueError with what is allowed."""
    wanted = text.strip()
    shift = _SHIFT.fullmatch(wanted)
    if shift is not None:
        return ToShift(int(shift[1] + shift[2]))
    named = _NAMED.fullmatch(wanted)
    if named is not None:
        is_group = named[1].lower() == "group"
        return ToGroup(named[2]) if is_group else ToFile(named[2])
    try:
        return ToStart(parse_start(wanted, now_ms))
    except ValueError:
        raise ValueError(f"one of: {ALLOWED}") from None
