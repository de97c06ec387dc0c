"""Where the person has been: places in order, with a way back and forward. Pure."""

from typing import NamedTuple

VISITS_MAX = 50


class Place(NamedTuple):
    """A view, or a topic or group opened in it; `detail` is empty at the view itself."""

    view: str
    kind: str = ""
    detail: str = ""


class Visits:
    """A history as browsers keep it: going somewhere from the middle forgets what was ahead."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    def visit(self, place: Place) -> None:
        """Remember that the person is here; being where one is already changes nothing."""
        if self._at >= 0 and self._places[self._at] == place:
            return
        del self._places[self._at + 1 :]
        self._places.append(place)
        del self._places[:-VISITS_MAX]
        self._at = len(self._places) - 1

    def step(self, steps: int) -> Place | None:
        """Go back (negative) or forward; None when there is nothing there."""
        to = self._at + steps
        if not 0 <= to < len(self._places):
            return None
        self._at = to
        return self._places[to]

    def last_view(self) -> str | None:
        """The newest view that is another than the present one."""
        if self._at < 0:
            return None
        here = self._places[self._at].view
        before = (place.view for place in reversed(self._places[: self._at]))
        return next((view for view in before if view != here), None)
