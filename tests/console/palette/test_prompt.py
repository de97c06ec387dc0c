"""The prompt: completion, history, and what it says of what it does not know."""

from dataclasses import replace

from textual.widgets import Input

from console.palette.commands import Command, Kind, Vocabulary
from console.palette.prompt import HISTORY_MAX, Prompt
from tests.support.hand import at_rest, press, write
from tests.support.sample_snapshots import busy
from tests.support.stage import Stage, shown

WORDS = Vocabulary(("topics", "groups"), ("orders", "refunds"), ("billing",), ("paper",))
SIZE = (80, 20)


class Asking(Stage):
    """A stage that keeps what the prompt answered."""

    def __init__(self, history: list[str] | None = None) -> None:
        super().__init__()
        self.history = [] if history is None else history
        self.words = WORDS
        self.answers: list[Command | None] = []

    def ask(self) -> Prompt:
        prompt = Prompt(lambda: self.words, self.history)
        self.push_screen(prompt, self.answers.append)
        return prompt


async def test_enter_answers_the_command_and_keeps_it_in_the_history() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        app.ask()
        await press(app, *"topics", "enter")
    assert app.answers == [Command(Kind.VIEW, "topics")]
    assert app.history == ["topics"]


async def test_escape_answers_nothing() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        app.ask()
        await press(app, *"topics", "escape")
    assert app.answers == [None]
    assert app.history == []


async def test_what_means_nothing_is_told_until_it_is_mended() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        app.ask()
        await press(app, *"topcs", "enter")
        assert "there is no command topcs" in shown(app)
        assert app.answers == []
        await press(app, "backspace")
        assert "there is no command" not in shown(app)


async def test_tab_completes_and_goes_round_both_ways() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        prompt = app.ask()
        await write(app, "topic ")
        await press(app, "tab")
        line = prompt.query_one(Input)
        assert line.value == "topic orders"
        await press(app, "tab")
        assert line.value == "topic refunds"
        await press(app, "tab", "shift+tab")
        assert line.value == "topic refunds"
        assert "orders   refunds" in shown(app)


async def test_names_that_come_while_it_is_open_are_offered_and_known() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        prompt = app.ask()
        await write(app, "topic ")
        app.words = replace(WORDS, topics=("orders", "invoices"))
        prompt.follow(busy())
        await at_rest(app)
        assert "orders   invoices" in shown(app)
        await press(app, *"invoices", "enter")
    assert app.answers == [Command(Kind.TOPIC, "topic", "invoices")]


async def test_a_round_through_the_offers_is_not_broken_by_names_that_come() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        prompt = app.ask()
        await write(app, "topic ")
        await press(app, "tab")
        app.words = replace(WORDS, topics=("aaa", "orders", "refunds"))
        prompt.follow(busy())
        await press(app, "tab")
        assert prompt.query_one(Input).value == "topic refunds"


async def test_up_and_down_go_through_what_was_typed_before() -> None:
    app = Asking(["topics", "groups"])
    async with app.run_test(size=SIZE):
        line = app.ask().query_one
        await press(app, "up")
        assert line(Input).value == "groups"
        await press(app, "up", "up")
        assert line(Input).value == "topics"
        await press(app, "down", "down")
        assert line(Input).value == ""


async def test_the_history_is_bounded() -> None:
    app = Asking([f"topic {number}" for number in range(HISTORY_MAX)])
    async with app.run_test(size=SIZE):
        app.ask()
        await press(app, *"groups", "enter")
    assert len(app.history) == HISTORY_MAX
    assert app.history[-1] == "groups"


async def test_a_command_without_its_name_offers_the_names() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        prompt = app.ask()
        await press(app, *"messages", "enter")
        assert prompt.query_one(Input).value == "messages "
        assert "refunds" in shown(app)
        await press(app, "enter")
        assert "say which topic" in shown(app)
        await press(app, "tab", "enter")
    assert app.answers == [Command(Kind.MESSAGES, "messages", "orders")]


async def test_a_command_without_its_name_says_so_where_there_is_none_to_offer() -> None:
    app = Asking()
    async with app.run_test(size=SIZE):
        app.ask()
        await press(app, *"ctx", "enter")
        assert "say which cluster" in shown(app)
