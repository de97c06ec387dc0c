"""The bars at the ends of every screen: the header, and the footer of keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.text import Text
from textual import events

from console.widgets import symbols
from console.widgets.fitting import shortened
from console.widgets.palette import Role
from console.widgets.themed import Themed

BRAND = " ◆ kconsole "
CLUSTER_LEAST = 12
"""Cells of the cluster's name that stand at every width."""


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What the header says. Texts from outside are safe already."""

    cluster: str = ""
    warning: str = ""
    """Why to be careful with the cluster; it colours the bar and never gives way."""
    remark: str = ""
    """What cannot be done with the cluster; it never gives way."""
    alert: str = ""
    """How many alerts fire; it never gives way."""
    sign: str = symbols.INFO
    brokers: str = "connecting"
    view: str = ""
    """The view, said where something in it is open: the row of views says the rest."""
    detail: str = ""
    """What is open in the view, such as the name of a topic."""
    about: tuple[str, ...] = ()
    """What the cluster is, most important first; parts without room are left out."""
    interval: str = ""
    is_paused: bool = False
    clock: str = ""

    @property
    def place(self) -> str:
        """Where the person is, as far as the row of views does not say it."""
        return f"{self.view} › {self.detail}" if self.detail else ""

    @property
    def pace_and_time(self) -> list[tuple[str, str]]:
        """The right end of the bar, each with what a click on it does."""
        pace = "app.pause" if self.is_paused else "app.interval"
        parts = ((self.interval, pace), (self.clock, "app.times"))
        return [(part, action) for part, action in parts if part]

    @property
    def right(self) -> str:
        """The right end of the bar as one text."""
        return "  ".join(part for part, _ in self.pace_and_time) + " "


class HeaderBar(Themed):
    """Brand, cluster, brokers, what it is; at the right the interval and the time.

    Where the person is stands at every width; for it the rest gives way, what matters least first.
    """

    DEFAULT_CSS = """
    HeaderBar { height: 1; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._facts = HeaderFacts()
        self._zones: list[tuple[int, int, str]] = []

    def show(self, facts: HeaderFacts) -> None:
        """Show these facts."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def render(self) -> Text:
        width = self.size.width
        facts, text, room = self._facts, Text(), 0
        for facts in gives_way(self._facts):
            text = self._left(facts)
            room = width - text.cell_len - cell_len(facts.right) - 2
            if cell_len(facts.place) <= room:
                break
        style = self.palette.style
        place = shortened(facts.place, max(0, room))
        self._zone(text, place, "app.top")
        text.append(place, style(Role.TEXT, "panel"))
        room -= cell_len(place)
        is_first = not place
        for part in facts.about:
            mark = "" if is_first else " · "
            if cell_len(mark) + cell_len(part) <= room:
                text.append(mark, style(Role.FAINT, "panel"))
                text.append(part, style(Role.MUTED, "panel"))
                room -= cell_len(mark) + cell_len(part)
                is_first = False
        text.append(" " * max(0, room + 2), style(Role.MUTED, "panel"))
        for part, action in facts.pace_and_time:
            self._zone(text, part, action)
            text.append(f"{part}  ", style(Role.MUTED, "panel"))
        text.truncate(width, overflow="crop", pad=True)
        return text

    def _zone(self, before: Text, part: str, action: str) -> None:
        """Have a click on what is appended next do something."""
        at = before.cell_len
        self._zones.append((at, at + cell_len(part), action))

    def on_click(self, event: events.Click) -> None:
        for start, end, action in self._zones:
            if start <= event.x < end:
                # Not from here: the action may take this very screen away, and wait for that.
                self.app.call_later(self.screen.run_action, action)
                return

    def _left(self, facts: HeaderFacts) -> Text:
        style = self.palette.style
        text = Text(no_wrap=True, end="")
        self._zones.clear()
        role = Role.ERROR if facts.warning else Role.PRIMARY
        self._zone(text, BRAND, "help")
        text.append(BRAND, self.palette.inverse(role))
        self._zone(text, f"  {facts.cluster}", "app.clusters")
        text.append(f"  {facts.cluster}  ", style(Role.STRONG, "panel"))
        if facts.warning:
            text.append(f" {facts.warning} ", self.palette.inverse(Role.ERROR))
            text.append("  ", style(Role.MUTED, "panel"))
        if facts.remark:
            text.append(f"{facts.remark}  ", style(Role.WARNING, "panel"))
        if facts.alert:
            self._zone(text, f"{symbols.WARNING} {facts.alert}", "app.alerts")
            text.append(f"{symbols.WARNING} {facts.alert}  ", style(Role.WARNING, "panel"))
        role = symbols.SYMBOL_ROLES.get(facts.sign, Role.MUTED)
        text.append(f"{facts.sign} ", style(role, "panel"))
        text.append(f"{facts.brokers}   ", style(Role.MUTED, "panel"))
        return text


def gives_way(facts: HeaderFacts) -> Iterator[HeaderFacts]:
    """The facts whole, then each time with one thing less."""
    yield facts
    facts = replace(facts, brokers=facts.brokers.removesuffix(" brokers"))
    yield facts
    if not facts.is_paused:
        facts = replace(facts, interval="")
        yield facts
    facts = replace(facts, clock="")
    yield facts
    yield replace(facts, cluster=shortened(facts.cluster, CLUSTER_LEAST))


class KeyFooter(Themed):
    """The keys of this screen or dialog, as many as fit; the rest is behind `?`."""

    DEFAULT_CSS = """
    KeyFooter { dock: bottom; height: 1; background: $panel; }
    """

    def __init__(self, keys: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__()
        self._keys = tuple(keys)

    def show(self, keys: Sequence[tuple[str, str, str]]) -> None:
        """Show (key, label, action) in this order."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def _fitting(self) -> list[tuple[str, str, str]]:
        """The keys that fit; the last two (help and quit) always stand."""
        room = self.size.width - 1
        tail = list(self._keys[-2:])
        room -= sum(_width(key) for key in tail)
        shown = []
        for key in self._keys[:-2]:
            if _width(key) > room:
                break
            room -= _width(key)
            shown.append(key)
        return [*shown, *tail]

    def render(self) -> Text:
        text = Text(" ", no_wrap=True, end="")
        for key, label, _ in self._fitting():
            text.append(key, self.palette.style(Role.PRIMARY, "panel"))
            text.append(f" {label}  ", self.palette.style(Role.MUTED, "panel"))
        return text

    def on_click(self, event: events.Click) -> None:
        at = 1
        for key in self._fitting():
            if at <= event.x < at + _width(key):
                # Not from here: the action may take this very screen away, and wait for that.
                self.app.call_later(self._run, key[2])
                return
            at += _width(key)

    async def _run(self, action: str) -> None:
        """Do what the key does: the first that has the action does it, from the focus outwards."""
        for node in (self.screen.focused or self.screen).ancestors_with_self:
            if await self.app.run_action(action, node):
                return


def _width(key: tuple[str, str, str]) -> int:
    return cell_len(key[0]) + cell_len(key[1]) + 3
