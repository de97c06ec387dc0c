"""What every screen does with a snapshot: draw it where it is seen, and say what is wrong."""

from dataclasses import replace

import pytest

from console.panels.topics import TopicsPanel
from console.screens.base import MINIMUM, ConsoleScreen
from tests.support.console_stage import console
from tests.support.hand import at_rest, click_on, press, resize
from tests.support.sample_snapshots import busy, empty, stale
from tests.support.stage import lines_of, shown


async def test_a_screen_behind_another_draws_when_it_comes_to_the_front() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        app.feed.give(empty())
        await at_rest(app)
        topics = app.screen_stack[0].query_one(TopicsPanel)
        assert topics.table.row_count == 29
        await press(app, "escape")
        assert "There are no topics yet" in shown(app)


async def test_a_screen_goes_on_behind_a_dialog() -> None:
    """Figures that stand still without a word would be taken for those of the moment."""
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "n")
        dialog = app.screen
        later = replace(empty(), at_ms=busy().at_ms + 60_000)
        before = lines_of(app)[0]
        app.feed.give(later)
        await at_rest(app)
        assert app.screen is dialog
        assert app.screen_stack[0].query_one(TopicsPanel).table.row_count == 0
        assert "22:24:31" in before
        assert "22:25:31" in lines_of(app)[0]


@pytest.mark.parametrize(
    ("keys", "footer"),
    [
        (("n",), "ctrl+s Create  tab Next field  esc Close"),
        (("2", "e", "e"), "ctrl+s Save  ctrl+r Default  tab Next field  esc Close"),
        (("2", "D"), "⏎ Confirm  f1 Help  esc Cancel"),
        (("2", "v"), "space Show  J Later  K Earlier  s Sort  d Reset  esc Close"),
        (("?",), "esc Close"),
    ],
)
async def test_the_footer_has_the_keys_of_the_dialog_in_front(
    keys: tuple[str, ...], footer: str
) -> None:
    """Those of the screen beneath would be typed into the field, or do nothing."""
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        before = lines_of(app)[-1]
        await press(app, *keys)
        assert lines_of(app)[-1].strip() == footer
        await press(app, "escape")
        assert lines_of(app)[-1].startswith(before[:10])


@pytest.mark.parametrize("view", ["1", "2", "3", "4", "6"])
async def test_the_footer_of_an_empty_list_offers_nothing_that_needs_a_row(view: str) -> None:
    app = console(empty())
    async with app.run_test(size=(200, 40)):
        await press(app, view)
        footer = lines_of(app)[-1]
        for word in ("Filter", "Open", "Sort", "Delete", "Messages", "Edit", "Reset", "What if"):
            assert word not in footer
        for word in (": Command", "n New topic", "p Publish", "? Help", "q Quit"):
            assert word in footer
        app.feed.give(busy())
        await at_rest(app)
        assert ("/ Filter" in lines_of(app)[-1]) is (view != "6")


async def test_a_key_of_a_dialog_in_the_footer_is_clicked_too() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await press(app, "n")
        await click_on(app, "tab Next")
        assert app.focused is not None
        assert app.focused.id == "partitions"
        await click_on(app, "esc Close")
        assert len(app.screen_stack) == 1


async def test_trouble_has_a_line_of_its_own_and_gives_it_back() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        assert "▲" not in lines_of(app)[2]
        app.feed.give(stale())
        await at_rest(app)
        assert lines_of(app)[2].startswith(" ▲ kafka-1.eu:9092 refused")
        app.feed.give(busy())
        await at_rest(app)
        assert "refused" not in shown(app)


async def test_long_trouble_is_cut_and_never_pushes_the_screen_away() -> None:
    app = console(None)
    async with app.run_test(size=(80, 24)):
        long = replace(stale().connection, detail="x" * 500)
        app.feed.give(replace(stale(), connection=long))
        await at_rest(app)
        lines = lines_of(app)
        assert len(lines) == 24
        assert lines[2].endswith("…")
        assert "Topics" in shown(app)


async def test_a_terminal_that_is_too_small_says_which_size_is_enough() -> None:
    app = console(busy())
    columns, lines = MINIMUM
    async with app.run_test(size=(columns - 1, lines)):
        assert f"{columns}x{lines} is the least" in shown(app)
        await resize(app, columns, lines)
        assert "is the least" not in shown(app)


async def test_without_a_snapshot_the_frame_stands() -> None:
    app = console(None)
    async with app.run_test(size=(120, 40)):
        assert isinstance(app.screen, ConsoleScreen)
        assert "○ connecting" in lines_of(app)[0]
        assert "? Help" in lines_of(app)[-1]
