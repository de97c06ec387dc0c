"""An application of views in which a person goes about: from view to view, in and out, and back."""

from collections.abc import Callable, Mapping

from textual import on

from console.alerts_app import ALERTS, AlertsApp
from console.clusters_app import CLUSTERS
from console.details import DETAILS
from console.screens.base import ConsoleScreen
from console.screens.routes import RoutedScreen
from console.screens.view import View
from console.screens.visits import Place, Visits
from console.widgets.table_panel import TablePanel
from console.widgets.view_tabs import ViewTabs


class TravelsApp(AlertsApp):
    """The views by name, and where the person has been."""

    views: Mapping[str, View]

    def __init__(self) -> None:
        super().__init__()
        self._visits = Visits()

    async def begin(self) -> None:
        """Have every view, and be at the first."""
        for view in self.views.values():
            self.add_mode(view.name, self._maker(view))
        await self.action_view(next(iter(self.views)))

    def note_place(self) -> None:
        """Remember where the person is, if one can be there again: one record cannot be."""
        place = self.here()
        if place.kind or not place.detail:
            self._visits.visit(place)

    async def action_view(self, name: str, wanted: str = "") -> None:
        """Switch to a view, which is as it was left; be at its top if it is in front already.

        `wanted` becomes the filter of its table. What was open in the view is closed then, for the
        filter is of the view's own table.
        """
        if name == self.current_mode:
            await self.action_top()
        else:
            await self.switch_mode(name)
        if wanted:
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            self.screen.query_one(TablePanel).filter_by(wanted)

    async def action_view_at(self, number: int) -> None:
        """Switch to a view by its number from 1; without one there, nothing happens."""
        names = list(self.views)
        if number <= len(names):
            await self.action_view(names[number - 1])

    async def go_to(self, place: Place) -> None:
        """Be at a place again, whatever is open."""
        if place.view != self.current_mode:
            await self.switch_mode(place.view)
        while len(self.screen_stack) > 1 and self.here() != place:
            await self.pop_screen()
        if self.here() != place and place.kind:
            await self.open_place(place.kind, place.detail)

    async def action_top(self) -> None:
        """Be at the view itself, whatever is open in it."""
        await self.go_to(Place(self.current_mode))

    @on(ViewTabs.Chosen)
    async def choose_view(self, message: ViewTabs.Chosen) -> None:
        """A click on the name of a view is its key."""
        await self.action_view(message.name)

    @on(RoutedScreen.BrokerWanted)
    async def open_broker(self, message: RoutedScreen.BrokerWanted) -> None:
        await self.open_place("broker", message.name)

    async def open_place(self, kind: str, name: str) -> None:
        if kind == CLUSTERS:
            await self.action_clusters()
        elif kind == ALERTS:
            await self.action_alerts()
        else:
            await self.push_screen(DETAILS[kind](self, name))

    def act_on(self, method: str, *topics: str) -> None:
        """Do to topics what a command says."""
        front = self.screen
        if isinstance(front, ConsoleScreen):
            front.act_on(method, *topics)

    async def act_on_group(self, method: str, name: str) -> None:
        """Do to a group what a command says, on its screen."""
        if (self.here().kind, self.here().detail) != ("group", name):
            await self.open_place("group", name)
        self.act_on(method)

    def here(self) -> Place:
        screen = self.screen
        if not isinstance(screen, RoutedScreen):
            return Place(self.current_mode)
        return Place(self.current_mode, screen.KIND, screen.detail)

    async def action_last_view(self) -> None:
        view = self._visits.last_view()
        if view is not None:
            await self.action_view(view)

    async def action_history(self, steps: int) -> None:
        place = self._visits.step(steps)
        if place is not None:
            await self.go_to(place)

    async def begin_anew(self) -> None:
        """Make every screen anew, and be at the first view."""
        first, *others = self.views
        # The mode in front cannot be removed: each is removed while the other end is in front.
        for front, gone in ((others[-1], [first, *others[:-1]]), (first, others[-1:])):
            await self.switch_mode(front)
            for name in gone:
                await self.remove_mode(name)
                self.add_mode(name, self._maker(self.views[name]))
        self._visits = Visits()

    def _maker(self, view: View) -> Callable[[], ConsoleScreen]:
        return lambda: view.make(self)
