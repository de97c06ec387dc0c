"""What can be done with many messages at a time: write them to a file, publish them again, or
publish those of a file."""

from collections.abc import Sequence

from console.forms.export import ExportForm, stamped
from console.forms.export_found import ExportFoundForm
from console.forms.import_records import ImportForm
from console.forms.replay import ReplayForm
from console.messages.copies import Found, Original
from console.messages.lane import Hit
from console.panels.record import decode_of
from console.screens.hits import HitScreen


class BulkScreen(HitScreen):
    """A screen that lists messages; subclasses say which are meant."""

    def original(self) -> tuple[Original, str] | None:
        """What an act on all is about, and a phrase that says so, safe to show; None when nothing
        is."""
        raise NotImplementedError

    def shown_hits(self) -> Sequence[Hit]:
        """The messages that are on show, in their order."""
        raise NotImplementedError

    def action_export(self) -> None:
        """Offer to write what is shown to a file."""
        found = self.shown_hits()
        if found:
            keymap = self.host.frame().keymap
            self.app.push_screen(ExportForm(found, self._file_name(), keymap))
        else:
            self._say_nothing("export")

    def action_export_found(self) -> None:
        """Offer to write all that is meant to a file."""
        meant = self.original()
        if meant is None:
            self._say_nothing("export")
            return
        original, origin = meant
        if not isinstance(original, Found):
            # All that is meant is in the list.
            self.action_export()
            return
        form = ExportFoundForm(
            original,
            origin,
            self._file_name(),
            self.host.source.clock,
            self.host.frame().keymap,
            decode_of(self.schemas),
        )
        self.app.push_screen(form)

    def action_replay_found(self) -> None:
        """Offer to publish again all that is meant."""
        meant = self.original()
        if meant is None:
            self._say_nothing("replay")
            return
        frame, topic = self.host.frame(), self.subject or ""
        original, origin = meant
        form = ReplayForm(
            self.host.writes,
            self.topics(),
            topic,
            original,
            origin,
            frame.keymap,
            frame.care,
            decode_of(self.schemas),
        )
        self.app.push_screen(form)

    def action_import_file(self) -> None:
        """Offer to publish the records of a file."""
        frame, topic = self.host.frame(), self.subject or ""
        form = ImportForm(self.host.writes, self.topics(), topic, frame.keymap, frame.care)
        self.app.push_screen(form)

    def _file_name(self) -> str:
        """A name for a file of these messages, from topic and time."""
        topic = self.subject or ""
        is_usual = topic and all(sign.isalnum() or sign in "._-" for sign in topic)
        name = topic if is_usual else "messages"
        return stamped(name, self.host.source.clock.wall_ms(), self.host.frame().times.zone)

    def _say_nothing(self, verb: str) -> None:
        self.notify(f"There is nothing to {verb}", severity="warning", timeout=3)
