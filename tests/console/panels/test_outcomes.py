"""How it went with each of several things, in one list."""

import pytest

from console.panels.outcomes import OutcomesPanel, outcome_row
from tests.support.hand import at_rest
from tests.support.stage import Stage, shown


@pytest.mark.parametrize(
    ("failure", "is_over", "said"),
    [
        ("", False, "● deleted"),
        ("no right to", True, "■ no right to"),
        (None, False, "waits"),
        (None, True, "not done"),
    ],
)
def test_each_state_has_its_words(failure: str | None, is_over: bool, said: str) -> None:
    assert outcome_row("a", failure, "deleted", is_over=is_over).cells[1].text == said


async def test_what_failed_comes_first_once_it_is_over() -> None:
    panel = OutcomesPanel("topic")
    app = Stage(panel)
    failures = {"a": "", "b": "no \x1bright"}
    async with app.run_test(size=(80, 12)):
        panel.show("abc", failures, "deleted", is_over=False)
        await at_rest(app)
        assert panel.table.shown_keys == ("a", "b", "c")
        panel.show("abc", failures, "deleted", is_over=True)
        await at_rest(app)
        assert panel.table.shown_keys == ("b", "c", "a")
        assert "3 topics" in shown(app)
