"""A form that writes a file: what it says where that cannot be done."""

from pathlib import Path

import pytest

from console.forms.export import export_path
from console.forms.field_line import FormField
from console.forms.written_form import WrittenForm
from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.exporting import CannotExport
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, shown


class Words(WrittenForm):
    """Writes two words."""

    def __init__(self) -> None:
        file = FormField("path", "File", "a name", export_path, value="words.csv")
        super().__init__(2, "word", file, DEFAULT_KEYMAP)

    def write(self, path: Path) -> int:
        try:
            return path.write_text("one,two")
        except OSError as error:
            raise CannotExport(f"{path} cannot be written: {error.strerror}") from None


async def test_a_folder_that_was_deleted_under_the_console_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    app = Stage()
    async with app.run_test(size=(80, 24)):
        await app.push_screen(Words())
        await press(app, "ctrl+s")
        await app.workers.wait_for_complete()
        await at_rest(app)
        assert "words.csv cannot be written: No such file" in shown(app)
