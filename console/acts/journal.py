"""The acts of this run, newest last, each written to the audit file before it is shown.

The audit file has one JSON object a line and only grows. Publishing is one act however many
messages it carries: its first batch is written at once, its sum when it has ended.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from console.acts.act import Act, ActKind, Before, ConfigsBefore, OffsetsBefore
from console.port.clock import Clock

ACTS_MAX: Final = 1_000
"""Acts that are remembered; the file has them all."""

PUBLISH_GAP_S: Final = 10.0
"""Publishing to a topic that rests longer is another act."""


class Audit(Protocol):
    """Where acts are kept for good."""

    def write(self, line: str) -> None:
        """Append a line. Raises OSError."""
        ...


class AuditFile:
    """A file that only its owner reads. Made when it is first written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, line: str) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


class Journal:
    """What this console did. `problem` says why the audit file cannot be written, if it cannot."""

    def __init__(self, audit: Audit, user: str, clock: Clock) -> None:
        self._audit = audit
        self._user = user
        self.clock = clock
        self._acts: list[Act] = []
        self._count = 0
        self._published = 0
        self._publish_until_s = 0.0
        self.problem = ""
        self.on_change: Callable[[], None] = lambda: None

    @property
    def acts(self) -> tuple[Act, ...]:
        """What is remembered, oldest first."""
        return tuple(self._acts)

    @property
    def last_undoable(self) -> Act | None:
        """The newest act that can be undone."""
        return next((act for act in reversed(self._acts) if act.can_be_undone), None)

    def note(
        self,
        cluster: str,
        kind: ActKind,
        subject: str,
        what: str = "",
        *,
        failure: str = "",
        before: Before | None = None,
    ) -> None:
        """Record what was just done, or was tried."""
        self.end_publishing()
        self._add(cluster, kind, subject, what, failure, before)

    def note_published(self, cluster: str, topic: str, stored: int, failure: str) -> None:
        """Record a batch of messages, as a part of the act that is under way if there is one."""
        now_s = self.clock.monotonic_s()
        last = self._acts[-1] if self._acts else None
        goes_on = (
            last is not None
            and (last.kind, last.cluster, last.subject) == (ActKind.PUBLISH, cluster, topic)
            and now_s <= self._publish_until_s
        )
        if not goes_on:
            self.end_publishing()
            self._add(cluster, ActKind.PUBLISH, topic, _messages(stored), failure, None)
            self._published = stored
        elif last is not None:
            self._published += stored
            told = replace(last, what=_messages(self._published), failure=failure or last.failure)
            self._acts[-1] = told
            self.on_change()
        self._publish_until_s = now_s + PUBLISH_GAP_S

    def end_publishing(self) -> None:
        """Write the sum of the publishing that is under way, if there is one."""
        if self._publish_until_s and self._acts:
            self._write(self._acts[-1], ended=True)
        self._publish_until_s = 0.0

    def mark_undone(self, act: Act) -> None:
        """What was before this act is there again."""
        for index, each in enumerate(self._acts):
            if each.number == act.number:
                self._acts[index] = replace(each, is_undone=True)
        self.on_change()

    def _add(
        self,
        cluster: str,
        kind: ActKind,
        subject: str,
        what: str,
        failure: str,
        before: Before | None,
    ) -> None:
        self._count += 1
        at_ms = self.clock.wall_ms()
        act = Act(self._count, at_ms, cluster, kind, subject, what, failure, before)
        self._write(act)
        self._acts.append(act)
        del self._acts[:-ACTS_MAX]
        self.on_change()

    def _write(self, act: Act, *, ended: bool = False) -> None:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(act.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
            "user": self._user,
            "cluster": act.cluster,
            "act": act.kind.value,
            "subject": act.subject,
            "what": act.what,
        }
        if act.failure:
            entry["failure"] = act.failure
        if act.before is not None:
            entry["before"] = _as_json(act.before)
        if ended:
            entry["ended"] = True
        try:
            self._audit.write(json.dumps(entry))
            self.problem = ""
        except OSError as error:
            self.problem = f"the audit file cannot be written: {error}"


def _messages(count: int) -> str:
    return f"{count:,} message" if count == 1 else f"{count:,} messages"


def _as_json(before: Before) -> dict[str, object]:
    match before:
        case ConfigsBefore(values=values):
            return dict(values)
        case OffsetsBefore(offsets=offsets):
            return {str(key): offset for key, offset in offsets.items()}
