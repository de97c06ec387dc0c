"""The form that publishes messages: one, or a load of many at a rate, with where they landed."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from textual import on, work
from textual.content import Content
from textual.widgets import Checkbox, Input

from console.forms.field_line import FormField, whole_field
from console.forms.fields import INT_MAX, FieldFault, headers, topic_name, whole
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.cluster import NewRecord, Published, Writes
from console.port.errors import ClusterError
from console.widgets import symbols

COUNT_MAX = 10_000_000
RATE_MAX = 1_000_000
BATCH_MAX = 500
TICKS_PER_S = 10
NUMBER_MARK = "{n}"
"""In key and value this is replaced by the number of the message, from 1."""
NUMBER_HELP = f"{NUMBER_MARK} becomes the number of the message, from 1"


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be published: a message, how often, how fast (0 is as fast as it goes)."""

    topic: str
    record: NewRecord
    count: int
    rate: int

    def batch(self, first: int, size: int) -> list[NewRecord]:
        """Messages number `first` and the following."""
        return [self._numbered(number) for number in range(first, first + size)]

    def _numbered(self, number: int) -> NewRecord:
        mark, text = NUMBER_MARK.encode(), str(number).encode()
        record = self.record
        return replace(
            record,
            key=record.key.replace(mark, text) if record.key is not None else None,
            value=record.value.replace(mark, text) if record.value is not None else None,
        )


@dataclass(slots=True)
class Landed:
    """How many of so many messages were stored, and where the last one is."""

    wanted: int
    done: int = 0
    last: Published | None = None

    def take(self, results: Iterable[Published | ClusterError]) -> None:
        """Count what was stored."""
        for result in results:
            if isinstance(result, Published):
                self.done, self.last = self.done + 1, result

    @property
    def said(self) -> str:
        """Where the messages landed, in words."""
        if self.last is None:
            return "nothing was published"
        where = f"partition {self.last.partition}, offset {self.last.offset:,}"
        if self.wanted == 1:
            return f"landed in {where}"
        stopped = " before it stopped" if self.done < self.wanted else ""
        return f"{self.done:,} of {self.wanted:,} landed{stopped}; the last in {where}"


def publish_fields(
    topics: Mapping[str, int], topic: str | None, chosen: Callable[[], str]
) -> tuple[FormField, ...]:
    """The lines of the form; `topics` says how many partitions each has, `chosen` which one is
    typed."""

    def known(text: str) -> str:
        name = topic_name(text)
        if topics and name not in topics:
            raise FieldFault("there is no such topic")
        return name

    def partition(text: str) -> int:
        number = whole(text, 0, INT_MAX)
        count = topics.get(chosen().strip())
        if count is not None and number >= count:
            raise FieldFault(f"partitions are 0 to {count - 1}" if count > 1 else "there is only 0")
        return number

    # A name that cannot be shown as it is stays out of the line: what is sent is what is seen.
    first = topic if topic and plain(topic) == topic else ""
    return (
        FormField("topic", "Topic", "where to", known, value=first),
        FormField(
            "partition",
            "Partition",
            "by key",
            partition,
            help="empty: by the key as Kafka's clients do; without a key, in turns",
            is_optional=True,
        ),
        FormField("key", "Key", "none", str, help=NUMBER_HELP, is_optional=True),
        FormField("value", "Value", "empty", str, help=NUMBER_HELP, is_optional=True),
        FormField(
            "headers",
            "Headers",
            "name=value, name=value",
            headers,
            help="name=value, name=value; a name without = has no value",
            is_optional=True,
        ),
        whole_field(
            "count",
            "How many",
            1,
            COUNT_MAX,
            help="how many messages",
            value="1",
        ),
        whole_field(
            "rate",
            "Per second",
            0,
            RATE_MAX,
            help="how many of them each second; 0 is as fast as it goes",
            value="0",
        ),
    )


