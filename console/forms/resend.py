"""The form that publishes a record again: all of it as it was, or changed, where one says."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from textual import on, work
from textual.widgets import Input

from console.acts.job import counted
from console.forms.field_line import FormField
from console.forms.fields import FieldFault, headers, topic_name
from console.forms.form import Form
from console.forms.publish import publish_fields
from console.keys.keymap import Keymap
from console.model import units
from console.model.care import Care
from console.model.text import plain
from console.port.cluster import NewRecord, Published, Writes
from console.port.errors import ClusterError
from console.port.readings import RecordReading
from console.widgets import symbols

TYPED_MAX = 10_000
"""Characters of a content that can be changed in a line; longer ones are sent as they are."""


def as_typed(content: bytes | None) -> str | None:
    """A content as it would be typed; None when a line cannot hold it as it is."""
    if content is None:
        return ""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if len(text) <= TYPED_MAX and plain(text) == text else None


def typed_headers(record: RecordReading) -> str | None:
    """Headers as they would be typed; None when that would not give the same ones."""
    parts = []
    for name, content in record.headers:
        text = as_typed(content)
        if text is None:
            return None
        parts.append(name if content is None else f"{name}={text}")
    typed = ", ".join(parts)
    try:
        is_same = plain(typed) == typed and headers(typed) == record.headers
    except FieldFault:
        is_same = False
    return typed if is_same else None


def resend_fields(
    topics: Mapping[str, int], topic: str, record: RecordReading, chosen: Callable[[], str]
) -> tuple[FormField, ...]:
    """The lines of the form; a content that no line can hold has none."""
    offered = {field.id: field for field in publish_fields(topics, topic, chosen)}
    typed = {
        "key": as_typed(record.key),
        "value": as_typed(record.value),
        "headers": typed_headers(record),
    }
    fields = [offered["topic"], offered["partition"]]
    for name, text in typed.items():
        if text is not None:
            fields.append(replace(offered[name], value=text, help="sent as it was unless changed"))
    return tuple(fields)


class ResendForm(Form):
    """Publishes one record again once that is agreed to, and says where it landed."""

    def __init__(
        self,
        writes: Writes,
        topics: Mapping[str, int],
        topic: str,
        record: RecordReading,
        keymap: Keymap,
        care: Care,
    ) -> None:
        fields = resend_fields(topics, topic, record, lambda: self.text_of("topic"))
        super().__init__("Resend", fields, "sends", keymap=keymap, care=care)
        self._writes = writes
        self._record = record
        self._typed = {field.id: field.value for field in fields}
        self.has_landed = False
        """Whether it was published."""

    def on_mount(self) -> None:
        super().on_mount()
        as_it_is = [
            f"{name} ({units.size(len(content or b''))})"
            for name, content in (("key", self._record.key), ("value", self._record.value))
            if name not in self._typed
        ]
        if "headers" not in self._typed:
            as_it_is.append(counted(len(self._record.headers), "header"))
        if as_it_is:
            self.answer(f"{symbols.INFO} sent as it is: {', '.join(as_it_is)}", "busy")

    @on(Input.Changed, "#topic")
    def check_partition(self) -> None:
        if self.text_of("partition"):
            self.line_of("partition").fault()

    @property
    def subject(self) -> str:
        return plain(topic_name(self.text_of("topic")))

    def loss(self) -> str:
        return f"This record is published to {self.subject} once more."

    def record(self) -> NewRecord:
        """What the fields say; what was not changed is what it was, byte for byte."""
        is_placed = bool(self.text_of("partition").strip())
        key, value, old_headers = self._record.key, self._record.value, self._record.headers
        if self._is_changed("key"):
            key = self.text_of("key").encode() or None
        if self._is_changed("value"):
            value = self.text_of("value").encode()
        if self._is_changed("headers"):
            old_headers = headers(self.text_of("headers"))
        partition = self.whole_of("partition") if is_placed else None
        return NewRecord(key, value, old_headers, partition)

    def _is_changed(self, name: str) -> bool:
        return name in self._typed and self.text_of(name) != self._typed[name]

    def send(self) -> None:
        self.resend(topic_name(self.text_of("topic")), self.record())

    @work(group="form", exclusive=True, exit_on_error=False)
    async def resend(self, topic: str, record: NewRecord) -> None:
        """Publish the record and say where it is."""
        self.answer("Asking the cluster …", "busy")
        try:
            with self.changing():
                (result,) = await self._writes.publish(topic, [record])
        except ClusterError as error:
            result = error
        if isinstance(result, Published):
            self.has_landed = True
            where = f"partition {result.partition}, offset {result.offset:,}"
            self.answer(f"{symbols.OK} landed in {where}", "ok")
        else:
            self.answer(f"{symbols.ERROR} {plain(result.of_change)}", "error")
