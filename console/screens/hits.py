"""What can be done with one message, in the list and on its own screen: copy it, resend it.

Schemas that its contents name are fetched beside all else; once they are there it is drawn again.
"""

from dataclasses import dataclass, replace

from textual import on, work
from textual.message import Message

from console.forms.resend import ResendForm
from console.messages.copied import copied_record, copied_value
from console.messages.formats import Format, Part, told_format
from console.messages.lane import Hit
from console.messages.schemas import Schemas
from console.model.text import plain
from console.panels.record import decode_of
from console.port.readings import RecordReading
from console.screens.base import ConsoleScreen
from console.screens.routes import CannotEdit, Host

TOLD_MAX = 60


class HitScreen(ConsoleScreen):
    """A screen on which one record is meant; subclasses say which."""

    @dataclass
    class Edited(Message):
        """A record came back from the editor with another value."""

        topic: str
        record: RecordReading

    @dataclass
    class SchemasWanted(Message):
        """Contents name schemas that are not known yet."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, HitScreen.SchemasWanted)

    @dataclass
    class SchemasRead(Message):
        """The schemas that were wanted are known, or why they are not."""

    def __init__(self, host: Host, schemas: Schemas | None = None) -> None:
        """`schemas` are those of the registry, where there is one."""
        super().__init__(host)
        self.schemas = schemas
        self._is_fetching = False

    def show_decoded(self) -> None:
        """Draw contents again: more of them can be decoded."""
        raise NotImplementedError

    @on(SchemasWanted)
    def want_schemas(self) -> None:
        if self.schemas is not None and not self._is_fetching:
            self._is_fetching = True
            self.fetch_schemas(self.schemas)

    # Not exclusive: what is under way also fetches what is wanted meanwhile.
    @work(group="schemas", exit_on_error=False)
    async def fetch_schemas(self, schemas: Schemas) -> None:
        """Fetch what is wanted. Ends in bounded time, whatever the registry does."""
        try:
            await schemas.fetch_wanted()
        finally:
            self._is_fetching = False
        self.post_message(self.SchemasRead())

    @on(SchemasRead)
    def take_schemas(self) -> None:
        self.show_decoded()

    @property
    def hit(self) -> Hit | None:
        """The record that is meant; None while there is none."""
        return None

    def action_copy_value(self) -> None:
        hit = self.hit
        if hit is None:
            return
        if hit.record.value is None:
            self.notify("This message has no value", severity="warning", timeout=3)
        else:
            self._copy(copied_value(hit, schemas=decode_of(self.schemas)))

    def action_copy_record(self) -> None:
        if self.hit is not None:
            self._copy(copied_record(self.hit))

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied {plain(text, limit=TOLD_MAX)}", markup=False)

    def action_resend(self) -> None:
        if self.hit is not None:
            self.offer(self.hit.key.topic, self.hit.record)

    def offer(self, topic: str, record: RecordReading) -> None:
        """Offer to publish a record."""
        frame, topics = self.host.frame(), self.topics()
        form = ResendForm(self.host.writes, topics, topic, record, frame.keymap, frame.care)
        self.app.push_screen(form)

    def action_edit(self) -> None:
        if self.hit is not None:
            self.edit(self.hit)

    @work(group="editor", exclusive=True, exit_on_error=False)
    async def edit(self, hit: Hit) -> None:
        """Open the value in the editor; what was changed there is offered to be published."""
        before = hit.record.value or b""
        is_json = told_format(hit, Part.VALUE).format is Format.JSON
        try:
            after = await self.host.edited(before, ".json" if is_json else ".txt")
        except CannotEdit as error:
            self.notify(plain(str(error)), severity="error", markup=False)
            return
        if not before.endswith(b"\n"):
            # Editors end a file with a line feed.
            after = after.removesuffix(b"\n")
        if after != before and not self.host.frame().care.is_read_only:
            self.post_message(self.Edited(hit.key.topic, replace(hit.record, value=after)))

    @on(Edited)
    def offer_edited(self, message: Edited) -> None:
        self.offer(message.topic, message.record)
