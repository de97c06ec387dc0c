"""The line that says how far the reading of messages is: how much, how fast, what is left, keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from console.keys.keymap import Keymap
from console.messages.browser import HELD_RECORDS_MAX, Browser
from console.messages.filter import RecordFilter
from console.messages.progress import Ending, Progress
from console.messages.start_position import StartKind
from console.messages.tail import TailReport
from console.model import units
from console.model.names import TopicPartition
from console.panels.times import Times
from console.port.errors import ClusterError
from console.widgets import symbols
from console.widgets.gauge import FULL, HALF
from console.widgets.palette import Role
from console.widgets.themed import Themed

GAUGE_CELLS = 16
PARTITIONS_SAID = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What the line says: a sign, a share of the whole where there is one, parts in order.

    The first parts matter most; those without room are left out from the end, but not the last,
    which says what can be done.
    """

    sign: str = symbols.INFO
    share: float | None = None
    parts: tuple[str, ...] = ()


def said_of(browser: Browser, times: Times, keymap: Keymap, now_ms: int) -> Said:
    """What there is to say of a browser."""
    if browser.is_live:
        return _live(browser.live, browser.keep, keymap)
    progress = browser.progress
    if browser.is_reading:
        return _reading(progress, browser.keep, times, keymap, now_ms)
    if browser.is_full:
        seek, find = keymap.first_key("messages.seek"), keymap.first_key("messages.search")
        held = f"{HELD_RECORDS_MAX:,} messages or their bytes are held"
        return Said(symbols.WARNING, None, (held, f"{seek} goes elsewhere, {find} finds"))
    if progress is None:
        return Said()
    if browser.keep is not None:
        return _searched(progress, browser, keymap)
    return _read(progress, browser, keymap)


def _live(live: TailReport | None, keep: RecordFilter | None, keymap: Keymap) -> Said:
    pause, leave = keymap.first_key("messages.tail"), keymap.first_key("app.back")
    if live is None:
        return Said(symbols.OK, None, ("live", f"{pause} pauses, {leave} ends"))
    parts = [f"{live.records:,} written since"]
    if keep is not None:
        parts.append(_hits(live.hit_count))
    if live.behind:
        parts.append(f"{live.behind:,} behind")
    parts += _deleted(live.lost)
    sign = symbols.OK
    if live.failures:
        sign = symbols.WARNING
        parts.insert(0, f"without {_named(live.failures)}, tried again every second")
    if live.is_paused:
        return Said(symbols.WARNING, None, ("paused", *parts, f"{pause} goes on, {leave} ends"))
    return Said(sign, None, ("live", *parts, f"{pause} pauses, {leave} ends"))


def _reading(
    progress: Progress | None,
    keep: RecordFilter | None,
    times: Times,
    keymap: Keymap,
    now_ms: int,
) -> Said:
    stop = f"{keymap.first_key('app.back')} stops"
    if progress is None:
        return Said(symbols.INFO, None, ("asking where it begins and ends", stop))
    if keep is None:
        return Said(symbols.INFO, None, ("reading", stop))
    parts = [_scanned(progress), _hits(progress.hits), *_deleted(progress.deleted_offsets)]
    if progress.first:
        # Where such a key usually is: nothing is said of the others before they are searched.
        parts.append(f"in {_partitions(progress.first)} first")
    if progress.records_per_s is not None:
        parts.append(f"{units.count(progress.records_per_s)}/s")
    if progress.left_s is not None:
        parts.append(f"{units.duration(progress.left_s)} left")
    if progress.reached_ms is not None:
        reached = progress.reached_ms
        parts.append(f"at {times.day(reached)} {times.moment(reached, now_ms)}")
    return Said(symbols.INFO, _share(progress), (*parts, stop))


def _searched(progress: Progress, browser: Browser, keymap: Keymap) -> Said:
    parts = [_scanned(progress), _hits(progress.hits), *_deleted(progress.deleted_offsets)]
    parts += _unseen(browser.keep)
    if _is_kept_out(progress, browser):
        return Said(symbols.WARNING, None, (_but(browser), *parts, _again(browser, keymap)))
    if not browser.goes_on:
        return Said(symbols.OK, _share(progress), ("all searched", *parts))
    go_on = f"{keymap.first_key('messages.more')} goes on"
    word = "stopped" if progress.ending is Ending.STOPPED else "so far"
    return Said(symbols.INFO, _share(progress), (word, *parts, go_on))


