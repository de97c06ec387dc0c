"""Whether fuzzing finds bugs that are there, and nothing where there are none.

Each bug of `tests.reliability.planted_decoders` is planted into a process of its own, which sees
that it shows before it decodes anything. The control decodes as many frames of the same seed,
watched in the same way, without a bug: what is found there is no word on a bug.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.reliability.fuzz_processes import in_processes
from tests.reliability.fuzz_worker import Account, diary_of

MESSAGES_EVERY = 60
"""Of the decoders of messages so few stand for all."""
NONE = ""
"""The control's bug."""

Work = Callable[..., Account]


@dataclass(slots=True)
class Hunt:
    """What was found of each bug, and without one."""

    bugs: Sequence[str]
    caught: dict[str, str] = field(default_factory=dict)
    """By bug, its first fault."""
    faults: list[str] = field(default_factory=list)
    """What was found without a bug, and bugs that are not there."""
    frames_without_a_bug: int = 0

    def note(
        self, bug: str, accounts: Sequence[Account], broken: Sequence[str], *, has_begun: bool
    ) -> None:
        """What came of one process: its account, or that it hung or died, if it has begun at all:
        what ends before that has met no bug."""
        found = [*broken, *(fault for each in accounts for fault in each.faults)]
        if not has_begun:
            reasons = [each.not_planted for each in accounts] + found
            found = [f"it cannot be planted: {reasons[0]}"]
            self.faults.append(f"{bug}: {found[0]}")
        elif bug == NONE:
            self.faults += [f"without a bug: {each}" for each in found]
            self.frames_without_a_bug = sum(each.frames for each in accounts)
        elif found:
            self.caught[bug] = found[0]
        print(f"{bug or 'none'}: {[*found, 'nothing found'][0]}", file=sys.stderr)

    @property
    def missed(self) -> list[str]:
        """Bugs that were not found."""
        return [bug for bug in self.bugs if bug not in self.caught]

    @property
    def is_clean(self) -> bool:
        """All were found, and nothing without them."""
        return not self.missed and not self.faults and self.frames_without_a_bug > 0

    def told(self) -> dict[str, object]:
        """The figures, for a result."""
        return {
            "text": f"finds {len(self.caught)} of {len(self.bugs)}",
            "caught": self.caught,
            "missed": self.missed,
            "frames_without_a_bug": self.frames_without_a_bug,
        }


def hunted(work: Work, place: Path, frames: int, bugs: Sequence[str]) -> Hunt:
    """Look for each bug in so many frames, and for none in all of them."""
    hunt = Hunt(bugs)
    for bug in (NONE, *bugs):
        own = place / (bug or "none").replace(" ", "-")
        own.mkdir()
        task = partial(
            work,
            0,
            place=own,
            frames=frames,
            messages_every=MESSAGES_EVERY,
            watches_all=True,
            faults_max=1,
            bug=bug,
        )
        accounts, broken = in_processes([task], own)
        hunt.note(bug, accounts, broken, has_begun=diary_of(own, 0).exists())
    return hunt
