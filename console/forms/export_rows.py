"""The form that writes the rows of a list to a file, as they are shown."""

import asyncio
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from textual import work

from console.forms.export import export_path, stamped
from console.forms.field_line import FormField
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.messages.exporting import CannotExport
from console.model import units
from console.model.text import plain
from console.widgets import symbols
from console.widgets.columns import Column
from console.widgets.row_telling import row_object
from console.widgets.table_rows import TableRow

ENDINGS = (".jsonl", ".csv")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list shows: what its rows are called, its columns, those that are shown, its rows."""

    noun: str
    columns: Sequence[Column]
    shown: Sequence[Column]
    rows: Sequence[TableRow]

    def objects(self) -> list[dict[str, str]]:
        """The rows by the keys of the shown columns, in their order."""
        keys = [column.key for column in self.shown]
        whole = (row_object(self.columns, row) for row in self.rows)
        return [{key: each[key] for key in keys} for each in whole]


def content_of(shown: Shown, ending: str) -> str:
    """What a file of these rows says."""
    objects = shown.objects()
    if ending == ".jsonl":
        return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in objects)
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.key for column in shown.shown])
    writer.writeheader()
    writer.writerows(objects)
    return text.getvalue()


def write_rows(path: Path, shown: Shown) -> tuple[str, int]:
    """Write rows to a new file; where it is and its size. Raises CannotExport. Blocking."""
    content = content_of(shown, path.suffix.lower()).encode("utf-8", "replace")
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise CannotExport(f"{path} is there already: choose another name") from None
    except OSError as error:
        raise CannotExport(f"{path} cannot be written: {error.strerror}") from None
    return str(path.absolute()), len(content)


class ExportRowsForm(Form):
    """Writes the rows that were shown when it was opened, in their order."""

    def __init__(self, shown: Shown, now_ms: int, zone: tzinfo | None, keymap: Keymap) -> None:
        self._shown = shown
        name = stamped(shown.noun, now_ms, zone)
        path = FormField(
            "path",
            "File",
            name,
            lambda text: export_path(text, ENDINGS),
            help=f"{', '.join(ENDINGS)}: the shown columns of the shown rows, as they read here",
            value=name,
        )
        count = len(shown.rows)
        title = f"Export {count:,} {shown.noun if count != 1 else shown.noun.removesuffix('s')}"
        super().__init__(title, (path,), "writes", keymap=keymap)

    def send(self) -> None:
        self.export(export_path(self.text_of("path"), ENDINGS))

    @work(group="form", exclusive=True, exit_on_error=False)
    async def export(self, path: Path) -> None:
        """Write the file beside the loop and say how large it is."""
        self.is_sending = True
        self.answer("Writing …", "busy")
        try:
            where, size_bytes = await asyncio.to_thread(write_rows, path, self._shown)
        except CannotExport as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
        else:
            said = f"{len(self._shown.rows):,} in {plain(where)}, {units.size(size_bytes)}"
            self.answer(f"{symbols.OK} {said}", "ok")
        finally:
            self.is_sending = False
