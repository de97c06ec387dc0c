"""Keys are handed out one after the other; they are neither held for ever nor kept without end."""

import asyncio

import pytest
from textual.app import ComposeResult
from textual.events import Resize
from textual.message import Message
from textual.widgets import Input

from console.keys.ordered_app import KEYS_MAX, QUIET_TURNS, TURNS_MAX, OrderedApp
from tests.support.hand import at_rest, send_key, send_paste
from tests.support.waiting import until


class TwoLines(OrderedApp):
    """Enter in the first line leads to the second, by a message as dialogs do."""

    def compose(self) -> ComposeResult:
        yield Input(id="first")
        yield Input(id="second")

    def on_mount(self) -> None:
        self.hand_out_keys()
        self.query_one("#first").focus()

    def on_input_submitted(self) -> None:
        self.query_one("#second").focus()

    def values(self) -> list[str]:
        return [line.value for line in self.query(Input)]


class BusyLines(TwoLines):
    """Each change of a line gives the application something to do, twice in a row.

    Textual looks at the second, and then at a key behind it, before either has its turn.
    """

    class Work(Message):
        """Takes some turns of the loop."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.turns = turns

    def on_input_changed(self) -> None:
        self.post_message(self.Work())
        self.post_message(self.Work())

    async def on_busy_lines_work(self) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)


async def test_a_key_goes_where_the_one_before_it_leads() -> None:
    app = TwoLines()
    async with app.run_test():
        for key in ("a", "b", "enter", "c"):
            send_key(app, key)
        await at_rest(app)
        assert app.values() == ["ab", "c"]


async def test_a_paste_waits_for_the_keys_before_it_and_holds_those_behind() -> None:
    app = TwoLines()
    async with app.run_test():
        send_key(app, "enter")
        send_paste(app, "pasted")
        send_key(app, "!")
        await at_rest(app)
        assert app.values() == ["", "pasted!"]


@pytest.mark.parametrize("turns", [2 * QUIET_TURNS, TURNS_MAX + 1])
async def test_keys_keep_their_order_while_the_application_is_busy(turns: int) -> None:
    app = BusyLines(turns)
    async with app.run_test():
        for key in ("a", "b", "c", "enter", "d", "e"):
            send_key(app, key)
        await at_rest(app)
        assert app.values() == ["abc", "de"]


async def test_keys_go_on_although_the_screen_never_comes_to_rest() -> None:
    app = TwoLines()
    async with app.run_test():

        async def storm() -> None:
            while True:
                app.screen.post_message(Resize(app.size, app.size))
                await asyncio.sleep(0)

        storming = asyncio.ensure_future(storm())
        send_key(app, "a")
        send_key(app, "b")
        await until(lambda: app.values() == ["ab", ""])
        assert not storming.done()
        storming.cancel()


async def test_no_more_keys_wait_than_there_is_room_for() -> None:
    app = TwoLines()
    async with app.run_test():
        for _ in range(KEYS_MAX + 10):
            send_key(app, "a")
        await at_rest(app)
        assert app.values()[0] == "a" * (KEYS_MAX + 1)
