"""The form that gives a topic more partitions, and says what that does to keys."""

from functools import partial

from textual.content import Content

from console.forms.create_topic import PARTITIONS_MAX
from console.forms.field_line import whole_field
from console.forms.tried_form import Change, TriedForm
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.cluster import Writes
from console.widgets import symbols

WARNING = (
    "The partition of a key follows from their number: new records of a key go to another "
    "partition than its old ones, and are no more in one order with them. Partitions cannot be "
    "taken away again."
)


class AddPartitionsForm(TriedForm):
    """Raises the number of partitions of one topic."""

    def __init__(
        self, writes: Writes, topic: str, count: int, keymap: Keymap, care: Care = USUAL
    ) -> None:
        """`count` is how many partitions there are."""
        self._writes = writes
        self._topic = topic
        self._count = count
        shown = plain(topic)
        field = whole_field(
            "partitions",
            "Partitions",
            count + 1,
            max(PARTITIONS_MAX, count + 1),
            help="how many there will be in all; records stay where they are",
            value=str(count + 1),
        )
        super().__init__(
            f"Add partitions to {shown}",
            (field,),
            "adds",
            keymap=keymap,
            care=care,
            subject=shown,
            note=Content.styled(f"{symbols.WARNING} {WARNING}", "$warning"),
        )

    def effect(self) -> str:
        total = self.whole_of("partitions")
        return f"{self._count:,} → {total:,} partitions, {total - self._count:,} of them new"

    def change(self) -> Change:
        return partial(self._writes.add_partitions, self._topic, self.whole_of("partitions"))

    def told(self) -> str:
        return f"{plain(self._topic)} has {self.whole_of('partitions'):,} partitions"
