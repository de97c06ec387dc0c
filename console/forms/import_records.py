"""The form that publishes the records of a file, and shows first what is in it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.message import Message
from textual.widgets import Checkbox, Input

from console.forms.bulk import BulkForm, example, messages
from console.forms.field_line import FormField
from console.forms.fields import FieldFault, topic_name
from console.forms.publish import TickBox
from console.keys.keymap import Keymap
from console.messages.bulk import Supply
from console.messages.importing import (
    ENDINGS,
    BadLine,
    FileSupply,
    ImportSettings,
    Look,
    format_of,
    look_at,
)
from console.messages.lane import Hit
from console.model import units
from console.model.care import Care
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import NewRecord, Writes
from console.port.readings import RecordReading
from console.widgets import symbols

LINES_MAX = 10_000
"""Lines of the file that are looked at before it is sent; more are not counted."""

SHOWN = 3
_PARTITIONS, _TIMES = "partitions", "times"


def file_path(text: str) -> Path:
    """The file that was named. Raises FieldFault."""
    name = text.strip()
    if not name or "\x00" in name:
        raise FieldFault("no file can have this name" if name else "which file?")
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise FieldFault("there is no such home directory") from None


def import_fields(topics: Mapping[str, int], topic: str) -> tuple[FormField, ...]:
    """The lines of the form."""

    def known(text: str) -> str:
        name = topic_name(text)
        if name not in topics:
            raise FieldFault("there is no such topic")
        return name

    # A name that cannot be shown as it is stays out of the line: what is sent is what is seen.
    first = topic if plain(topic) == topic else ""
    return (
        FormField(
            "path",
            "File",
            "messages.jsonl",
            file_path,
            help=f"{', '.join(sorted(ENDINGS))}: as an export has them; else a line each",
        ),
        FormField(
            "separator",
            "Separator",
            "none",
            str,
            help="of text: what stands between key and value; empty: a line is a value",
            is_optional=True,
        ),
        FormField("topic", "To topic", "where to", known, value=first),
    )


def hit_of(record: NewRecord) -> Hit:
    """A record of a file as one to show."""
    reading = RecordReading(0, -1, record.key, record.value, record.headers)
    return Hit(TopicPartition("", 0), reading)


def look_said(look: Look) -> str:
    """What is in a file, safe to show."""
    more = "" if look.is_all else "At least "
    said = f"{more}{messages(look.records)} in {units.size(look.size_bytes)}"
    if look.bad:
        said += f", {look.bad:,} {'line is' if look.bad == 1 else 'lines are'} none"
    return said


class ImportForm(BulkForm):
    """The file is looked at beside the loop while its name is typed."""

    @dataclass
    class Looked(Message):
        """A file was looked at, as it would be read with these settings."""

        asked: tuple[Path, ImportSettings]
        look: Look | None
        problem: str = ""

    def __init__(
        self, writes: Writes, topics: Mapping[str, int], topic: str, keymap: Keymap, care: Care
    ) -> None:
        fields = import_fields(topics, topic)
        super().__init__("Import", fields, writes, keymap=keymap, care=care, subject=plain(topic))
        self._asked: tuple[Path, ImportSettings] | None = None
        self._look: Look | None = None
        self._problem = ""
        self._is_wanted = False
        """Whether publishing was asked for while the file was still being looked at."""

    def on_mount(self) -> None:
        boxes = self.line_of("topic")
        boxes.mount(TickBox("into the partitions that the file names", id=_PARTITIONS))
        boxes.mount(TickBox("with the time stamps that the file has", id=_TIMES))
        super().on_mount()

    @property
    def subject(self) -> str:
        return plain(self.text_of("topic").strip())

    def settings(self, path: Path) -> ImportSettings:
        """How the file is read."""
        return ImportSettings(
            format_of(path),
            self.text_of("separator"),
            keeps_partitions=self.query_one(f"#{_PARTITIONS}", Checkbox).value,
            keeps_times=self.query_one(f"#{_TIMES}", Checkbox).value,
        )

    @on(Input.Changed, "#path")
    @on(Input.Changed, "#separator")
    @on(Checkbox.Changed)
    def look_again(self) -> None:
        """Look at the file as it would be read now."""
        self._asked, self._look, self._problem = None, None, ""
        self._forget_wish()
        try:
            path = file_path(self.text_of("path"))
        except FieldFault:
            self.workers.cancel_group(self, "look")
        else:
            self._asked = path, self.settings(path)
            self.look(*self._asked)
        self.tell_effect()

    @work(group="look", exclusive=True, exit_on_error=False)
    async def look(self, path: Path, settings: ImportSettings) -> None:
        """Look at a file, beside the loop."""
        asked = path, settings
        try:
            found = await asyncio.to_thread(
                look_at, path, settings, lines_max=LINES_MAX, shown=SHOWN
            )
        except OSError as error:
            self.post_message(self.Looked(asked, None, plain(error.strerror or str(error))))
        else:
            self.post_message(self.Looked(asked, found))

    @on(Looked)
    def take_look(self, message: Looked) -> None:
        if message.asked != self._asked:
            # It was on its way when another file was named.
            return
        self._look, self._problem = message.look, message.problem
        self.tell_effect()
        if self._forget_wish():
            self.action_submit()

    @on(Input.Changed, "#topic")
    def forget_wish(self) -> None:
        """What was asked for was asked of the topic that stood there."""
        self._forget_wish()

    def _forget_wish(self) -> bool:
        """Take back that publishing waits for the look; whether it did."""
        was_wanted, self._is_wanted = self._is_wanted, False
        if was_wanted:
            self.answer("")
        return was_wanted

    def effect(self) -> str:
        if self._problem:
            return f"{symbols.WARNING} the file cannot be read: {self._problem}"
        if self._look is None:
            return ""
        lines = [] if self._look.first else [look_said(self._look)]
        for each in self._look.first:
            if isinstance(each, BadLine):
                lines.append(f"  {symbols.WARNING} line {each.number}: {plain(each.reason)}")
            else:
                lines.append(example(hit_of(each)))
        return "\n".join(lines)

    def begin(self) -> None:
        if self._problem:
            self.answer(f"{symbols.ERROR} the file cannot be read: {self._problem}", "error")
        elif self._look is None:
            self._is_wanted = True
            self.answer("The file is being looked at …", "busy")
        elif not self._look.records and self._look.is_all:
            self.answer(f"{symbols.INFO} There is nothing to publish", "busy")
        else:
            self.proceed()

    def loss(self) -> str:
        if self._look is None or (self._look.is_all and not self._look.records):
            return ""
        return f"{look_said(self._look)}: published to {self.subject}."

    def supply(self) -> Supply:
        path = file_path(self.text_of("path"))
        return FileSupply(path, self.settings(path), topic_name(self.text_of("topic")))
