"""The line that asks: what is typed is handed over, kept when it is wrong, and drawn clean."""

from textual import on
from textual.app import ComposeResult

from console.panels.ask_line import AskLine
from tests.support.hand import at_rest, paste, press, write
from tests.support.hostile import HOSTILE, faults_of
from tests.support.stage import Stage, shown


class Asking(Stage):
    """Keeps what was answered."""

    def __init__(self) -> None:
        self.line = AskLine()
        super().__init__(self.line)
        self.answers: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.line

    @on(AskLine.Asked)
    def keep(self, message: AskLine.Asked) -> None:
        self.answers.append((message.question, message.text))


async def test_enter_hands_over_what_was_typed() -> None:
    app = Asking()
    async with app.run_test(size=(60, 10)):
        assert not app.line.is_open
        app.line.ask("seek", "-1h", "12")
        await at_rest(app)
        await write(app, "00q")
        await press(app, "enter")
        assert app.answers == [("seek", "1200q")]
        assert app.line.is_open
        assert app.line.close()
        assert not app.line.close()


async def test_a_complaint_goes_when_the_text_changes() -> None:
    app = Asking()
    async with app.run_test(size=(60, 10)):
        app.line.ask("find", "text", "")
        app.line.complain("that is \x1b[31mno expression")
        await at_rest(app)
        assert "■ that is ␛[31mno expression" in shown(app)
        await write(app, "x")
        assert "no expression" not in shown(app)


async def test_what_there_is_to_remark_on_a_text_is_said_as_it_is_typed() -> None:
    app = Asking()
    async with app.run_test(size=(60, 10)):
        app.line.ask("find", "text", "", lambda text: f"{text}\x1b[0m is long" if text[3:] else "")
        await at_rest(app)
        await write(app, "abc")
        assert "is long" not in shown(app)
        await write(app, "d")
        assert "▲ abcd␛[0m is long" in shown(app)
        app.line.complain("no")
        await at_rest(app)
        assert "is long" not in shown(app)
        app.line.ask("seek", "-1h", "abcd")
        await at_rest(app)
        assert "is long" not in shown(app)


async def test_what_is_pasted_steers_nothing() -> None:
    for text in HOSTILE.values():
        app = Asking()
        async with app.run_test(size=(60, 10)):
            app.line.ask("find", "text", "")
            await at_rest(app)
            await paste(app, text)
            assert faults_of(app) == []
