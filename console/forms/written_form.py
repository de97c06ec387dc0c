"""A form that writes what was shown when it was opened to a new file, and says where that is."""

import asyncio
from pathlib import Path

from textual import work

from console.acts.job import counted
from console.forms.field_line import FormField
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.messages.exporting import CannotExport
from console.model import units
from console.model.text import plain
from console.widgets import symbols


class WrittenForm(Form):
    """Subclasses say in `write` how the file is written."""

    def __init__(self, count: int, noun: str, file: FormField, keymap: Keymap) -> None:
        """`file` is the only field, whose check gives a path; `noun` is what one is of those that
        go into it."""
        self._count = count
        super().__init__(f"Export {counted(count, noun)}", (file,), "writes", keymap=keymap)

    def write(self, path: Path) -> int:
        """Write the file and give its size in bytes. Raises CannotExport. Runs beside the loop."""
        raise NotImplementedError

    def send(self) -> None:
        field = self._fields[0]
        path = field.check(self.text_of(field.id))
        assert isinstance(path, Path), "the check of a file gives its path"
        self.export(path)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def export(self, path: Path) -> None:
        """Write the file beside the loop and say where it is and how large."""
        self.is_sending = True
        self.answer("Writing …", "busy")
        try:
            where, size_bytes = await asyncio.to_thread(self._written, path)
        except CannotExport as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
        else:
            said = f"{self._count:,} in {plain(where)}, {units.size(size_bytes)}"
            self.answer(f"{symbols.OK} {said}", "ok")
        finally:
            self.is_sending = False

    def _written(self, path: Path) -> tuple[str, int]:
        size_bytes = self.write(path)
        return str(path.absolute()), size_bytes
