"""The acts of this run, newest last, each handed to the audit file before it is shown.

Writing blocks and is done beside the loop; lines are written in the order of their acts, and
whoever made a change waits for `written` before it is told how that went. The audit file has one
JSON object a line and only grows. Publishing is one act however many
messages it carries: its first batch is written at once, its sum when it has ended, under the same
id. Publishing to several topics in turn is one act for each.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol

from console.acts.act import (
    Act,
    ActKind,
    Before,
    BrokerConfigsBefore,
    ConfigsBefore,
    OffsetsBefore,
)
from console.acts.fates import Fates
from console.port.clock import Clock

ACTS_MAX: Final = 1_000
"""Acts that are remembered; the file has them all."""

PUBLISH_GAP_S: Final = 10.0
"""Publishing to a topic that rests longer is another act."""


PUBLISHING_MAX: Final = 100
"""Topics that are published to at a time; of more, the sum of the first is written early."""


@dataclass(slots=True)
class _Publishing:
    """Publishing to one topic that is under way: its act so far, and until when it goes on."""

    act: Act
    fates: Fates
    until_s: float


class Audit(Protocol):
    """Where acts are kept for good."""

    @property
    def failure(self) -> OSError | None:
        """Why the last line that was to be written is not; None when it is."""
        ...

    def take(self, line: str) -> None:
        """Take a line that is to stand behind those before. Does not block."""
        ...

    async def written(self) -> None:
        """Wait until each line that was taken is written, or cannot be."""
        ...


class Journal:
    """What this console did."""

    def __init__(self, audit: Audit, user: str, clock: Clock, run: str = "") -> None:
        """`run` tells this run from others that write the same file; empty: there are none."""
        self._audit = audit
        self._user = user
        self._run = run
        self.clock = clock
        self._acts: list[Act] = []
        self._count = 0
        self._publishing: dict[tuple[str, str], _Publishing] = {}
        self._put_back: list[tuple[str, str]] = []
        """Cluster and subject of what is being undone."""
        self.on_change: Callable[[], None] = lambda: None

    @property
    def acts(self) -> tuple[Act, ...]:
        """What is remembered, oldest first."""
        return tuple(self._acts)

    @property
    def problem(self) -> str:
        """Why the audit file cannot be written, if it cannot."""
        failure = self._audit.failure
        return "" if failure is None else f"the audit file cannot be written: {failure}"

    async def written(self) -> None:
        """Wait until the file has what was recorded. One that cannot be written is announced."""
        problem = self.problem
        await self._audit.written()
        if self.problem != problem:
            self.on_change()

    @property
    def last_undoable(self) -> Act | None:
        """The newest act that can be undone, apart from those that undid others: asked for again
        and again it leads back to how everything was."""
        acts = reversed(self._acts)
        return next((act for act in acts if act.can_be_undone and not act.is_undo), None)

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

    def note_published(self, cluster: str, topic: str, fates: Fates) -> None:
        """Record a batch of messages, as a part of the act that is under way for its topic, if
        there is one. Of an act all batches count, whatever became of each."""
        key, now_s = (cluster, topic), self.clock.monotonic_s()
        under_way = self._publishing.get(key)
        if under_way is not None and now_s <= under_way.until_s:
            under_way.fates += fates
            under_way.until_s = now_s + PUBLISH_GAP_S
            self._tell(under_way)
            return
        if under_way is not None:
            self._end(key)
        elif len(self._publishing) >= PUBLISHING_MAX:
            self._end(next(iter(self._publishing)))
        what = _messages(fates.stored)
        act = self._add(cluster, ActKind.PUBLISH, topic, what, fates.failure, None)
        self._publishing[key] = _Publishing(act, fates, now_s + PUBLISH_GAP_S)

    def end_publishing(self) -> None:
        """Write the sums of all publishing that is under way."""
        for key in tuple(self._publishing):
            self._end(key)

    @contextmanager
    def putting_back(self, act: Act) -> Iterator[None]:
        """What is recorded meanwhile of what an act is about undoes that act."""
        about = (act.cluster, act.subject)
        self._put_back.append(about)
        try:
            yield
        finally:
            self._put_back.remove(about)

    def mark_undone(self, act: Act) -> None:
        """What was before this act is there again."""
        for index, each in enumerate(self._acts):
            if each.number == act.number:
                self._acts[index] = replace(each, is_undone=True)
        self.on_change()

    def _tell(self, under_way: _Publishing) -> None:
        """Say more of what is under way."""
        what, failure = _messages(under_way.fates.stored), under_way.fates.failure
        act = under_way.act = replace(under_way.act, what=what, failure=failure)
        # Numbers follow each other; the act may be one that is remembered no more.
        at = act.number - self._acts[0].number
        if at >= 0:
            self._acts[at] = act
        self.on_change()

    def _end(self, key: tuple[str, str]) -> None:
        self._write(self._publishing.pop(key).act, ended=True)

    def _add(
        self,
        cluster: str,
        kind: ActKind,
        subject: str,
        what: str,
        failure: str,
        before: Before | None,
    ) -> Act:
        self._count += 1
        at_ms = self.clock.wall_ms()
        is_undo = (cluster, subject) in self._put_back
        act = Act(
            self._count, at_ms, cluster, kind, subject, what, failure, before, is_undo=is_undo
        )
        self._write(act)
        self._acts.append(act)
        del self._acts[:-ACTS_MAX]
        self.on_change()
        return act

    def _write(self, act: Act, *, ended: bool = False) -> None:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(act.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
            "user": self._user,
            "cluster": act.cluster,
            "act": act.kind.value,
            "subject": act.subject,
            "what": act.what,
        }
        if self._run:
            entry["id"] = f"{self._run}-{act.number}"
        if act.failure:
            entry["failure"] = act.failure
        if act.before is not None:
            entry["before"] = _as_json(act.before)
        if ended:
            entry["ended"] = True
        self._audit.take(json.dumps(entry))


def _messages(count: int) -> str:
    return f"{count:,} message" if count == 1 else f"{count:,} messages"


def _as_json(before: Before) -> dict[str, object]:
    match before:
        case ConfigsBefore(values=values) | BrokerConfigsBefore(values=values):
            return dict(values)
        case OffsetsBefore(offsets=offsets):
            return {str(key): offset for key, offset in offsets.items()}
