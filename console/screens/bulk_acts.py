"""What can be done with many messages at a time: publish them again, or those of a file."""

from console.forms.import_records import ImportForm
from console.forms.replay import ReplayForm
from console.messages.copies import Original
from console.panels.record import decode_of
from console.screens.hits import HitScreen


class BulkScreen(HitScreen):
    """A screen that lists messages; subclasses say which are meant."""

    def original(self) -> tuple[Original, str] | None:
        """What a replay is about, and a phrase that says so, safe to show; None when nothing is."""
        raise NotImplementedError

    def action_replay_found(self) -> None:
        """Offer to publish again all that is meant."""
        meant = self.original()
        if meant is None:
            self.notify("There is nothing to replay", severity="warning", timeout=3)
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
