"""The messages of one topic: newest first, paged both ways, sought, searched, followed live."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from console.keys.actions import Scope
from console.messages.browser import Browser, name_of
from console.messages.copies import Chosen, Found, Original
from console.messages.filter import RecordFilter, text_remark
from console.messages.lane import Hit
from console.messages.schemas import Schemas, record_filter
from console.messages.seek import Seek, parse_seek
from console.messages.tokens import ExpressionError
from console.model.section import Loading, Refused, content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels.ask_line import AskLine
from console.panels.messages import MessagesPanel, RecordTable, name_of_row, row_key
from console.panels.record import decode_of
from console.screens.bulk_acts import BulkScreen
from console.screens.gone import Gone
from console.screens.record import RecordScreen
from console.screens.routes import Host
from console.widgets.vtable import VTable

SEEK, SEARCH = "seek", "find"
SEEK_HINT = "-1h  2026-11-22 09:00  end-500  1200  p3:1200  beginning  end"
SEARCH_HINT = 'text  !text  /re/  or  value.total > 100 and key contains "x"'
SAID_MAX = 60


class MessagesScreen(BulkScreen):
    """Esc ends what is under way, then clears the filter, then goes back."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MESSAGES)
    KIND: ClassVar[str] = "messages"
    DEFAULT_CSS = """
    MessagesScreen MessagesPanel { height: 1fr; }
    """

    @dataclass
    class BrowserChanged(Message):
        """A browser has something else to show."""

        browser: Browser

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, MessagesScreen.BrowserChanged)

    def __init__(self, host: Host, topic: str, place: str = "") -> None:
        """`place` is where to begin, as it is typed; the newest messages without it."""
        registry, clock = host.source.registry, host.source.clock
        super().__init__(
            host, None if registry is None else Schemas(registry, clock, self._tell_wanted)
        )
        self._topic = topic
        self._browser: Browser | None = None
        self._place: tuple[str, Seek] | None = None
        if place:
            self._place = place, parse_seek(place, host.source.clock.wall_ms())
        self._search = ""

    @property
    def detail(self) -> str:
        return self._topic

    @property
    def subject(self) -> str | None:
        return None if self.is_gone else self._topic

    @property
    def panel(self) -> MessagesPanel:
        return self.query_one(MessagesPanel)

    @property
    def hit(self) -> Hit | None:
        """The record under the cursor."""
        key = self.panel.records.cursor_key
        if key is None or self._browser is None:
            return None
        return self._browser.hit(name_of_row(key))

    def compose_body(self) -> ComposeResult:
        yield MessagesPanel(self._topic, decode_of(self.schemas))

    def on_mount(self) -> None:
        super().on_mount()
        self.panel.records.focus()

    def missing(self, snapshot: Snapshot) -> Gone | None:
        return self.missing_topic(snapshot, self._topic)

    def come_back(self) -> None:
        """The topic is there anew: nothing of what was read of it holds."""
        super().come_back()
        if self._browser is not None:
            self._browser.stop()
            self._browser = None

    def draw(self, snapshot: Snapshot) -> None:
        if self._browser is not None:
            self._browser.take_partitions(self.topics().get(self._topic, 0))
            self.show()
            return
        topics = content(snapshot.topics)
        if topics is not None:
            partitions = next((t.partition_count for t in topics if t.name == self._topic), None)
            if partitions is None:
                self.panel.show_face().empty(f"There is no topic {plain(self._topic, limit=80)}")
            else:
                self.begin(partitions)
        elif isinstance(snapshot.topics, Refused):
            reason = plain(snapshot.topics.reason)
            self.panel.show_face().refused("Messages cannot be shown", reason)
        elif isinstance(snapshot.topics, Loading):
            self.panel.show_face().reading("messages", plain(snapshot.topics.problem))

    def begin(self, partitions: int | None = None) -> None:
        """Read from the place and through the filter that were asked for."""
        before = self._browser
        known = partitions or self.topics().get(self._topic, 0)
        count = known or (before.partition_count if before else 0)
        keep = self._filter(self._search)
        is_decoding = self.schemas is not None and keep is not None and keep.decodes
        browser: Browser

        def changed() -> None:
            self.post_message(self.BrowserChanged(browser))

        browser = self._browser = Browser(
            self.host.source,
            self._topic,
            range(count),
            changed,
            place=None if self._place is None else self._place[1],
            keep=keep,
            prepare=self.schemas.prepare if self.schemas and is_decoding else None,
        )
        self.reading(browser.begin)
        self.show()

    @work(group="messages", exclusive=True, exit_on_error=False)
    async def reading(self, page: Callable[[], Awaitable[None]]) -> None:
        """Let a browser read; what it finds comes by messages."""
        await page()

    def show(self) -> None:
        """Draw what the browser holds."""
        if self._browser is None or not self.is_mounted or not self.is_active:
            return
        frame = self.host.frame()
        now_ms = self.host.source.clock.wall_ms()
        remark = text_remark(self._search)
        self.panel.show(self._browser, frame.times, now_ms, frame.keymap, self._terms(), remark)

    def _terms(self) -> tuple[str, ...]:
        terms = []
        if self._search:
            how = "find as text" if text_remark(self._search) else "find"
            terms.append(f"{how} {plain(self._search, limit=SAID_MAX)}")
        if self._place is not None:
            terms.append(f"at {plain(self._place[0], limit=SAID_MAX)}")
        return tuple(terms)

    def _filter(self, text: str) -> RecordFilter | None:
        """The filter of a text. Raises ExpressionError."""
        now_ms = self.host.source.clock.wall_ms()
        return record_filter(text, now_ms, self._topic, self.schemas)

    def _tell_wanted(self) -> None:
        self.post_message(self.SchemasWanted())

    def show_decoded(self) -> None:
        self.panel.forget_rows()
        self.show()

    @on(BrowserChanged)
    def show_change(self, message: BrowserChanged) -> None:
        if message.browser is self._browser:
            self.show()

    @on(RecordTable.BeyondEdge)
    def read_more(self, message: RecordTable.BeyondEdge) -> None:
        browser = self._browser
        if browser is None or browser.is_reading or browser.is_live:
            return
        self.reading(browser.older if message.is_below else browser.newer)

    @on(VTable.RowOpened)
    def open(self) -> None:
        hit = self.hit
        if hit is not None:
            self.app.push_screen(RecordScreen(self.host, hit, self.neighbour, self.schemas))

    def neighbour(self, hit: Hit, steps: int) -> Hit | None:
        """The record so many rows beneath or above another; the cursor goes there."""
        records = self.panel.records
        keys = records.shown_keys
        here = row_key(name_of(hit))
        at = keys.index(here) + steps if here in keys else -1
        if not 0 <= at < len(keys) or self._browser is None:
            return None
        records.move_to(keys[at])
        return self._browser.hit(name_of_row(keys[at]))

    @on(RecordTable.CopyWanted)
    def copy_row(self) -> None:
        self.action_copy_value()

    def shown_hits(self) -> list[Hit]:
        """The records of the rows that are shown, in their order."""
        browser = self._browser
        hits = [] if browser is None else [browser.hit(name) for name in self.panel.shown_names]
        return [hit for hit in hits if hit is not None]

    def original(self) -> tuple[Original, str] | None:
        """All that the search finds; what is shown while it is filtered or followed."""
        browser, shown = self._browser, self.shown_hits()
        if browser is None:
            return None
        topic = plain(self._topic, limit=SAID_MAX)
        if browser.is_live or self.panel.is_filtered:
            return (Chosen(shown), f"of {topic} that are shown") if shown else None
        # What was stopped may have found nothing yet.
        if not shown and not browser.is_reading and not browser.goes_on:
            return None
        return Found(browser.search), " · ".join([f"of {topic}", *self._terms()])

    def action_more(self) -> None:
        browser = self._browser
        if browser is None or browser.is_reading or browser.is_live:
            return
        if browser.goes_on:
            self.reading(browser.go_on)
        elif browser.has_older:
            self.reading(browser.older)

    async def action_reload(self) -> None:
        """Read anew; without a topic yet, ask the cluster for it."""
        if self._browser is None:
            await self.run_action("app.refresh")
        else:
            self.begin()

    def action_tail(self) -> None:
        """Follow what is written; again: pause or go on."""
        browser = self._browser
        if browser is None:
            return
        if browser.is_live:
            browser.pause()
        else:
            browser.stop()
            self._place = None
            self.reading(browser.follow)

    def action_seek(self) -> None:
        text = self._place[0] if self._place is not None else ""
        self.panel.ask.ask(SEEK, SEEK_HINT, text)

    def action_search(self) -> None:
        self.panel.ask.ask(SEARCH, SEARCH_HINT, self._search, text_remark)

    @on(AskLine.Asked)
    def take_answer(self, message: AskLine.Asked) -> None:
        """Go where was asked for; what is not understood stays, with the reason."""
        message.stop()
        text = message.text.strip()
        try:
            if message.question == SEEK:
                self._place = (text, self._sought(text)) if text else None
            else:
                self._filter(text)
                self._search = text
        except ExpressionError as error:
            self.panel.ask.line.cursor_position = max(0, error.column - 1)
            self.panel.ask.complain(str(error))
        except ValueError as error:
            self.panel.ask.complain(str(error))
        else:
            self._leave_line()
            if self._browser is not None:
                self.begin()

    def _sought(self, text: str) -> Seek:
        """The place of a text. Raises ValueError."""
        seek = parse_seek(text, self.host.source.clock.wall_ms())
        count = self._browser.partition_count if self._browser is not None else 0
        for partition in seek.of:
            if partition >= count:
                raise ValueError(f"partitions are 0 to {count - 1}, there is no {partition}")
        return seek

    def _leave_line(self) -> bool:
        was_open = self.panel.ask.close()
        if was_open:
            if self.panel.records.display:
                self.panel.records.focus()
            else:
                self.set_focus(None)
        return was_open

    def close_one(self) -> bool:
        """Close the line, end what is under way, clear the filter, then the search."""
        browser = self._browser
        if self._leave_line():
            return True
        if browser is not None and browser.can_be_stopped:
            browser.stop()
            return True
        if super().close_one():
            return True
        if not self._search:
            return False
        self._search = ""
        self.begin()
        return True
