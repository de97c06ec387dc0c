"""The form that writes records to a file, and says where they went."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import tzinfo
from pathlib import Path

from textual import work

from console.forms.field_line import FormField
from console.forms.fields import FieldFault
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.messages.exporting import CannotExport, Export, ExportFormat
from console.messages.lane import Hit
from console.model import units
from console.model.text import plain
from console.widgets import symbols

FORMATS = {f".{each.value}": each for each in ExportFormat}
ENDINGS = ", ".join(FORMATS)


def export_path(text: str, endings: Collection[str] = tuple(FORMATS)) -> Path:
    """The file that was named; its ending says the format."""
    name = text.strip()
    if not name:
        raise FieldFault("a file needs a name")
    if "\x00" in name:
        raise FieldFault("no file can have this name")
    try:
        path = Path(name).expanduser()
    except RuntimeError:
        raise FieldFault("there is no such home directory") from None
    if path.suffix.lower() not in endings:
        raise FieldFault(f"the name ends in one of {', '.join(endings)}")
    return path


def stamped(name: str, now_ms: int, zone: tzinfo | None) -> str:
    """A name for a file of JSON lines that is written at a moment."""
    digits = "".join(sign for sign in units.moment(now_ms, zone)[:19] if sign.isdigit())
    return f"{name}-{digits}.jsonl"


def written(path: Path, hits: Sequence[Hit]) -> tuple[str, int]:
    """Write records to a new file; where it is and its size. Raises CannotExport. Blocking."""
    if path.exists():
        raise CannotExport(f"{path} is there already: choose another name")
    with Export(path, FORMATS[path.suffix.lower()]) as export:
        export.write(hits)
    return str(path.absolute()), path.stat().st_size


def export_field(name: str) -> FormField:
    """The line for the file, with a name to begin with."""
    return FormField(
        "path",
        "File",
        name,
        export_path,
        help=f"{ENDINGS}: the ending says how they are written",
        value=name,
    )


class ExportForm(Form):
    """Writes the records that were shown when it was opened, in their order."""

    def __init__(self, hits: Sequence[Hit], first_name: str, keymap: Keymap) -> None:
        self._hits = tuple(hits)
        count = f"{len(self._hits):,} message" + ("" if len(self._hits) == 1 else "s")
        super().__init__(f"Export {count}", (export_field(first_name),), "writes", keymap=keymap)

    def send(self) -> None:
        self.export(export_path(self.text_of("path")))

    @work(group="form", exclusive=True, exit_on_error=False)
    async def export(self, path: Path) -> None:
        """Write the file beside the loop and say how large it is."""
        self.is_sending = True
        self.answer("Writing …", "busy")
        try:
            where, size_bytes = await asyncio.to_thread(written, path, self._hits)
        except CannotExport as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
        else:
            said = f"{len(self._hits):,} in {plain(where)}, {units.size(size_bytes)}"
            self.answer(f"{symbols.OK} {said}", "ok")
        finally:
            self.is_sending = False
