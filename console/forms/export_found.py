"""The form that writes all that a search finds to a file, however much of it is on the screen.

| state      | ctrl+s                         | esc                                             |
|------------|--------------------------------|-------------------------------------------------|
| filling in | writes, once its place is read | closes                                          |
| writing    | nothing                        | stops at once; what was found by then is kept   |
| over       | writes once more, elsewhere    | closes                                          |
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from textual import work
from textual.worker import Worker

from console.forms.bulk import amount_said, example, messages
from console.forms.export import FORMATS, export_field, export_path
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.messages.bulk import Exporting, entered
from console.messages.copies import Found, unread
from console.messages.exporting import CannotExport, Export
from console.messages.filter import RecordFilter
from console.messages.progress import RATE_AFTER_S, Ending, Progress
from console.messages.structure import Decode
from console.model import units
from console.model.text import plain
from console.port.clock import Clock
from console.widgets import symbols


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: where, how large, and how far the search had come."""

    where: str
    size_bytes: int
    records: int
    progress: Progress
    keep: RecordFilter | None


def writing_said(progress: Progress, records: int, elapsed_s: float, stop: str) -> str:
    """How far it is; `stop` is the key that stops it."""
    parts = [f"{messages(records)} written"]
    if progress.total_offsets:
        share = progress.scanned_offsets / progress.total_offsets
        parts.append(f"{share:.0%} of {progress.total_offsets:,} read")
    if elapsed_s >= RATE_AFTER_S:
        parts.append(f"{units.count(progress.records / elapsed_s)}/s")
        if progress.scanned_offsets:
            left = progress.total_offsets - progress.scanned_offsets
            left_s = left * elapsed_s / progress.scanned_offsets
            parts.append(f"{units.duration(left_s)} left")
    if stop:
        parts.append(f"{stop} stops")
    return " · ".join(parts)


def written_said(done: Written) -> tuple[str, str]:
    """What came of it in words, safe to show, and whether that is ok or an error."""
    progress = done.progress
    count = f"{done.records:,} in {plain(done.where)}, {units.size(done.size_bytes)}"
    sign = symbols.OK
    if progress.ending is Ending.STOPPED:
        share = progress.scanned_offsets / max(1, progress.total_offsets)
        sign, count = symbols.INFO, f"stopped at {share:.0%}: {count}"
    lines = [count, *_untested(done.keep)]
    if progress.failures:
        sign = symbols.WARNING
        lines.append(unread(progress))
    return f"{sign} " + "\n  ".join(lines), "error" if progress.failures else "ok"


def _untested(keep: RecordFilter | None) -> list[str]:
    """What kept records from being tested: some of them might have been found."""
    if keep is None:
        return []
    stages, lines = keep.stages, []
    if stages.undecodable:
        lines.append(f"{messages(stages.undecodable)} not readable, and so not tested")
    if stages.too_large:
        lines.append(f"{messages(stages.too_large)} too large to test")
    return lines


class ExportFoundForm(Form):
    """Counts what would be written while it is filled in. `origin` says what that is: a phrase
    behind the count, safe to show."""

    def __init__(
        self,
        original: Found,
        origin: str,
        first_name: str,
        clock: Clock,
        keymap: Keymap,
        schemas: Decode | None = None,
    ) -> None:
        super().__init__(
            "Export all that is found", (export_field(first_name),), "writes", keymap=keymap
        )
        self._original = original
        self._origin = origin
        self._clock = clock
        self._schemas = schemas
        self._counting: Worker[None] | None = None
        self._exporting: Exporting | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self._counting = self.count()

    @work(group="count", exclusive=True, exit_on_error=False)
    async def count(self) -> None:
        """Find out what would be written, and show that."""
        await self._original.count(self.tell_effect)

    def effect(self) -> str:
        amount = self._original.amount
        lines = [amount_said(amount, self._origin)]
        lines += [example(hit, self._schemas) for hit in amount.first]
        if amount.problem:
            lines.append(f"{symbols.WARNING} {amount.problem}")
        return "\n".join(lines)

    def begin(self) -> None:
        amount = self._original.amount
        if not self._original.is_ready:
            self.answer(f"{symbols.ERROR} {amount.problem or 'It is not read yet'}", "error")
        elif not amount.count and (amount.is_exact or amount.is_most):
            self.answer(f"{symbols.INFO} There is nothing to write", "busy")
        else:
            self.proceed()

    def send(self) -> None:
        if self._counting is not None:
            # Reading everything a second time beside would be slower.
            self._counting.cancel()
        path = export_path(self.text_of("path"))
        scan, keep = self._original.scan()
        export = Export(path, FORMATS[path.suffix.lower()])
        self._exporting = Exporting(scan, export)
        self.export(path, export, self._exporting, keep)

    @property
    def closing(self) -> str:
        return "stops"

    def action_close(self) -> None:
        if self.is_sending and self._exporting is not None:
            self._exporting.stop()
        else:
            self.dismiss(None)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def export(
        self, path: Path, export: Export, exporting: Exporting, keep: RecordFilter | None
    ) -> None:
        """Write the file, say how that goes, and what came of it."""
        self.is_sending = True
        self.answer("Writing …", "busy")
        began_s = self._clock.monotonic_s()
        stop = self.keymap.first_key("form.close")

        def tell(progress: Progress) -> None:
            elapsed_s = self._clock.monotonic_s() - began_s
            self.answer(writing_said(progress, export.records, elapsed_s, stop), "busy")

        try:
            if await asyncio.to_thread(path.exists):
                raise CannotExport(f"{path} is there already: choose another name")
            async with entered(export):
                progress = await exporting.run(tell)
                if not export.records:
                    # A file without anything would be taken for an answer.
                    raise CannotExport(f"{_nothing(progress)}: no file is written")
            where, size_bytes = await asyncio.to_thread(_place_and_size, path)
        except (CannotExport, OSError) as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
        else:
            self.answer(*written_said(Written(where, size_bytes, export.records, progress, keep)))
        finally:
            self.is_sending = False


def _place_and_size(path: Path) -> tuple[str, int]:
    """Where a file is, and its size. Raises OSError."""
    return str(path.absolute()), path.stat().st_size


def _nothing(progress: Progress) -> str:
    """Why there is nothing to write."""
    if progress.ending is Ending.STOPPED:
        return "it was stopped before anything was found"
    return unread(progress) or "nothing was found"
