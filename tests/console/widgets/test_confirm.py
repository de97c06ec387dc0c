"""The question before what cannot be undone: what agrees, what does not, and what it says."""

import pytest

from console.keys.keymap import DEFAULT_KEYMAP, Keymap, load_keymap
from console.widgets.confirm import ConfirmDialog, difference
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, lines_of, shown

SIZE = (80, 24)


class Asked(Stage):
    """A stage that keeps what the dialog answered."""

    def __init__(self, typed_name: str | None = None, keymap: Keymap = DEFAULT_KEYMAP) -> None:
        super().__init__()
        self.answers: list[bool | None] = []
        self.dialog = ConfirmDialog("Delete", "Go on?", keymap=keymap, typed_name=typed_name)
        self._keys = keymap

    async def on_mount(self) -> None:
        self.set_keymap(self._keys.overrides)
        await self.push_screen(self.dialog, self.answers.append)


@pytest.mark.parametrize(("key", "is_agreed"), [("y", True), ("n", False), ("escape", False)])
async def test_a_key_agrees_or_does_not(key: str, *, is_agreed: bool) -> None:
    app = Asked()
    async with app.run_test(size=SIZE):
        assert "y yes · n or esc no" in shown(app)
        await press(app, key)
    assert app.answers == [is_agreed]


async def test_only_the_name_agrees_where_it_is_to_be_typed() -> None:
    app = Asked("y-orders")
    async with app.run_test(size=SIZE):
        assert "enter confirms · esc cancels" in shown(app)
        await press(app, *"y-order", "enter")
        assert "■ The end is missing: s" in shown(app)
        assert app.answers == []
        await press(app, "s")
        assert "■" not in shown(app)
        await press(app, "enter")
    assert app.answers == [True]


@pytest.mark.parametrize("key", ["question_mark", "f1", "enter"])
async def test_help_tells_the_keys_of_the_question_and_answers_nothing(key: str) -> None:
    app = Asked()
    async with app.run_test(size=SIZE):
        await press(app, key)
        help_lines = [line.strip(" │") for line in lines_of(app) if "." in line]
        assert [line.split(maxsplit=1) for line in help_lines] == [
            ["y", "Agree to what is asked."],
            ["n", "Do not agree to what is asked."],
            ["esc", "Close a question: nothing is done."],
        ]
        await press(app, key)
        assert "Agree to" not in shown(app)
        assert app.answers == []


async def test_help_where_a_name_is_typed_tells_what_agrees_and_leaves_signs_to_the_name() -> None:
    app = Asked("orders")
    async with app.run_test(size=SIZE):
        await press(app, "f1")
        assert "⏎    Agree, once orders is typed." in shown(app)
        assert "Do not agree" not in shown(app)
        await press(app, "?", "enter")
        assert "■ From character 1 on it says ?, not orders" in shown(app)


async def test_the_keys_of_the_user_answer_and_are_told() -> None:
    keymap, problems = load_keymap("plain", {"confirm.yes": "j", "dialog.close": "f10"})
    assert not problems
    app = Asked(keymap=keymap)
    async with app.run_test(size=SIZE):
        assert "j yes · n or f10 no" in shown(app)
        await press(app, "y", "escape")
        assert app.answers == []
        await press(app, "j")
    assert app.answers == [True]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type prod/orders first"),
        (" prod/orders", "There is a blank before or after it"),
        ("Prod/orders", "Small and capital letters differ: it is prod/orders"),
        ("orders", "The cluster is missing before it: prod/orders"),
        ("prod/ord", "The end is missing: ers"),
        ("prod/orders2", "There is more behind it: 2"),
        ("prod/odders", "From character 7 on it says dders, not rders"),
        ("prod/\x1b[31m", "From character 6 on it says ␛[31m, not orders"),
    ],
)
def test_a_wrong_name_is_told_in_what_it_differs(typed: str, said: str) -> None:
    assert difference(typed, "prod/orders") == said


async def test_a_title_is_no_markup() -> None:
    app = Stage()
    async with app.run_test(size=SIZE):
        await app.push_screen(ConfirmDialog("[/b]k of [x]", "Go on?", keymap=DEFAULT_KEYMAP))
        await at_rest(app)
        assert "[/b]k of [x]" in shown(app)
