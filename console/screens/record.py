"""One record: its value as JSON, text or hex, its headers and its key; cut until asked for full."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from console.keys.actions import Scope
from console.messages.holding import WAITING, holder_told
from console.messages.lane import Hit
from console.messages.schemas import Schemas
from console.model.snapshot import Snapshot
from console.panels.record import (
    Leaf,
    RecordHead,
    RecordPanel,
    Shown,
    decode_of,
    size_to_show,
    turned_to,
)
from console.screens.hits import HitScreen
from console.screens.routes import Host

Neighbour = Callable[[Hit, int], Hit | None]


class RecordScreen(HitScreen):
    """Left and right turn from view to view, Enter opens what is cut."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TEXT, Scope.RECORD)
    KIND: ClassVar[str] = "messages"

    @dataclass
    class Opened(Message):
        """A leaf was laid out in full."""

        hit: Hit
        shown: Shown

    @dataclass
    class HolderTold(Message):
        """The partition said which transaction holds a record."""

        hit: Hit
        said: str

    def __init__(
        self,
        host: Host,
        hit: Hit,
        neighbour: Neighbour = lambda hit, steps: None,
        schemas: Schemas | None = None,
    ) -> None:
        """`neighbour` is the record so many rows further on in the list that this one is of."""
        super().__init__(host, schemas)
        self._hit = hit
        self._neighbour = neighbour
        self._shown: Shown | None = None
        self._holder = ""
        self._was_turned = False
        """A view was asked for, not the one that suits."""

    @property
    def hit(self) -> Hit:
        return self._hit

    @property
    def detail(self) -> str:
        return self._hit.key.topic

    @property
    def subject(self) -> str | None:
        return self._hit.key.topic

    def compose_body(self) -> ComposeResult:
        yield RecordHead()
        yield RecordPanel()

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RecordPanel).view.focus()
        self._turn_to(self._turned(self._hit, None))
        self._ask_for_holder()

    def draw(self, snapshot: Snapshot) -> None:
        self._say()

    def action_leaf(self, steps: int) -> None:
        """Show the next view, or the one before, round and round."""
        if self._shown is not None:
            leaves = list(Leaf)
            at = leaves.index(self._shown.leaf) + steps
            self._turn_to(self._turned(self._hit, leaves[at % len(leaves)]))

    @on(RecordHead.LeafWanted)
    def turn_to_leaf(self, message: RecordHead.LeafWanted) -> None:
        self._turn_to(turned_to(self._hit, message.leaf))

    def action_record(self, steps: int) -> None:
        """Show the next record of the list, or the one before, in the same view where it has it."""
        found = self._neighbour(self._hit, steps)
        if found is None:
            self.notify("The list ends here", timeout=2)
            return
        shown, self._hit = self._shown, found
        stays = shown is not None and shown.leaf in (Leaf.HEX, Leaf.HEADERS, Leaf.KEY)
        self._holder = ""
        self._turn_to(self._turned(found, shown.leaf if shown is not None and stays else None))
        self._ask_for_holder()

    def action_full(self) -> None:
        if self._shown is not None and self._shown.rendered.is_cut:
            self.open_full(self._shown.leaf)

    @work(group="record", exclusive=True, exit_on_error=False)
    async def open_full(self, leaf: Leaf) -> None:
        """Lay out all of a leaf, beside the loop: it may be large."""
        hit = self._hit
        limit = max(1, size_to_show(hit, leaf))
        shown = await asyncio.to_thread(
            turned_to, hit, leaf, limit_bytes=limit, schemas=self.schemas
        )
        self.post_message(self.Opened(hit, shown))

    @on(Opened)
    def show_full(self, message: Opened) -> None:
        """Show it, unless something else is looked at meanwhile."""
        is_meant = message.hit is self._hit
        if is_meant and self._shown is not None and message.shown.leaf is self._shown.leaf:
            self._turn_to(message.shown)

    def _ask_for_holder(self) -> None:
        if self._hit.record.standing in WAITING:
            self.find_holder(self._hit)

    @work(group="holder", exclusive=True, exit_on_error=False)
    async def find_holder(self, hit: Hit) -> None:
        """Ask the partition which transaction holds a record."""
        said = await holder_told(hit.key, hit.record.offset, self.host.source.offsets)
        self.post_message(self.HolderTold(hit, said))

    @on(HolderTold)
    def show_holder(self, message: HolderTold) -> None:
        """Say it, unless another record is looked at meanwhile."""
        if message.hit is self._hit:
            self._holder = message.said
            self._say()

    def show_decoded(self) -> None:
        """Show the view again; of bytes that no view was chosen for the one that suits now."""
        shown = self._shown
        if shown is None:
            return
        is_bytes = shown.leaf is Leaf.HEX and not self._was_turned
        self._turn_to(self._turned(self._hit, None if is_bytes else shown.leaf))

    def _turned(self, hit: Hit, leaf: Leaf | None) -> Shown:
        self._was_turned = leaf is not None
        return turned_to(hit, leaf, schemas=self.schemas)

    def _turn_to(self, shown: Shown) -> None:
        self._shown = shown
        full_key = self.host.frame().keymap.first_key("record.full")
        self.query_one(RecordPanel).show(shown, full_key)
        self._say()
        if self.schemas is not None and self.schemas.has_wanted:
            self.post_message(self.SchemasWanted())

    def _say(self) -> None:
        if self._shown is not None:
            times, now_ms = self.host.frame().times, self.host.source.clock.wall_ms()
            head, decode = self.query_one(RecordHead), decode_of(self.schemas)
            head.show(self._hit, self._shown, times, now_ms, decode, self._holder)
