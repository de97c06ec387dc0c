"""The line to type in: what is pasted is drawn cleaned, and stays as it came."""

from textual.widgets.input import Selection

from console.widgets.line_input import LineInput
from tests.support.hand import at_rest, paste, press
from tests.support.stage import Stage, lines_of, shown

BELL = "a\x07b\u202ec\td"


async def test_pasted_text_is_kept_as_it_came_and_drawn_cleaned() -> None:
    line = LineInput()
    app = Stage(line)
    async with app.run_test(size=(40, 3)):
        line.focus()
        await paste(app, BELL)
        assert line.value == BELL
        assert lines_of(app)[0].strip() == "a␇b\N{REPLACEMENT CHARACTER}c␉d"


async def test_the_cursor_stands_where_the_next_character_comes() -> None:
    """Each cleaned character takes one cell, where what it stands for takes none or several."""
    line = LineInput()
    app = Stage(line)
    async with app.run_test(size=(40, 3)) as pilot:
        line.focus()
        await paste(app, BELL)
        at = line.cursor_screen_offset.x
        await press(app, "left")
        assert line.cursor_screen_offset.x == at - 2
        await press(app, "X")
        assert line.value == "a\x07b\u202ec\tXd"
        await pilot.click(line, offset=(line.content_region.x + 3, 0))
        await press(app, "Y")
        assert line.value == "a\x07bY\u202ec\tXd"


async def test_several_lines_are_joined_and_that_is_said() -> None:
    line = LineInput()
    line.select_on_focus = False
    app = Stage(line)
    async with app.run_test(size=(60, 10), notifications=True):
        line.focus()
        await at_rest(app)
        line.value = "before after"
        line.cursor_position = len("before ")
        await paste(app, '{\r\n  "a": 1,\n\n  "b": 2\n}\n')
        assert line.value == 'before { "a": 1, "b": 2 }after'
        assert "4 lines were pasted" in shown(app)


async def test_one_line_is_taken_as_it_is_whatever_ends_it() -> None:
    line = LineInput()
    app = Stage(line)
    async with app.run_test(size=(60, 10), notifications=True):
        line.focus()
        await paste(app, "  one line \n\n")
        assert line.value == "  one line "
        assert "pasted" not in shown(app)
        await paste(app, "\n\n")
        assert line.value == "  one line "


async def test_what_is_selected_is_replaced() -> None:
    line = LineInput()
    app = Stage(line)
    async with app.run_test(size=(60, 10)):
        line.focus()
        await at_rest(app)
        line.value = "old text"
        line.selection = Selection(0, 3)
        await paste(app, "new")
        assert line.value == "new text"