def _read(progress: Progress, browser: Browser, keymap: Keymap) -> Said:
    deleted = _deleted(progress.deleted_offsets)
    since = _since(browser)
    if _is_kept_out(progress, browser):
        return Said(symbols.WARNING, None, (_but(browser), *deleted, _again(browser, keymap)))
    if browser.goes_on:
        where = "older" if browser.goes_down else "newer"
        left = f"{browser.left_offsets:,} {where}"
        go_on = f"{keymap.first_key('messages.more')} reads on"
        stopped = ("stopped",) if progress.ending is Ending.STOPPED else ()
        return Said(symbols.INFO, None, (*stopped, *since, left, *deleted, go_on))
    if browser.goes_down:
        return Said(symbols.OK, None, (*since, "the oldest message is reached", *deleted))
    return Said(symbols.OK, None, ("nothing newer yet", *deleted))


def _since(browser: Browser) -> tuple[str, ...]:
    """That nothing was written since the time that was asked for: what is shown is older."""
    place = browser.place
    is_time = place is not None and place.others is not None and place.others.kind is StartKind.TIME
    return ("nothing since then",) if is_time and browser.landing is None else ()


def _is_kept_out(progress: Progress, browser: Browser) -> bool:
    """Nothing is left to read but what cannot be read at the moment."""
    is_over = not browser.goes_on or progress.ending is Ending.END
    return is_over and bool(browser.failures)


def _but(browser: Browser) -> str:
    """All was read that can be at the moment."""
    return f"all but {_named(browser.failures)}"


def _named(failures: Mapping[TopicPartition, ClusterError]) -> str:
    return _partitions(sorted(key.partition for key in failures))


def _again(browser: Browser, keymap: Keymap) -> str:
    if not browser.goes_on:
        return f"{keymap.first_key('messages.reload')} tries again"
    # What comes before or behind it can be read all the same.
    more, seek = keymap.first_key("messages.more"), keymap.first_key("messages.seek")
    return f"{more} tries again, {seek} goes elsewhere"


def _scanned(progress: Progress) -> str:
    return f"{progress.scanned_offsets:,} of {progress.total_offsets:,} searched"


def _partitions(indexes: Sequence[int]) -> str:
    shown = ", ".join(map(str, indexes[:PARTITIONS_SAID]))
    more = f" and {len(indexes) - PARTITIONS_SAID} more" if len(indexes) > PARTITIONS_SAID else ""
    return f"partition{'s' if len(indexes) > 1 else ''} {shown}{more}"


def _deleted(count: int) -> list[str]:
    """What retention took before it came to its turn."""
    return [f"{count:,} deleted before they were read"] if count else []


def _hits(count: int) -> str:
    return f"{count:,} found"


def _unseen(keep: RecordFilter | None) -> list[str]:
    """What kept records from being tested."""
    if keep is None:
        return []
    stages = keep.stages
    parts = []
    if stages.undecodable:
        parts.append(f"{stages.undecodable:,} not readable")
    if stages.too_large:
        parts.append(f"{stages.too_large:,} too large to test")
    return parts


def _share(progress: Progress) -> float | None:
    if not progress.total_offsets:
        return None
    return min(1.0, progress.scanned_offsets / progress.total_offsets)


class ScanLine(Themed):
    """Draws what is said in one line."""

    DEFAULT_CSS = """
    ScanLine { height: 1; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._said = Said()

    def show(self, browser: Browser, times: Times, keymap: Keymap, now_ms: int) -> None:
        """Say how far a browser is."""
        said = said_of(browser, times, keymap, now_ms)
        if said != self._said:
            self._said = said
            self.refresh()

    def render(self) -> Text:
        style, width, said = self.palette.style, self.size.width, self._said
        text = Text(" ", style(Role.TEXT), no_wrap=True, end="")
        if not said.parts:
            return text
        text.append(f"{said.sign} ", style(symbols.SYMBOL_ROLES.get(said.sign, Role.MUTED)))
        if said.share is not None and width >= 2 * GAUGE_CELLS + 20:
            cells = round(said.share * GAUGE_CELLS)
            filled = (
                FULL * cells if cells == GAUGE_CELLS else FULL * (cells - 1) + HALF * bool(cells)
            )
            text.append(filled, style(Role.PRIMARY))
            text.append(FULL * (GAUGE_CELLS - len(filled)), style(Role.LINE))
            text.append(f" {said.share:>4.0%}  ", style(Role.TEXT))
        shown = fitting(said.parts, width - text.cell_len - 1)
        for number, part in enumerate(shown):
            if number:
                text.append(" · ", style(Role.FAINT))
            text.append(part, style(Role.TEXT if number == 0 else Role.MUTED))
        return text


def fitting(parts: tuple[str, ...], room: int) -> tuple[str, ...]:
    """As many parts as have room: the first ones and the last."""
    kept = list(parts)
    while len(kept) > 2 and cell_len(" · ".join(kept)) > room:
        kept.pop(-2)
    return tuple(kept)
