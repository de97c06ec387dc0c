"""What is open on a screen and is not there any more: what is said in its place. Pure.

Only a list that was read anew can tell: one that is old, or may not be read, says nothing of what
is not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from console.acts.act import Act, ActKind
from console.model import units
from console.model.section import Ready, Section
from console.model.text import plain

NAME_MAX = 80


class Named(Protocol):
    """A thing of a list."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Gone:
    """What is not there, and what is known of why; both safe to show."""

    head: str
    detail: str


def is_missing(section: Section[Sequence[Named]], name: str) -> bool:
    """Whether a list was read and has nothing of this name."""
    return isinstance(section, Ready) and all(each.name != name for each in section.value)


def gone(noun: str, name: str, kind: ActKind, acts: Sequence[Act], now_ms: int) -> Gone:
    """What to say of a `noun` that is missing; `kind` is how such things are deleted from here."""
    head = f"There is no {noun} {plain(name, limit=NAME_MAX)}"
    for act in reversed(acts):
        if act.kind is kind and act.subject == name and not act.failure:
            return Gone(head, f"it was deleted from here {units.ago(act.at_ms, now_ms)}")
    return Gone(head, "it was deleted, or this user may not see it")
