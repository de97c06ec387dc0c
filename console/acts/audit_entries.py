"""Reads the audit file: every change that any console of this user made, oldest first.

The file may have been written by an older console, by hand, or not to its end: a line that cannot
be read is given as an entry that says so, and hides nothing that stands beside it.
"""

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

UNREADABLE = "unreadable"
LINE_CHARACTERS_MAX = 1 << 28
"""A longer line is none that a console wrote: a reset of 400,000 partitions with the longest names
tells of each where it goes and where it was, in 600 characters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it was written; nothing in it is cleaned. `at` is in ISO 8601."""

    at: str = ""
    user: str = ""
    cluster: str = ""
    act: str = ""
    subject: str = ""
    what: str = ""
    failure: str = ""


_NAMES = tuple(Entry.__slots__)


def audit_entries(path: Path, limit: int) -> tuple[Entry, ...]:
    """The last entries of the file, of one that is not there none. Blocks; raises OSError."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return entries_of(file, limit)
    except FileNotFoundError:
        return ()


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry with its id, empty where an older console gave none, and whether it sums up one
    that was written before."""

    entry: Entry
    id: str = ""
    has_ended: bool = False


def entries_of(lines: Iterable[str], limit: int) -> tuple[Entry, ...]:
    """The last entries of some lines: publishing that was summed up in the end is one entry."""
    found: deque[_Line] = deque(maxlen=limit)
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        line = _line(text, number)
        begun = _begun(found, line) if line.has_ended else None
        if begun is None:
            found.append(line)
        else:
            found[begun] = replace(line, entry=replace(line.entry, at=found[begun].entry.at))
    return tuple(line.entry for line in found)


def _line(line: str, number: int) -> _Line:
    try:
        written = json.loads(line) if len(line) <= LINE_CHARACTERS_MAX else None
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, dict):
        return _Line(Entry(act=UNREADABLE, failure=f"line {number} is no act"))
    texts = {name: written[name] for name in _NAMES if isinstance(written.get(name), str)}
    given, has_ended = written.get("id"), written.get("ended") is True
    return _Line(Entry(**texts), given if isinstance(given, str) else "", has_ended)


def _begun(found: deque[_Line], ended: _Line) -> int | None:
    """Where the entry stands that was written when this publishing began.

    Consoles that publish to one topic at a time end in any order: the id tells whose sum it is.
    """
    about = _about(ended)
    return next((at for at in range(len(found) - 1, -1, -1) if _about(found[at]) == about), None)


def _about(line: _Line) -> tuple[str, ...]:
    return line.id, line.entry.act, line.entry.cluster, line.entry.subject
