"""Hands on the keys of an application under test: each key, then all that it causes.

Textual's pilot takes a process that uses no CPU for one that has nothing to do, which on a busy
machine it may have. Here every message queue is emptied instead, so a test sees the same screen
however slow the machine is.
"""

from functools import partial

from rich.cells import cell_len
from textual.app import App
from textual.events import Key, Paste, Resize
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from console.keys.ordered_app import OrderedApp
from tests.support.stage import lines_of
from tests.support.waiting import until

QUIET_ROUNDS = 3
ROUNDS_MAX = 500


def send_key(app: App[None], key: str) -> None:
    """Press a key and do not wait: a character as it is, another key by name (`enter`)."""
    driver = app._driver
    assert driver is not None
    is_character = len(key) == 1
    event = Key(_character_to_key(key) if is_character else key, key if is_character else None)
    event.set_sender(app)
    driver.send_message(event)


def send_paste(app: App[None], text: str) -> None:
    """Paste a text and do not wait."""
    driver = app._driver
    assert driver is not None
    event = Paste(text)
    event.set_sender(app)
    driver.send_message(event)


def send_size(app: App[None], width: int, height: int) -> None:
    """Give the terminal another size and do not wait."""
    size = Size(width, height)
    app._driver._size = size  # type: ignore[union-attr]
    app.post_message(Resize(size, size))


async def press(app: App[None], *keys: str) -> None:
    """Press keys one after the other: characters as they are, others by name (`enter`)."""
    for key in keys:
        send_key(app, key)
        await at_rest(app)


async def write(app: App[None], text: str) -> None:
    """Type a text."""
    await press(app, *text)


async def paste(app: App[None], text: str) -> None:
    """Paste a text, as a terminal hands it over that tells pasting from typing."""
    driver = app._driver
    assert driver is not None
    event = Paste(text)
    event.set_sender(app)
    driver.send_message(event)
    await at_rest(app)


async def resize(app: App[None], width: int, height: int) -> None:
    """Give the terminal another size."""
    send_size(app, width, height)
    await at_rest(app)
    assert app.size == (width, height)


async def at_rest(app: App[None]) -> None:
    """Wait until nothing is left to do: all queues empty, several times in a row, and drawn."""
    pilot = Pilot(app)
    quiet = 0
    for _ in range(ROUNDS_MAX):
        # Looking at the queues fills them, and keys wait until they are empty.
        await until(lambda: not is_typing(app))
        await pilot._wait_for_screen()
        # Both would be done by a timer a few milliseconds from now.
        app._check_resize()
        app.screen._on_timer_update()
        quiet = 0 if is_busy(app) else quiet + 1
        if quiet == QUIET_ROUNDS:
            return
    raise AssertionError("the application does not come to rest")


async def behind_at_rest(app: App[None]) -> None:
    """Wait for what can be seen behind a dialog as well, and have the dialog drawn over it.

    A screen behind asks to be drawn anew whenever it was drawn, so that it never comes to rest.
    """
    await at_rest(app)
    for _ in app._background_screens:
        for screen in app._background_screens:
            await until(partial(_has_no_messages, screen))
            screen._on_timer_update()
        await at_rest(app)


def _has_no_messages(screen: Screen[object]) -> bool:
    nodes = screen.walk_children(with_self=True)
    return not any(node._next_callbacks or node._message_queue.qsize() for node in nodes)


def is_typing(app: App[None]) -> bool:
    """Whether a key is still acted upon, or waits for its turn."""
    return isinstance(app, OrderedApp) and app.is_typing


def is_busy(app: App[None]) -> bool:
    """Whether a message waits, a widget is being made, or a layout or line is out of date."""
    if is_typing(app):
        return True
    front = app.screen
    nodes = list(front.walk_children(with_self=True))
    is_stale = (
        front._layout_required
        or front._scroll_required
        or front._repaint_required
        or front._dirty_widgets
        or front._callbacks
        or app._batch_count
        or app._resize_event
    )
    return bool(
        is_stale
        or any(not node.is_mounted or node._repaint_required for node in nodes)
        or any(pump._next_callbacks or pump._message_queue.qsize() for pump in (app, *nodes))
    )


async def click_on(app: App[None], text: str, *, times: int = 1) -> None:
    """Click on a text that stands on the screen once or more: on the first of them."""
    y, line = next((y, line) for y, line in enumerate(lines_of(app)) if text in line)
    # Cells, not characters: what is before it may be wide.
    x = cell_len(line[: line.index(text)])
    await Pilot(app).click(offset=(x, y), times=times)
    await at_rest(app)
