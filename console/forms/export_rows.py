"""The form that writes the rows of a list to a file: what is shown, with numbers as such."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from console.forms.export import export_path, stamped
from console.forms.field_line import FormField
from console.forms.written_form import WrittenForm
from console.keys.keymap import Keymap
from console.messages.exporting import CannotExport
from console.widgets.columns import Column
from console.widgets.measures import Written
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

    @property
    def names(self) -> list[str]:
        """What the shown columns are called in a file, in their order."""
        return [name for column in self.shown for name in column.names]

    def objects(self) -> list[dict[str, Written]]:
        """The rows by the names of the shown columns."""
        names = self.names
        whole = (row_object(self.columns, row) for row in self.rows)
        return [{name: each[name] for name in names} for each in whole]


def content_of(shown: Shown, ending: str) -> str:
    """What a file of these rows says."""
    objects = shown.objects()
    if ending == ".jsonl":
        return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in objects)
    text = io.StringIO()
    writer = csv.DictWriter(text, shown.names)
    writer.writeheader()
    writer.writerows(objects)
    return text.getvalue()


def write_rows(path: Path, shown: Shown) -> int:
    """Write rows to a new file; its size in bytes. Raises CannotExport. Blocking."""
    content = content_of(shown, path.suffix.lower()).encode("utf-8", "replace")
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise CannotExport(f"{path} is there already: choose another name") from None
    except OSError as error:
        raise CannotExport(f"{path} cannot be written: {error.strerror}") from None
    return len(content)


class ExportRowsForm(WrittenForm):
    """Writes the rows that were shown when it was opened, in their order."""

    def __init__(self, shown: Shown, now_ms: int, zone: tzinfo | None, keymap: Keymap) -> None:
        self._shown = shown
        name = stamped(shown.noun, now_ms, zone)
        file = FormField(
            "path",
            "File",
            name,
            lambda text: export_path(text, ENDINGS),
            help=f"{', '.join(ENDINGS)}: the shown columns of the shown rows, numbers in full",
            value=name,
        )
        super().__init__(len(shown.rows), shown.noun.removesuffix("s"), file, keymap)

    def write(self, path: Path) -> int:
        return write_rows(path, self._shown)
