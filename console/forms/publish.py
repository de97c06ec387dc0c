"""The form that publishes messages: one, or a load of many at a rate, with where they landed."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from textual import work
from textual.widgets import Checkbox

from console.forms.fields import FieldFault, headers, topic_name, whole
from console.forms.form import Form, FormField
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


def publish_fields(topics: Mapping[str, int], topic: str | None) -> tuple[FormField, ...]:
    """The lines of the form; `topics` says how many partitions each has."""

    def known(text: str) -> str:
        name = topic_name(text)
        if topics and name not in topics:
            raise FieldFault("there is no such topic")
        return name

    def at_most(most: int, what: str) -> Callable[[str], object]:
        return lambda text: whole(text, 0 if what == "rate" else 1, most, what=what)

    return (
        FormField("topic", "Topic", "where to", known, value=topic or ""),
        FormField(
            "partition",
            "Partition",
            "empty: by key, or in turns",
            lambda text: whole(text, 0, 1_000_000, what="partition"),
            is_optional=True,
        ),
        FormField("key", "Key", "empty: no key", str, is_optional=True),
        FormField("value", "Value", "{n} becomes the number of the message", str, is_optional=True),
        FormField("headers", "Headers", "name=value, name=value", headers, is_optional=True),
        FormField("count", "How many", "1", at_most(COUNT_MAX, "count"), value="1"),
        FormField(
            "rate", "Per second", "0: as fast as it goes", at_most(RATE_MAX, "rate"), value="0"
        ),
    )


class PublishForm(Form):
    """Publishes and says where the messages landed, or why not. Esc stops a load under way."""

    DEFAULT_CSS = """
    PublishForm Checkbox { border: none; background: $surface; padding: 0; margin-left: 21; }
    """

    def __init__(self, writes: Writes, topics: Mapping[str, int], topic: str | None) -> None:
        super().__init__("Publish", publish_fields(topics, topic), "publishes")
        self._writes = writes
        self._topics = topics
        self._is_running = False
        self._is_stopping = False

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#line-value").mount(Checkbox("tombstone (no value)", id="tombstone"))
        if self.text_of("topic"):
            self.query_one("#value").focus()

    def load(self) -> Load:
        """What the fields say."""
        partition = self.text_of("partition").strip()
        key = self.text_of("key")
        is_tombstone = self.query_one("#tombstone", Checkbox).value
        record = NewRecord(
            key=key.encode() if key else None,
            value=None if is_tombstone else self.text_of("value").encode(),
            headers=headers(self.text_of("headers")),
            partition=int(partition) if partition else None,
        )
        return Load(
            topic_name(self.text_of("topic")),
            record,
            int(self.text_of("count")),
            int(self.text_of("rate")),
        )

    def action_close(self) -> None:
        if self._is_running:
            self._is_stopping = True
        else:
            self.dismiss(None)

    def send(self) -> None:
        load = self.load()
        count = self._topics.get(load.topic)
        partition = load.record.partition
        if count is not None and partition is not None and partition >= count:
            self.answer(f"{symbols.ERROR} partitions are 0 to {count - 1}", "error")
        elif not self._is_running:
            self._is_stopping = False
            self.publish(load)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def publish(self, load: Load) -> None:
        """Publish everything, batch by batch, and say how it goes."""
        self._is_running = True
        self.answer("asking the cluster …", "busy")
        try:
            done, last = await self._publish_all(load)
        except ClusterError as error:
            self.answer(f"{symbols.ERROR} {plain(error.reason)}", "error")
        else:
            self.answer(summary(load, done, last), "ok")
        finally:
            self._is_running = False

    async def _publish_all(self, load: Load) -> tuple[int, Published | None]:
        done = 0
        last: Published | None = None
        size = min(BATCH_MAX, ceil(load.rate / TICKS_PER_S)) if load.rate else BATCH_MAX
        while done < load.count and not self._is_stopping:
            batch = load.batch(done + 1, min(size, load.count - done))
            for result in await self._writes.publish(load.topic, batch):
                if isinstance(result, ClusterError):
                    raise result
                done, last = done + 1, result
            if load.count > 1:
                self.answer(f"{done:,} of {load.count:,} published · esc stops", "busy")
            if load.rate and done < load.count:
                await pause(self, len(batch) / load.rate)
        return done, last


async def pause(form: Form, seconds: float) -> None:
    """Let the event loop go on for a while."""
    over = asyncio.Event()
    form.set_timer(seconds, over.set)
    await over.wait()


def summary(load: Load, done: int, last: Published | None) -> str:
    """Where the messages landed, in words."""
    if last is None:
        return "nothing was published"
    where = f"partition {last.partition}, offset {last.offset:,}"
    if load.count == 1:
        return f"{symbols.OK} landed in {where}"
    stopped = " (stopped)" if done < load.count else ""
    return f"{symbols.OK} {done:,} of {load.count:,}{stopped}; the last in {where}"
