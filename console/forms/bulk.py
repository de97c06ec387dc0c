"""What the forms share that publish many records: the run, how far it is, what came of it.

| state      | ctrl+s                      | esc                                              |
|------------|-----------------------------|--------------------------------------------------|
| filling in | asks, then publishes        | closes                                           |
| publishing | nothing                     | stops behind the step under way; the sum is told |
| over       | asks, then publishes again  | closes                                           |
"""

from rich.cells import cell_len
from textual import work

from console.forms.field_line import FormField
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.messages.bulk import PublishedSoFar, Publishing, Supply
from console.messages.copies import Amount
from console.messages.formats import Part
from console.messages.lane import Hit
from console.messages.rendering import one_line
from console.messages.structure import Decode
from console.model.care import Care
from console.model.text import plain
from console.port.cluster import Writes
from console.widgets import symbols

EXAMPLE_KEY, EXAMPLE_VALUE = 20, 44
PROBLEMS_SHOWN = 3


def example(hit: Hit, schemas: Decode | None = None) -> str:
    """A record in one line, safe to show."""
    key = one_line(hit, Part.KEY, EXAMPLE_KEY, schemas=schemas)
    blank = " " * max(0, EXAMPLE_KEY - cell_len(key))
    return f"  {key}{blank}  {one_line(hit, Part.VALUE, EXAMPLE_VALUE, schemas=schemas)}"


def messages(count: int) -> str:
    """`1 message`, `1,204 messages`."""
    return f"{count:,} message" if count == 1 else f"{count:,} messages"


def amount_said(amount: Amount, origin: str) -> str:
    """How many there are, safe to show; `origin` is a phrase behind that."""
    if amount.is_exact:
        return f"{messages(amount.count)} {origin}"
    if amount.is_most:
        return f"At most {messages(amount.count)} {origin}"
    if amount.share is None:
        return f"Messages {origin}"
    return f"{messages(amount.count)} so far {origin}, in {amount.share:.0%}"


def sum_said(done: PublishedSoFar) -> tuple[str, str]:
    """What came of it in words, safe to show, and whether that is ok, an error or neither."""
    parts = [f"{messages(done.published)} published"]
    if done.failed:
        parts.append(f"{done.failed:,} not")
    if done.is_stopped:
        parts.append("stopped")
    lines = [" · ".join(parts)]
    lines += [
        f"  number {each.number:,}: {plain(each.reason)}" for each in done.problems[:PROBLEMS_SHOWN]
    ]
    if done.failed > PROBLEMS_SHOWN:
        lines.append(f"  and {done.failed - PROBLEMS_SHOWN:,} more")
    if done.trouble:
        lines.append(f"  {plain(done.trouble)}")
    is_wrong = bool(done.failed or done.trouble)
    sign = symbols.WARNING if is_wrong else symbols.INFO if done.is_stopped else symbols.OK
    return f"{sign} " + "\n".join(lines), "error" if is_wrong else "ok"


class BulkForm(Form):
    """Subclasses say in `supply` what is to be published."""

    def __init__(
        self,
        title: str,
        fields: tuple[FormField, ...],
        writes: Writes,
        *,
        keymap: Keymap,
        care: Care,
        subject: str,
        first: str = "",
    ) -> None:
        super().__init__(
            title, fields, "publishes", keymap=keymap, care=care, subject=subject, first=first
        )
        self._writes = writes
        self._publishing: Publishing | None = None

    def supply(self) -> Supply:
        """What the fields say."""
        raise NotImplementedError

    @property
    def closing(self) -> str:
        return "stops"

    def action_close(self) -> None:
        if self.is_sending and self._publishing is not None:
            self._publishing.stop()
        else:
            self.dismiss(None)

    def send(self) -> None:
        self.publish(Publishing(self._writes, self.supply()))

    @work(group="form", exclusive=True, exit_on_error=False)
    async def publish(self, publishing: Publishing) -> None:
        """Publish everything, step by step, and say how it goes and what came of it."""
        self.is_sending, self._publishing = True, publishing
        self.answer("Publishing …", "busy")
        try:
            done = await publishing.run(self._tell)
        except OSError as error:
            said, _ = sum_said(publishing.so_far)
            reason = plain(error.strerror or str(error))
            self.answer(f"{symbols.ERROR} {reason}\n{said}", "error")
        else:
            self.answer(*sum_said(done))
        finally:
            self.is_sending = False

    def _tell(self, so_far: PublishedSoFar) -> None:
        parts = [f"{messages(so_far.published)} published"]
        if so_far.failed:
            parts.append(f"{so_far.failed:,} not")
        if so_far.share is not None:
            parts.append(f"{so_far.share:.0%} gone through")
        stop = self.keymap.first_key("form.close")
        if stop:
            parts.append(f"{stop} stops")
        self.answer(" · ".join(parts), "busy")
