"""The dialog of one row: every value is there to its end, and hostile text is only text."""

import pytest

from console.keys.keymap import DEFAULT_KEYMAP
from console.widgets.row_dialog import RowDialog
from tests.support.hand import at_rest, press, resize
from tests.support.stage import Stage, shown

LINES = (("NAME", "orders"), ("REASON", f"{'x' * 200} and an end"), ("NOTE", "[red]no[/red]"))


async def opened(app: Stage) -> None:
    await app.push_screen(RowDialog(LINES, DEFAULT_KEYMAP))
    await at_rest(app)


async def test_long_values_go_on_beneath_their_beginning() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)):
        await opened(app)
        assert "[red]no[/red]" in shown(app)
        assert "and an end" in shown(app)
        assert shown(app).count("x") > 200 - 1


async def test_what_is_beneath_the_edge_is_scrolled_to() -> None:
    app = Stage()
    async with app.run_test(size=(40, 24)) as pilot:
        await opened(app)
        await resize(app, 40, 8)
        assert "[red]" not in shown(app)
        await pilot.press("end")
        await pilot.wait_for_animation()
        await at_rest(app)
        assert "[red]" in shown(app)


@pytest.mark.parametrize("key", ["d", "q", "escape", "enter"])
async def test_the_key_that_opened_it_closes_it_and_so_do_others(key: str) -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)):
        await opened(app)
        await press(app, key)
        assert not isinstance(app.screen, RowDialog)