class TickBox(Checkbox):
    """A box whose sign says its state without colour."""

    DEFAULT_CSS = """
    TickBox {
        border: none; height: 1; padding: 0 1; margin-left: 21; background: $surface;
        &:focus { border: none; background: $row-cursor; background-tint: $foreground 0%; }
    }
    """

    def render(self) -> Content:
        sign = "[x]" if self.value else "[ ]"
        return Content.assemble((sign, "bold $primary"), " ", self.label)


class PublishForm(Form):
    """Publishes and says where the messages landed, or why not. Esc stops a load under way."""

    def __init__(
        self,
        writes: Writes,
        topics: Mapping[str, int],
        topic: str | None,
        keymap: Keymap,
        care: Care = USUAL,
    ) -> None:
        fields = publish_fields(topics, topic, lambda: self.text_of("topic"))
        first = "value" if topic else "topic"
        super().__init__("Publish", fields, "publishes", keymap=keymap, care=care, first=first)
        self._writes = writes
        self._is_stopping = False

    def on_mount(self) -> None:
        self.line_of("value").mount(TickBox("tombstone: no value at all", id="tombstone"))

    @on(Checkbox.Changed)
    def block_value(self, message: Checkbox.Changed) -> None:
        self.line_of("value").input.disabled = message.value

    @on(Input.Changed, "#topic")
    def check_partition(self) -> None:
        if self.text_of("partition"):
            self.line_of("partition").fault()

    def load(self) -> Load:
        """What the fields say."""
        is_placed = bool(self.text_of("partition").strip())
        key = self.text_of("key")
        is_tombstone = self.query_one("#tombstone", Checkbox).value
        record = NewRecord(
            key=key.encode() if key else None,
            value=None if is_tombstone else self.text_of("value").encode(),
            headers=headers(self.text_of("headers")),
            partition=self.whole_of("partition") if is_placed else None,
        )
        return Load(
            topic_name(self.text_of("topic")),
            record,
            self.whole_of("count"),
            self.whole_of("rate"),
        )

    @property
    def closing(self) -> str:
        return "stops"

    def action_close(self) -> None:
        if self.is_sending:
            self._is_stopping = True
        else:
            self.dismiss(None)

    def send(self) -> None:
        self._is_stopping = False
        self.publish(self.load())

    @work(group="form", exclusive=True, exit_on_error=False)
    async def publish(self, load: Load) -> None:
        """Publish everything, batch by batch, and say how it goes."""
        self.is_sending = True
        self.answer("Asking the cluster …", "busy")
        landed = Landed(load.count)
        try:
            await self._publish_all(load, landed)
        except ClusterError as error:
            before = f" · {landed.said}" if landed.done else ""
            self.answer(f"{symbols.ERROR} {plain(error.of_change)}{before}", "error")
        else:
            self.answer(f"{symbols.OK if landed.done else symbols.INFO} {landed.said}", "ok")
        finally:
            self.is_sending = False

    async def _publish_all(self, load: Load, landed: Landed) -> None:
        size = min(BATCH_MAX, ceil(load.rate / TICKS_PER_S)) if load.rate else BATCH_MAX
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        while landed.done < load.count and not self._is_stopping:
            batch = load.batch(landed.done + 1, min(size, load.count - landed.done))
            results = await self._writes.publish(load.topic, batch)
            landed.take(results)
            failures = [each for each in results if isinstance(each, ClusterError)]
            if failures:
                raise failures[0]
            if load.count > 1:
                stop = self.keymap.first_key("form.close")
                done = f"{landed.done:,} of {load.count:,} published"
                self.answer(f"{done} · {stop} stops" if stop else done, "busy")
            if load.rate and landed.done < load.count:
                # From the first message on: what publishing takes is no part of the pause.
                early_s = landed.done / load.rate - (loop.time() - started_s)
                if early_s > 0:
                    await pause(self, early_s)


async def pause(form: Form, seconds: float) -> None:
    """Let the event loop go on for a while."""
    over = asyncio.Event()
    form.set_timer(seconds, over.set)
    await over.wait()
