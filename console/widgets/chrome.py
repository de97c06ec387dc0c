"""The frame around every screen: header bar, row of views, footer of keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message

from console.widgets import symbols
from console.widgets.palette import Role
from console.widgets.themed import Themed

BRAND = " ◆ kconsole "


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What the header says. Texts from outside are safe already."""

    cluster: str = ""
    sign: str = symbols.INFO
    brokers: str = "connecting"
    place: str = ""
    about: tuple[str, ...] = ()
    """What the cluster is, most important first; parts without room are left out."""
    interval: str = ""
    clock: str = ""


class HeaderBar(Themed):
    """Brand, cluster, brokers, what it is; at the right the interval and the time."""

    DEFAULT_CSS = """
    HeaderBar { height: 1; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._facts = HeaderFacts()

    def show(self, facts: HeaderFacts) -> None:
        """Show these facts."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def render(self) -> Text:
        facts, width = self._facts, self.size.width
        style = self.palette.style
        text = Text(no_wrap=True, end="")
        text.append(BRAND, self.palette.inverse(Role.PRIMARY))
        text.append(f"  {facts.cluster}  ", style(Role.STRONG, "panel"))
        role = symbols.SYMBOL_ROLES.get(facts.sign, Role.MUTED)
        text.append(f"{facts.sign} ", style(role, "panel"))
        text.append(f"{facts.brokers}   ", style(Role.MUTED, "panel"))
        right = f"{facts.interval} {facts.clock} "
        room = width - text.cell_len - cell_len(right)
        for index, part in enumerate((facts.place, *facts.about)):
            mark = " · " if index > 1 or (index and facts.place) else ""
            needed = cell_len(mark) + cell_len(part)
            if not part or needed > room - 2:
                continue
            text.append(mark, style(Role.FAINT, "panel"))
            text.append(part, style(Role.MUTED if index else Role.TEXT, "panel"))
            room -= needed
        if room >= 0:
            text.append(" " * room + right, style(Role.MUTED, "panel"))
        text.truncate(width, overflow="crop", pad=True)
        return text


class ViewTabs(Themed):
    """The numbered views; the one on show is bold."""

    DEFAULT_CSS = """
    ViewTabs { height: 1; background: $background; }
    """

    @dataclass
    class Chosen(Message):
        """A view was clicked; its name."""

        name: str

    def __init__(self, views: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._views = tuple(views)
        self._current = ""

    def show(self, current: str) -> None:
        """Mark this view."""
        if current != self._current:
            self._current = current
            self.refresh()

    def render(self) -> Text:
        text = Text(" ", no_wrap=True, end="")
        for number, (name, label) in enumerate(self._views, 1):
            is_current = name == self._current
            role = Role.PRIMARY if is_current else Role.FAINT
            text.append(f"{number} ", self.palette.style(role, "background"))
            role = Role.PRIMARY if is_current else Role.MUTED
            text.append(label, self.palette.style(role, "background"))
            text.append("   ")
        return text

    def on_click(self, event: events.Click) -> None:
        at = 1
        for number, (name, label) in enumerate(self._views, 1):
            width = len(f"{number} {label}")
            if at <= event.x < at + width:
                self.post_message(self.Chosen(name))
            at += width + 3


class KeyFooter(Themed):
    """The keys of this screen, as many as fit; the rest is behind `?`."""

    DEFAULT_CSS = """
    KeyFooter { dock: bottom; height: 1; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[tuple[str, str, str], ...] = ()

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

    async def on_click(self, event: events.Click) -> None:
        at = 1
        for key in self._fitting():
            if at <= event.x < at + _width(key):
                await self.screen.run_action(key[2])
                return
            at += _width(key)


def _width(key: tuple[str, str, str]) -> int:
    return cell_len(key[0]) + cell_len(key[1]) + 3
