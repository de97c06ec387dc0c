"""The form that writes records to a file, and says where they went."""

from collections.abc import Collection, Sequence
from datetime import tzinfo
from pathlib import Path

from console.forms.field_line import FormField
from console.forms.fields import FieldFault
from console.forms.written_form import WrittenForm
from console.keys.keymap import Keymap
from console.messages.exporting import CannotExport, Export, ExportFormat
from console.messages.lane import Hit
from console.model import units

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


def write_hits(path: Path, hits: Sequence[Hit]) -> int:
    """Write records to a new file; its size in bytes. Raises CannotExport. Blocking."""
    if path.exists():
        raise CannotExport(f"{path} is there already: choose another name")
    with Export(path, FORMATS[path.suffix.lower()]) as export:
        export.write(hits)
    return path.stat().st_size


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


class ExportForm(WrittenForm):
    """Writes the records that were shown when it was opened, in their order."""

    def __init__(self, hits: Sequence[Hit], first_name: str, keymap: Keymap) -> None:
        self._hits = tuple(hits)
        super().__init__(len(self._hits), "message", export_field(first_name), keymap)

    def write(self, path: Path) -> int:
        return write_hits(path, self._hits)
