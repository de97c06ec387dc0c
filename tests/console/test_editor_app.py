"""A content goes to the editor and comes back; the terminal is the editor's meanwhile."""

import sys
from pathlib import Path

import pytest

from console.editor_app import EditorApp, editor_of
from console.screens.routes import CannotEdit
from tests.support.terminal import Terminal

PROGRAM = """
import sys
from textual import work
from textual.widgets import Static
from console.editor_app import EditorApp
from console.screens.routes import CannotEdit

class Program(EditorApp):
    def compose(self):
        yield Static("waiting")

    def on_mount(self):
        self.editor = sys.argv[1:]
        self.set_interval(0.02, self.refresh)
        self.call_after_refresh(self.edit)

    @work
    async def edit(self):
        try:
            said = (await self.edited(b"one fish", ".txt")).decode()
        except CannotEdit as error:
            said = str(error)
        self.query_one(Static).update(said.replace(chr(10), "/"))

Program().run()
"""


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({}, ("vi",)),
        ({"EDITOR": "nano"}, ("nano",)),
        ({"EDITOR": "nano", "VISUAL": "code --wait"}, ("code", "--wait")),
        ({"EDITOR": "'broken"}, ("vi",)),
        ({"VISUAL": "  ", "EDITOR": "emacs -nw"}, ("emacs", "-nw")),
    ],
)
def test_the_editor_is_that_of_the_environment(
    environment: dict[str, str], command: tuple[str, ...]
) -> None:
    assert editor_of(environment) == command


async def test_without_a_terminal_of_its_own_it_says_so() -> None:
    app = EditorApp()
    async with app.run_test():
        with pytest.raises(CannotEdit, match="needs a terminal"):
            await app.edited(b"x", ".txt")


def in_terminal(folder: Path, *editor: str) -> Terminal:
    program = folder / "program.py"
    program.write_text(PROGRAM)
    return Terminal([sys.executable, str(program), *editor], columns=60, lines=10)


def test_what_the_editor_wrote_comes_back_and_the_screen_as_well(tmp_path: Path) -> None:
    """The editor waits for a word typed into it, so it has the terminal and its keys."""
    script = 'echo editing $(cat "$1"); read word; echo "$word fish" > "$1"'
    with in_terminal(tmp_path, "sh", "-c", script, "sh") as terminal:
        terminal.wait_for("editing one fish")
        terminal.type("two")
        terminal.press("Enter")
        assert "editing" not in terminal.wait_for("two fish/")


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        (("sh", "-c", "exit 3"), "sh ended with code 3: nothing was taken over"),
        (("/no/such/editor",), "/no/such/editor: No such file or directory. $VISUAL or"),
    ],
)
def test_an_editor_that_fails_is_told_on_the_screen(
    tmp_path: Path, editor: tuple[str, ...], said: str
) -> None:
    with in_terminal(tmp_path, *editor) as terminal:
        assert said in terminal.wait_for(said)


def test_an_interrupt_is_for_the_editor_alone(tmp_path: Path) -> None:
    script = 'echo editing; read word; echo "$word" > "$1"'
    with in_terminal(tmp_path, "sh", "-c", script, "sh") as terminal:
        terminal.wait_for("editing")
        terminal.press("C-c")
        assert terminal.wait_for("sh was ended by signal 2: nothing was taken over")


def test_a_file_that_the_editor_took_away_is_told(tmp_path: Path) -> None:
    with in_terminal(tmp_path, "rm") as terminal:
        assert terminal.wait_for("the text cannot be handed over: No such file")
