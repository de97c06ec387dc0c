"""The form that writes positions of groups to a file, for Kafka's own tool or for a reset."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual import work

from console.acts.job import counted, first_of
from console.forms.field_line import FormField
from console.forms.fields import FieldFault
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.model.figures import Unknown
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import Groups
from console.port.errors import ClusterError
from console.resets.drafting import positions_of_groups
from console.resets.positions_file import positions_of_groups_text, positions_text
from console.widgets import symbols

NAME_MAX = 80
GROUPS_AT_ONCE = 100
"""Groups that are asked for in one go; how far it is can be told after each."""

LEFT_OUT_MAX = 3
"""Lines about groups of which nothing is in the file."""

_AWKWARD = re.compile(r"[^a-zA-Z0-9._-]+")


def file_name(groups: Sequence[str]) -> str:
    """A name for the file of these groups, of characters that every file system takes."""
    if len(groups) > 1:
        return "groups-positions.csv"
    return f"{_AWKWARD.sub('-', groups[0])[:NAME_MAX].strip('.-') or 'group'}-positions.csv"


def path_of(text: str) -> Path:
    """The path that was typed. Raises FieldFault."""
    if not text.strip():
        raise FieldFault("a file needs a name")
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError:
        raise FieldFault("there is no such home directory") from None


@dataclass(slots=True)
class Collected:
    """The positions of groups, those that could not be read, and the groups that have none.

    `left_out` has a line for each such group, safe to show.
    """

    positions: dict[str, dict[TopicPartition, int]] = field(default_factory=dict)
    unread: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def is_partial(self) -> bool:
        """Whether something is missing that was asked for."""
        return bool(self.unread or self.left_out)

    def take(self, group: str, found: dict[TopicPartition, int | Unknown] | ClusterError) -> None:
        """Add what was read of a group."""
        if isinstance(found, ClusterError):
            self.left_out.append(f"{plain(group)}: {plain(found.reason)}")
            return
        known = {key: at for key, at in found.items() if not isinstance(at, Unknown)}
        self.unread += len(found) - len(known)
        if known:
            self.positions[group] = known
        else:
            self.left_out.append(f"{plain(group)} has no positions")

    def told(self, where: str) -> str:
        """What is in the file, and what is not; safe to show if `where` is."""
        count = sum(map(len, self.positions.values()))
        of = f" of {counted(len(self.positions), 'group')}" if len(self.positions) > 1 else ""
        lines = [f"{counted(count, 'position')}{of} in {where}"]
        if self.unread:
            lines[0] += f"; {self.unread:,} could not be read and are not in it"
        return "\n".join([*lines, *first_of(self.left_out, LEFT_OUT_MAX)])


class ExportPositionsForm(Form):
    """Asks the cluster for the positions and writes them, never over a file that is there."""

    def __init__(self, groups: Sequence[str], reads: Groups, keymap: Keymap) -> None:
        """`groups` has at least one. Of several, each line of the file begins with the group."""
        is_one = len(groups) == 1
        columns = "topic,partition,offset" if is_one else "group,topic,partition,offset"
        path = FormField(
            "path",
            "File",
            "such as positions.csv",
            path_of,
            help=f"{columns} a line, as Kafka's own tool reads it",
            value=file_name(groups),
        )
        of = plain(groups[0], limit=40) if is_one else counted(len(groups), "group")
        super().__init__(f"Export positions of {of}", (path,), "writes", keymap=keymap)
        self._groups = tuple(groups)
        self._reads = reads

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.export(path_of(self.text_of("path")))

    @work(group="form", exclusive=True, exit_on_error=False)
    async def export(self, path: Path) -> None:
        """Write the file and close, or say why not."""
        self.is_sending = True
        try:
            collected = await self._collected()
            if not collected.positions:
                reasons = "\n".join(first_of(collected.left_out, LEFT_OUT_MAX))
                self.answer(f"{symbols.ERROR} {reasons}", "error")
                return
            await asyncio.to_thread(_write, path, self._text(collected))
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
        self.app.notify(
            collected.told(plain(str(path))),
            severity="warning" if collected.is_partial else "information",
            markup=False,
        )
        self.dismiss(None)

    async def _collected(self) -> Collected:
        """The positions of all groups. Raises ClusterError when nothing can be told of any."""
        collected, groups = Collected(), self._groups
        for first in range(0, len(groups), GROUPS_AT_ONCE):
            if first:
                self.answer(f"Asking the cluster, group {first:,} of {len(groups):,} …", "busy")
            part = groups[first : first + GROUPS_AT_ONCE]
            for group, found in (await positions_of_groups(part, self._reads)).items():
                collected.take(group, found)
        return collected

    def _text(self, collected: Collected) -> str:
        if len(self._groups) == 1:
            return positions_text(collected.positions[self._groups[0]])
        return positions_of_groups_text(collected.positions)


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
