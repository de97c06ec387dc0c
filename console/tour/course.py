"""How far a person is on the tour. A pure machine: what is seen goes in, where it is comes out.

| stage     | begin                   | leave | turn                     | goal met           |
|-----------|-------------------------|-------|--------------------------|--------------------|
| OFFERED   | UNDER_WAY, same step    | LEFT  | -                        | -                  |
| UNDER_WAY | stays                   | LEFT  | another step, after the  | next step, after   |
|           |                         |       | last OVER                | the last OVER      |
| LEFT      | UNDER_WAY, same step    | stays | -                        | -                  |
| OVER      | UNDER_WAY, first step   | stays | -                        | -                  |

A goal that is met as its step begins does not end the step, or what it says could not be read: it
has to be seen unmet before, or the person goes on by key.
"""

from enum import Enum

from console.tour.sight import Sight
from console.tour.step import Step, Tour


class Stage(Enum):
    """Whether the tour is taken."""

    OFFERED = "offered"
    UNDER_WAY = "under way"
    LEFT = "left"
    OVER = "over"


class Course:
    """One person on one tour."""

    def __init__(self, tour: Tour, kept: str = "") -> None:
        """`kept` is the step where the person was in another run; empty: none."""
        self.tour = tour
        self.stage = Stage.OFFERED
        self.number = self._number_of(kept) if kept else 0
        """Of the step, from 0."""
        self.done = ""
        """The title of the step that was just seen done; empty after turning by key."""
        self.is_already_met = False
        """Whether the goal of the step was met before anything was done for it."""
        self._since: Sight | None = None
        self._was_unmet = False

    @property
    def step(self) -> Step:
        """The step that the person is at, also while the tour is left."""
        return self.tour.steps[self.number]

    @property
    def is_under_way(self) -> bool:
        return self.stage is Stage.UNDER_WAY

    @property
    def to_keep(self) -> str:
        """The step to go on at in another run; empty when there is nothing to go on with."""
        is_begun = self.stage in (Stage.UNDER_WAY, Stage.LEFT) or self.number
        return self.step.id if is_begun and self.stage is not Stage.OVER else ""

    def begin(self) -> None:
        """Take the tour, or go on with it."""
        if self.stage is Stage.OVER:
            self.number = 0
        if not self.is_under_way:
            self.stage = Stage.UNDER_WAY
            self._arrive()

    def begin_at(self, step_id: str) -> None:
        """Take the tour from a step on. Raises ValueError when it has no such step."""
        self.number = self._number_of(step_id)
        self.stage = Stage.UNDER_WAY
        self._arrive()

    def leave(self) -> None:
        """Say no to it, or leave it where it is."""
        if self.stage is not Stage.OVER:
            self.stage = Stage.LEFT

    def turn(self, steps: int) -> None:
        """Go so many steps forward or back; before the first nothing is, after the last it is
        over."""
        if not self.is_under_way:
            return
        self.number = max(0, self.number + steps)
        if self.number >= len(self.tour.steps):
            self.number = len(self.tour.steps) - 1
            self.stage = Stage.OVER
        self._arrive()

    def see(self, sight: Sight) -> None:
        """Take note of how things are, and go on when the step's goal is met."""
        if not self.is_under_way or not sight.is_home or not sight.is_connected:
            return
        if self._since is None:
            self._since = sight
        is_met = self.step.goal.is_met(self._since, sight)
        self.is_already_met = is_met and not self._was_unmet
        if not is_met:
            self._was_unmet = True
        elif self._was_unmet:
            done = self.step.title
            self.turn(1)
            self.done = done
            self.see(sight)

    def _number_of(self, step_id: str) -> int:
        return [step.id for step in self.tour.steps].index(step_id)

    def _arrive(self) -> None:
        self.done = ""
        self.is_already_met = self._was_unmet = False
        self._since = None
