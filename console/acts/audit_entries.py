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


def entries_of(lines: Iterable[str], limit: int) -> tuple[Entry, ...]:
    """The last entries of some lines: publishing that was summed up in the end is one entry."""
    found: deque[Entry] = deque(maxlen=limit)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        entry, has_ended = _entry(line, number)
        if has_ended:
            begun = _begun(found, entry)
            if begun is not None:
                found[begun] = replace(entry, at=found[begun].at)
                continue
        found.append(entry)
    return tuple(found)


def _entry(line: str, number: int) -> tuple[Entry, bool]:
    """An entry, and whether it sums up one that was written before."""
    try:
        written = json.loads(line) if len(line) <= LINE_CHARACTERS_MAX else None
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, dict):
        return Entry(act=UNREADABLE, failure=f"line {number} is no act"), False
    texts = {name: written[name] for name in _NAMES if isinstance(written.get(name), str)}
    return Entry(**texts), written.get("ended") is True


def _begun(found: deque[Entry], ended: Entry) -> int | None:
    """Where the entry stands that was written when this publishing began."""
    for at in range(len(found) - 1, -1, -1):
        each = found[at]
        if (each.act, each.cluster, each.subject) == (ended.act, ended.cluster, ended.subject):
            return at
    return None
