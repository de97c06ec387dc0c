"""A step of the tour, and the tour as a table of them. Pure data.

Texts have marks in braces where a key stands: `{table.open}` is the key of an action, and
`{view:groups}` the number of a view. No key is written by hand, so that changed keys are right.
"""

from collections.abc import Collection
from dataclasses import dataclass

from console.screens.visits import Place
from console.tour.goals import ByKey, Goal


@dataclass(frozen=True, slots=True)
class Step:
    """`text` says what there is to know and `task` what to do; `goal` is how that is noticed.

    `place` is where the step begins; None: anywhere. `topics` must be there for the step, into
    those of `flows` something must be written; the groups of `readers` must have members, and of
    those of `lags` it must be known how far they are behind. `dialog` must be open, as the step
    before has opened it.
    """

    id: str
    title: str
    text: str
    task: str
    goal: Goal
    place: Place | None = None
    topics: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    lags: tuple[str, ...] = ()
    dialog: type[object] | None = None

    @property
    def is_by_key(self) -> bool:
        """Whether it is read only, and goes on when the person says so."""
        return isinstance(self.goal, ByKey)


@dataclass(frozen=True, slots=True)
class Tour:
    """The steps in their order, and what is said of them as a whole.

    `offer` invites; `groups` are read all the time while the tour is under way. What may be in the
    way is told by the texts `no_topic`, `no_flow`, `no_reader`, `no_lag` (in which `{name}` is
    which) and `no_dialog`; each says the way back.
    """

    steps: tuple[Step, ...]
    offer: str
    groups: Collection[str]
    no_topic: str
    no_flow: str
    no_reader: str
    no_lag: str
    no_dialog: str
