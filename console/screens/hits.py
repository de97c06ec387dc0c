"""What can be done with one message, in the list and on its own screen: copy it, resend it.

Schemas that its contents name are fetched beside all else; once they are there it is drawn again.
"""

import asyncio
from dataclasses import dataclass, replace

from textual import on, work
from textual.message import Message

from console.forms.resend import ResendForm
from console.keys.actions import Scope
from console.messages.copied import copied_record, copied_value
from console.messages.editing import EditError, editable, is_as_before, json_fault, read_back
from console.messages.lane import Hit
from console.messages.schemas import Schemas
from console.model.text import plain
from console.panels.record import decode_of
from console.port.cluster import NewRecord
from console.port.readings import RecordReading
from console.screens.base import ConsoleScreen
from console.screens.routes import CannotEdit, Host
from console.widgets.confirm import ConfirmDialog

TOLD_MAX = 60


class HitScreen(ConsoleScreen):
    """A screen on which one record is meant; subclasses say which."""

    @dataclass
    class Edited(Message):
        """A record came back from the editor, as the text `content`.

        `record` is None where that is none; `problem` says what is wrong, safe to show.
        """

        hit: Hit
        content: bytes
        record: NewRecord | None
        problem: str

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
        self._unpublished: tuple[Hit, bytes] | None = None
        """A text from the editor that was not published, and what it was made of."""

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

    def offer(self, topic: str, record: RecordReading, edited: Edited | None = None) -> None:
        """Offer to publish a record; what was `edited` is kept unless it is published."""
        frame, topics = self.host.frame(), self.topics()
        form = ResendForm(self.host.writes, topics, topic, record, frame.keymap, frame.care)

        def keep(_: None) -> None:
            if edited is not None and not form.has_landed:
                self._keep_text(edited)

        self.app.push_screen(form, keep)

    def action_edit(self) -> None:
        hit = self.hit
        if hit is not None:
            kept = self._unpublished
            self.edit(hit, kept[1] if kept is not None and kept[0] == hit else None)

    @work(group="editor", exclusive=True, exit_on_error=False)
    async def edit(self, hit: Hit, content: bytes | None = None) -> None:
        """Open a message in the editor, or a text that was made of it there before."""
        if content is None:
            content = (await asyncio.to_thread(editable, hit)).encode("utf-8", "surrogatepass")
        try:
            content = await self.host.edited(content, ".txt")
        except CannotEdit as error:
            self.notify(plain(str(error)), severity="error", markup=False)
            return
        record, problem = await asyncio.to_thread(_read, content, hit)
        self.post_message(self.Edited(hit, content, record, problem))

    @on(Edited)
    def take_edited(self, message: Edited) -> None:
        """Offer what came back; where something is wrong with it, say so and let edit again."""
        hit, record = message.hit, message.record
        self._unpublished = None
        if record is not None and is_as_before(record, hit):
            self.notify("Nothing was changed", timeout=3)
        elif self.host.frame().care.is_read_only:
            self.notify("Nothing is published on a cluster that is read only", severity="warning")
        elif message.problem:
            self._edit_again(message)
        elif record is not None:
            self._offer_edited(message, record)

    def _edit_again(self, message: Edited) -> None:
        """Ask whether to mend a text; who does not want to has it kept, or publishes it so."""
        record, keymap = message.record, self.host.frame().keymap
        if record is None:
            title, otherwise = "Not a message", "keeps the text for later"
        else:
            title, otherwise = "Not JSON", "offers it as it is"

        def answered(is_agreed: bool | None) -> None:
            if is_agreed:
                self.edit(message.hit, message.content)
            elif record is not None:
                self._offer_edited(message, record)
            else:
                self._keep_text(message)

        no = keymap.first_key("confirm.no") or keymap.first_key("dialog.close")
        text = f"{message.problem}.\n\nEdit it again? {no} {otherwise}."
        self.app.push_screen(ConfirmDialog(title, text, keymap=keymap), answered)

    def _offer_edited(self, message: Edited, record: NewRecord) -> None:
        hit = message.hit
        new = replace(hit.record, key=record.key, value=record.value, headers=record.headers)
        self.offer(hit.key.topic, new, message)

    def _keep_text(self, message: Edited) -> None:
        self._unpublished = (message.hit, message.content)
        self.notify(f"{self._edit_key()} opens the text again as it is", markup=False)

    def _edit_key(self) -> str:
        scope = "record.edit" if Scope.RECORD in self.SCOPES else "messages.edit"
        return self.host.frame().keymap.first_key(scope)


def _read(content: bytes, hit: Hit) -> tuple[NewRecord | None, str]:
    """The record that a text says, and what is wrong with it, safe to show."""
    try:
        record = read_back(content, hit)
    except EditError as error:
        return None, plain(str(error))
    fault = json_fault(record, hit)
    return record, plain(f"The value was JSON before and is not any more: {fault}") if fault else ""
