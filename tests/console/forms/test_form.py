"""What every form does: it checks while one types, explains, and keeps every printable key."""

import asyncio

from textual import work
from textual.color import Color
from textual.containers import VerticalScroll
from textual.widgets import Input

from console.forms.field_line import FormField
from console.forms.fields import topic_name, whole
from console.forms.form import Form
from console.keys.keymap import DEFAULT_KEYMAP, Keymap, load_keymap
from console.model.care import USUAL, Care
from tests.support.hand import at_rest, press, write
from tests.support.stage import Stage, lines_of, shown

FIELDS = (
    FormField("name", "Name", "such as orders", topic_name, help="it cannot be changed later"),
    FormField("count", "Count", "how many", lambda text: whole(text, 1, 9), value="3"),
    FormField("note", "Note", "none", topic_name, is_optional=True),
)


class Noted(Form):
    """A form that notes what it was to send."""

    def __init__(self, keymap: Keymap = DEFAULT_KEYMAP) -> None:
        super().__init__("Noted", FIELDS, "notes", keymap=keymap)
        self.sent: list[tuple[str, int]] = []

    def send(self) -> None:
        self.sent.append((self.text_of("name"), self.whole_of("count")))


class Failing(Noted):
    """A form whose worker meets what nobody expected."""

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.fail()

    @work(group="form", exclusive=True, exit_on_error=False)
    async def fail(self) -> None:
        raise ZeroDivisionError("\x1b[31mdivided [red]by zero")


async def test_a_form_for_a_production_cluster_is_framed_as_everything_there_is() -> None:
    for care, colour in ((USUAL, "primary"), (Care("prod", is_production=True), "error")):
        app = Stage()
        form = Form("Noted", FIELDS, "notes", keymap=DEFAULT_KEYMAP, care=care)
        async with app.run_test(size=(80, 24)):
            await app.push_screen(form)
            await at_rest(app)
            _, drawn = form.query_one(VerticalScroll).styles.border_top
            assert drawn == Color.parse(app.get_css_variables()[colour])


async def test_a_fault_is_told_while_it_is_typed_and_goes_once_it_is_mended() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await write(app, "a/")
        assert "■ only letters, digits" in shown(app)
        await press(app, "backspace")
        assert "■" not in shown(app)


async def test_an_empty_field_is_not_blamed_before_it_was_to_be_sent() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await press(app, "a", "backspace")
        assert "■" not in shown(app)
        await press(app, "ctrl+s")
        assert "■ a topic needs a name" in shown(app)
        assert form.sent == []


async def test_sending_leads_to_the_first_fault_and_says_how_many_there_are() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await press(app, *"ok", "enter", "backspace", "0", "enter", *"a b", "ctrl+s")
        assert "■ 2 to mend above" in shown(app)
        assert isinstance(app.focused, Input)
        assert app.focused.id == "count"
        await press(app, "backspace", "5", "enter", "backspace", "backspace", "ctrl+s")
        assert form.sent == [("ok", 5)]


async def test_how_many_are_to_mend_is_counted_again_while_they_are_mended() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await press(app, *"ok", "enter", "backspace", "0", "enter", *"a b", "ctrl+s")
        await press(app, "backspace", "5")
        assert "■ 1 to mend above" in shown(app)
        await press(app, "enter", "backspace", "backspace")
        assert "to mend above" not in shown(app)


async def test_how_it_went_is_not_said_of_other_texts_and_why_it_was_refused_stays() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        form.answer("● 20 of 20 landed")
        await press(app, "a")
        assert "landed" not in shown(app)
        form.answer("■ there is such a topic", "error")
        await press(app, "a")
        assert "■ there is such a topic" in shown(app)


async def test_an_optional_field_may_stay_empty() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await press(app, *"ok", "ctrl+s")
        assert form.sent == [("ok", 3)]


async def test_every_printable_key_goes_into_the_field() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await write(app, "qnpD:/?[]-")
        assert form.text_of("name") == "qnpD:/?[]-"
        assert app.screen is form


async def test_the_line_with_the_focus_is_explained() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await at_rest(app)
        assert "it cannot be changed later" in shown(app)
        await press(app, "enter")
        assert "it cannot be changed later" not in shown(app)


async def test_escape_closes() -> None:
    app, form = Stage(), Noted()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await press(app, "escape")
        assert app.screen is not form


async def test_keys_of_the_user_send_and_close_and_are_those_that_are_said() -> None:
    keymap, problems = load_keymap("plain", {"form.submit": "ctrl+y", "form.close": "f9"})
    assert not problems
    app, form = Stage(), Noted(keymap)
    async with app.run_test(size=(80, 24)):
        app.set_keymap(keymap.overrides)
        await app.push_screen(form)
        await press(app, *"ok", "ctrl+s")
        assert form.sent == []
        assert any("ctrl+y notes · f9 closes" in line for line in lines_of(app))
        await press(app, "ctrl+y", "escape")
        assert form.sent == [("ok", 3)]
        assert app.screen is form
        await press(app, "f9")
        assert app.screen is not form


async def test_what_nobody_expected_is_said_in_the_form_and_not_passed_over() -> None:
    app, form = Stage(), Failing()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await press(app, *"ok", "ctrl+s")
        assert "Asking the cluster" not in shown(app)
        text = " ".join(shown(app).replace("│", "").split())
        assert "ZeroDivisionError: ␛[31mdivided [red]by zero" in text


class Slow(Noted):
    """A form whose sending goes on until it is told to end."""

    def __init__(self) -> None:
        super().__init__()
        self.over = asyncio.Event()

    def send(self) -> None:
        self.wait()

    @work(group="form", exclusive=True, exit_on_error=False)
    async def wait(self) -> None:
        self.is_sending = True
        await self.over.wait()
        self.is_sending = False


async def test_the_footer_names_what_the_form_is_there_to_do() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(Noted())
        await at_rest(app)
        assert "ctrl+s Note" in lines_of(app)[-1]
        assert "Send" not in lines_of(app)[-1]


async def test_while_it_sends_it_says_what_esc_does_then() -> None:
    app, form = Stage(), Slow()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(form)
        await write(app, "orders")
        assert "ctrl+s notes · esc closes ─" in shown(app)
        await press(app, "ctrl+s")
        assert "esc closes without waiting" in shown(app)
        assert "ctrl+s" not in shown(app)
        form.over.set()
        await app.workers.wait_for_complete()
        await at_rest(app)
        assert "ctrl+s notes · esc closes ─" in shown(app)
