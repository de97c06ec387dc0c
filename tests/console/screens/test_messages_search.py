"""What a search says of itself: what it looks for, and that it looks for no more than a text."""

import pytest

from tests.console.screens.test_messages import asked, opened, screen_of, staged
from tests.support.hand import press, write
from tests.support.stage import shown

REMARK = "searched as text; a field is value.amount"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_searched_for_is_shown_before_anything_is_found(
    size: tuple[int, int],
) -> None:
    app = staged()
    async with app.run_test(size=size):
        await opened(app)
        await asked(app, "f", "value.total > 90000")
        assert "Nothing passes the filter" in shown(app)
        assert "find value.total > 90000" in shown(app)
        assert "as text" not in shown(app)


async def test_a_comparison_that_is_searched_as_text_is_said_to_be_so() -> None:
    """While it is typed, and after that for as long as it holds."""
    app = staged()
    async with app.run_test(size=(80, 24)):
        await opened(app)
        await press(app, "f")
        await write(app, "amount > 20")
        assert f"▲ {REMARK}" in shown(app)
        await press(app, "escape")
        await asked(app, "f", "amount > 20")
        assert not screen_of(app).panel.ask.is_open
        assert f"esc clears it · {REMARK}" in shown(app)
        assert "find as text amount > 20" in shown(app)
