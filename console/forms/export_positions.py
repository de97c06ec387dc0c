"""The form that writes the positions of a group to a file, for Kafka's own tool or for a reset."""

import asyncio
import re
from pathlib import Path

from textual import work

from console.forms.fields import FieldFault
from console.forms.form import Form, FormField
from console.keys.keymap import Keymap
from console.model.figures import Unknown
from console.model.text import plain
from console.port.cluster import Groups
from console.port.errors import ClusterError
from console.resets.drafting import positions_of
from console.resets.positions_file import positions_text
from console.widgets import symbols

NAME_MAX = 80
_AWKWARD = re.compile(r"[^a-zA-Z0-9._-]+")


def file_name(group: str) -> str:
    """A name for the file of a group, of characters that every file system takes."""
    return f"{_AWKWARD.sub('-', group)[:NAME_MAX].strip('.-') or 'group'}-positions.csv"


def path_of(text: str) -> Path:
    """The path that was typed. Raises FieldFault."""
    if not text.strip():
        raise FieldFault("a file needs a name")
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError:
        raise FieldFault("there is no such home directory") from None


class ExportPositionsForm(Form):
    """Asks the cluster for the positions and writes them, never over a file that is there."""

    def __init__(self, group: str, reads: Groups, keymap: Keymap) -> None:
        field = FormField(
            "path",
            "File",
            "such as positions.csv",
            path_of,
            help="topic,partition,offset a line, as Kafka's own tool reads it",
            value=file_name(group),
        )
        super().__init__(
            f"Export positions of {plain(group, limit=40)}", (field,), "writes", keymap=keymap
        )
        self._group = group
        self._reads = reads

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.export(path_of(self.text_of("path")))

    @work(group="form", exclusive=True, exit_on_error=False)
    async def export(self, path: Path) -> None:
        """Write the file and close, or say why not."""
        self.is_sending = True
        try:
            found = await positions_of(self._group, self._reads)
            known = {key: at for key, at in found.items() if not isinstance(at, Unknown)}
            if not known:
                self.answer(f"{symbols.ERROR} {plain(self._group)} has no positions", "error")
                return
            await asyncio.to_thread(_write, path, positions_text(known))
        except ClusterError as error:
            self.answer(f"{symbols.ERROR} {plain(error.reason)}", "error")
            return
        except FileExistsError:
            self.answer(f"{symbols.ERROR} {plain(str(path))} is there already", "error")
            return
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            self.answer(f"{symbols.ERROR} {plain(str(path))}: {plain(str(reason))}", "error")
            return
        finally:
            self.is_sending = False
        many = "s" if len(known) != 1 else ""
        missing = len(found) - len(known)
        text = f"{len(known):,} position{many} in {plain(str(path))}"
        if missing:
            text += f"; {missing:,} could not be read and are not in it"
        self.app.notify(text, severity="warning" if missing else "information", markup=False)
        self.dismiss(None)


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
