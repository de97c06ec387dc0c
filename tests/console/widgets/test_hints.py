"""Keys with words in the border of a dialog, and each can be clicked."""

import pytest
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from console.keys.keymap import DEFAULT_KEYMAP, load_keymap
from console.widgets.hints import Hint, footer_keys, hint_line, hints_of, imperative
from tests.support.stage import Stage, lines_of


class Dialog(ModalScreen[None]):
    """Counts what is done."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.styles.border = ("round", "white")
            box.styles.height = 6
            yield Static()
            box.border_subtitle = hint_line(
                [Hint("y", "yes", "answer('yes')"), Hint("", "no", "x"), Hint("n", "no", "deny")]
            )

    def action_answer(self, what: str) -> None:
        self.done.append(what)

    def action_deny(self) -> None:
        self.done.append("no")


async def test_each_hint_can_be_clicked_and_nothing_between_them() -> None:
    app, dialog = Stage(), Dialog()
    async with app.run_test(size=(60, 10)) as pilot:
        await app.push_screen(dialog)
        await pilot.pause()
        line = next(y for y, text in enumerate(lines_of(app)) if "y yes · n no" in text)
        text = lines_of(app)[line]
        for part in ("y yes", "n no", " · "):
            await pilot.click(offset=(text.index(part) + 1, line))
        assert dialog.done == ["yes", "no"]


def test_hints_name_the_keys_of_the_user_and_leave_out_what_has_none() -> None:
    wanted = (("form.submit", "sends"), ("form.close", "closes"))
    assert hints_of(DEFAULT_KEYMAP, wanted).plain == "ctrl+s sends · esc closes"
    keymap, problems = load_keymap("plain", {"form.submit": "f2", "form.close": ""})
    assert not problems
    assert hints_of(keymap, wanted).plain == "f2 sends"


@pytest.mark.parametrize(
    ("in_the_border", "in_the_footer"),
    [
        ("creates", "Create"),
        ("publishes", "Publish"),
        ("previews", "Preview"),
        ("closes", "Close"),
        ("looks again", "Look again"),
        ("goes on", "Go on"),
    ],
)
def test_a_footer_says_in_its_own_way_what_the_border_says(
    in_the_border: str, in_the_footer: str
) -> None:
    assert imperative(in_the_border) == in_the_footer


def test_a_footer_has_the_dialogs_own_word_for_what_it_is_there_to_do() -> None:
    actions = ("form.submit", "form.close")
    keys = footer_keys(DEFAULT_KEYMAP, actions, submits="creates")
    assert [(key, label) for key, label, _ in keys] == [("ctrl+s", "Create"), ("esc", "Close")]
