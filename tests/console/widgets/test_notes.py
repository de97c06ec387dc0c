"""Notes: a few at most, none twice, none over a dialog."""

from textual.screen import ModalScreen

from console.widgets.notes import NOTES_MAX, NotesApp
from tests.support.hand import at_rest
from tests.support.stage import Stage, shown

SIZE = (100, 30)


class Noting(Stage, NotesApp):
    """A stage with notes."""


async def test_no_more_notes_stand_than_a_few_and_the_newest_do() -> None:
    app = Noting()
    async with app.run_test(size=SIZE, notifications=True):
        for number in range(NOTES_MAX + 4):
            app.notify(f"note {number}")
        await at_rest(app)
        text = shown(app)
        assert [n for n in range(NOTES_MAX + 4) if f"note {n}" in text] == [4, 5, 6]


async def test_what_is_said_already_is_not_said_again() -> None:
    app = Noting()
    async with app.run_test(size=SIZE, notifications=True):
        for _ in range(3):
            app.notify("the same", title="Once")
        app.notify("the same", title="Twice")
        await at_rest(app)
        assert shown(app).count("the same") == 2


async def test_no_note_stands_over_a_dialog_and_none_is_lost_to_it() -> None:
    app = Noting()
    async with app.run_test(size=SIZE, notifications=True):
        app.notify("before", timeout=60)
        await at_rest(app)
        assert "before" in shown(app)
        dialog: ModalScreen[None] = ModalScreen()
        await app.push_screen(dialog)
        app.notify("meanwhile")
        app.notify("meanwhile")
        app.tell_waiting()
        await at_rest(app)
        # What stood there lies beneath the dialog, as the screen does.
        assert not [toast for toast in app.screen.query("Toast") if toast.visible]
        assert "meanwhile" not in shown(app)
        await app.pop_screen()
        app.tell_waiting()
        await at_rest(app)
        text = shown(app)
        assert "before" in text
        assert text.count("meanwhile") == 1


async def test_of_the_notes_that_wait_the_newest_are_kept() -> None:
    app = Noting()
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(ModalScreen())
        for number in range(50):
            app.notify(f"note {number}.")
        await app.pop_screen()
        app.tell_waiting()
        await at_rest(app)
        text = shown(app)
        assert [n for n in range(50) if f"note {n}." in text] == [47, 48, 49]
