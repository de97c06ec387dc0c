"""The line to type in: what is pasted is drawn cleaned, and stays as it came."""

from console.widgets.line_input import LineInput
from tests.support.hand import paste, press
from tests.support.stage import Stage, lines_of

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
