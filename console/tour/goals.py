"""What a step of the tour waits for, judged by what is seen. Pure.

Nothing is taken from the person's word: a place is reached when it is in front, a record is
published when the journal has the act, a group has caught up when its lag is small.
"""

from dataclasses import dataclass
from typing import Protocol

from console.acts.act import ActKind
from console.tour.sight import Sight


class Goal(Protocol):
    """What is waited for."""

    def is_met(self, since: Sight, now: Sight) -> bool:
        """Whether it is so now; `since` is what was seen as the step began."""
        ...


@dataclass(frozen=True, slots=True)
class ByKey:
    """Nothing: the person says that the text is read."""

    def is_met(self, since: Sight, now: Sight) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Reached:
    """A view is in front, or what is open in one; what is empty may be any."""

    view: str = ""
    kind: str = ""
    detail: str = ""

    def is_met(self, since: Sight, now: Sight) -> bool:
        wanted = (self.view, self.kind, self.detail)
        return all(want in ("", here) for want, here in zip(wanted, now.place, strict=True))


@dataclass(frozen=True, slots=True)
class Opened:
    """A screen or dialog of this class is in front."""

    screen: type[object]

    def is_met(self, since: Sight, now: Sight) -> bool:
        return bool(now.screens) and now.screens[-1] is self.screen


@dataclass(frozen=True, slots=True)
class Acted:
    """The console made a change of a kind to something, wholly, since the step began."""

    kind: ActKind
    subject: str

    def is_met(self, since: Sight, now: Sight) -> bool:
        return any(
            (act.kind, act.subject, act.failure) == (self.kind, self.subject, "")
            and not act.is_undone
            and act not in since.acts
            for act in now.acts
        )


@dataclass(frozen=True, slots=True)
class Undone:
    """A change of a kind was put back since the step began."""

    kind: ActKind
    subject: str

    def is_met(self, since: Sight, now: Sight) -> bool:
        return any(
            (act.kind, act.subject) == (self.kind, self.subject)
            and act.is_undone
            and act not in since.acts
            for act in now.acts
        )


@dataclass(frozen=True, slots=True)
class LagOver:
    """A group is at least so many records behind."""

    group: str
    records: int

    def is_met(self, since: Sight, now: Sight) -> bool:
        lag = now.lag(self.group)
        return lag is not None and lag >= self.records


@dataclass(frozen=True, slots=True)
class LagUnder:
    """A group is less than so many records behind."""

    group: str
    records: int

    def is_met(self, since: Sight, now: Sight) -> bool:
        lag = now.lag(self.group)
        return lag is not None and lag < self.records


@dataclass(frozen=True, slots=True)
class Members:
    """A group has so many members, and is not rebalancing."""

    group: str
    count: int

    def is_met(self, since: Sight, now: Sight) -> bool:
        return now.members(self.group) == self.count
