"""An application that takes a person on a tour of itself.

The tour has a panel beneath whatever is in front, dialogs included; it is told of every screen that
comes to the front, of each snapshot and of each act, and judges by them alone. Where there is no
tour, the keys of the tour say where there is one, and nothing of it is loaded.
"""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work
from textual.screen import Screen

from console.model.snapshot import Snapshot
from console.remembering_app import RememberingApp
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.host import FollowsSnapshots
from console.screens.routes import RoutedScreen
from console.screens.visits import Place

if TYPE_CHECKING:
    from console.tour.bookmark import Bookmark
    from console.tour.course import Course
    from console.tour.page import Page
    from console.tour.sight import Sight

NOT_HERE = (
    "The tour pauses readers, resets positions and publishes: nothing to do on a cluster that "
    "others use. `kconsole demo` brings a broker and readers of its own for it."
)
NOT_UNDER_WAY = "No tour is under way: {app.tour} begins it, or goes on with it"
LEFT = "The tour rests: {app.tour} goes on with it"
OVER = "That was the tour: {app.tour} begins it again"
NEEDED = frozenset({View.GROUPS, View.TOPICS})


class GuidedApp(RememberingApp):
    """The application with its tour, where it has one."""

    course: "Course | None" = None
    """How far the person is on the tour; None where there is none."""
    bookmark: "Bookmark | None" = None
    """Where that is kept for another run."""
    _home = ""
    _kept = ""
    _needs_of_front = Needs()

    async def begin(self) -> None:
        """Have every view, be at the first, and offer the tour."""
        self._home = self._cluster
        self._has_turned = asyncio.Event()
        if self.course is not None and self.bookmark is not None:
            self._kept = self.course.to_keep
            self.keep_place(self.course, self.bookmark)
        self.screen_change_signal.subscribe(self, self._look_at)
        await super().begin()

    @property
    def tour_steps(self) -> tuple[str, ...]:
        """The names of the steps, as they can be asked for."""
        return () if self.course is None else tuple(s.id for s in self.course.tour.steps)

    @property
    def _cluster(self) -> str:
        return "" if self.clusters is None else self.clusters.current.recorded_name

    @work(group="bookmark", exclusive=True, exit_on_error=False)
    async def keep_place(self, course: "Course", bookmark: "Bookmark") -> None:
        """Keep each step that the person comes to, until cancelled or it cannot be kept."""
        while True:
            await self._has_turned.wait()
            self._has_turned.clear()
            try:
                await asyncio.to_thread(bookmark.write, course.to_keep)
            except OSError as error:
                reason = error.strerror or "it cannot be written"
                self.notify(f"The step of the tour is not kept: {reason}", severity="warning")
                return

    def need(self, needs: Needs, snapshot: Snapshot | None) -> None:
        """Have read what the screen in front needs, and what the tour looks at."""
        self._needs_of_front = needs
        if self.course is not None and self.course.is_under_way:
            groups = needs.groups | frozenset(self.course.tour.groups)
            needs = replace(needs, views=needs.views | NEEDED, groups=groups)
        super().need(needs, snapshot)

    def redraw_front(self) -> None:
        """Draw the screen in front, tell the dialogs on it of the snapshot, let the tour look."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, ConsoleScreen):
                screen.redraw()
                break
            if screen.is_mounted and self.snapshot and isinstance(screen, FollowsSnapshots):
                screen.follow(self.snapshot)
        self.look()

    def _look_at(self, _screen: Screen[object]) -> None:
        self.look()

    def look(self) -> None:
        """Let the tour see how things are, and show what it says of them."""
        course = self.course
        if course is None or not self.is_running:
            return
        from console.tour.page import page_of

        was_under_way, sight = course.is_under_way, self._sight()
        course.see(sight)
        if was_under_way and not course.is_under_way:
            self._end()
        if course.to_keep != self._kept:
            self._kept = course.to_keep
            self._has_turned.set()
        page = page_of(course, sight, self.keymap, list(self.views))
        for screen in self.screen_stack:
            show_page(screen, page)

    def _sight(self) -> "Sight":
        from console.tour.sight import Sight

        stack = self.screen_stack
        place = Place(self.current_mode)
        for screen in stack:
            if isinstance(screen, RoutedScreen):
                place = Place(self.current_mode, screen.KIND, screen.detail)
        return Sight(
            place,
            tuple(type(screen) for screen in stack),
            self.snapshot,
            tuple(act for act in self.journal.acts if self._home in ("", act.cluster)),
            is_home=self._cluster == self._home,
        )

    async def action_tour(self, step: str = "") -> None:
        """Begin the tour, go on with it, or go to the place of its step; or begin at a step."""
        course = self.course
        if course is None:
            self.notify(NOT_HERE, title="kconsole demo", timeout=12, markup=False)
            return
        if step:
            course.begin_at(step)
        elif not course.is_under_way:
            course.begin()
        await self._be_at_step()

    async def action_tour_turn(self, steps: int) -> None:
        """Go forward or back on the tour, and to where that is."""
        course = self.course
        if course is None or not course.is_under_way:
            self._say(NOT_UNDER_WAY)
            return
        from console.tour.course import Stage

        course.turn(steps)
        if course.stage is Stage.OVER:
            self._end()
            self.look()
        else:
            await self._be_at_step()

    def action_tour_leave(self) -> None:
        """Leave the tour where it is, or do without."""
        from console.tour.course import Stage

        course = self.course
        if course is None or course.stage in (Stage.LEFT, Stage.OVER):
            self._say(NOT_UNDER_WAY)
            return
        course.leave()
        self._say(LEFT)
        self.need(self._needs_of_front, self.snapshot)
        self.look()

    async def _be_at_step(self) -> None:
        """Have read what the tour looks at, and go where its step begins."""
        course = self.course
        assert course is not None
        self.need(self._needs_of_front, self.snapshot)
        place = course.step.place
        if place is not None and self._cluster == self._home and self.here() != place:
            await self.go_to(place)
        self.look()

    def _end(self) -> None:
        self._say(OVER)
        self.need(self._needs_of_front, self.snapshot)

    def _say(self, text: str) -> None:
        from console.tour.wording import told

        self.notify(told(text, self.keymap, list(self.views)), markup=False)


def show_page(screen: Screen[object], page: "Page | None") -> None:
    """Have a page beneath a screen, or none."""
    from console.tour.panel import TourPanel

    panels = screen.query(TourPanel)
    screen.set_class(page is not None, "-guided")
    if page is None:
        panels.remove()
    elif panels:
        panels.first().show(page)
    else:
        screen.mount(TourPanel(page))
