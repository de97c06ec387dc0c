"""What takes records from a topic for good: it is emptied, or deleted.

The question says how many records go. It asks the cluster for that when it opens: the figures of
the list may be old. It waits for no answer, though: the name can be typed at once.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from textual import work

from console.acts.job import NotDone
from console.keys.actions import ACTIONS
from console.model import units
from console.model.care import Weight
from console.model.section import LOADING, Ready, Stale, content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.topic import Topic
from console.port.cluster import Reads, Writes
from console.port.errors import ClusterError
from console.sampling.stake import UNCOUNTED, stakes_of
from console.screens.list_acts import ListActs

if TYPE_CHECKING:
    from console.widgets.confirm import ConfirmDialog

READERS_MAX = 4
"""Groups that are named in a question."""
READER_MAX = 40
OLD_S = 10
"""A reading of groups that is older says how old it is."""


class TopicLoss(ListActs):
    """Emptying and deleting the topic under the cursor, or a named one."""

    def action_empty_topic(self, topic: str = "") -> None:
        """Ask for the topic's name; its records go when it was typed."""
        name = self._named(topic, "empty_topic")
        row = self._row(name)
        if row is None:
            return
        shown = plain(name)
        typed = self.host.frame().care.typed_name(Weight.NAME, shown)
        what = "its name" if typed == shown else f"{typed}"
        text = (
            f"{UNCOUNTED} of {shown} will be gone for good; the topic, its configuration and "
            f"the offsets of its groups stay. Type {what} to empty it."
        )
        count, writes = row.partition_count, self.host.writes

        def empty_it(is_agreed: bool | None) -> None:
            if is_agreed:
                self.see_through("empty topic", self.empty_topic(name, count, writes))

        self.tell_stake(self.ask("Empty topic", text, typed, empty_it), [name], self.host.reads)

    async def empty_topic(self, name: str, partitions: int, writes: Writes) -> None:
        """Delete the records of every partition up to its end, and say how that went."""
        from console.acts.emptying import empty

        shown = plain(name)
        try:
            await empty(name, partitions, writes)
        except ClusterError as error:
            self.tell_failed(error, f"{shown} is not emptied", f"{shown} may be emptied")
        except NotDone as error:
            title = f"{shown} is not emptied wholly"
            self.notify(str(error), title=title, severity="error", timeout=10, markup=False)
        else:
            self.notify(f"{shown} is empty", markup=False)

    def action_delete_topic(self) -> None:
        """Ask for the topic's name; the topic goes when it was typed."""
        name = self.subject
        if name is None:
            return
        shown = plain(name)
        typed = self.host.frame().care.typed_name(Weight.NAME, shown)
        what = "its name" if typed == shown else f"{typed}"
        parts = [
            f"{UNCOUNTED} of {shown} will be gone.",
            _readers_said(self.host.snapshot, name, self.host.journal.clock.wall_ms()),
            f"Type {what} to delete it.",
        ]
        text = " ".join(filter(None, parts))
        writes = self.host.writes

        def delete(is_agreed: bool | None) -> None:
            if is_agreed:
                self.see_through("delete topic", self.delete_topic(name, writes))

        self.tell_stake(self.ask("Delete topic", text, typed, delete), [name], self.host.reads)

    @work(group="stake", exclusive=True, exit_on_error=False)
    async def tell_stake(
        self, dialog: "ConfirmDialog", topics: Collection[str], reads: Reads
    ) -> None:
        """Ask the cluster how many records a question is about, and say so in it."""
        said = UNCOUNTED
        async for stake in stakes_of(topics, reads):
            dialog.say_instead(said, stake.said)
            said = stake.said

    async def delete_topic(self, name: str, writes: Writes) -> None:
        """Delete a topic and say how that went."""
        shown = plain(name)
        try:
            await writes.delete_topic(name)
        except ClusterError as error:
            self.tell_failed(error, f"{shown} stays", f"{shown} may be deleted")
        else:
            self.notify(f"{shown} is deleted", markup=False)
            self.leave_deleted(name)

    def _named(self, topic: str, method: str) -> str:
        """The topic that was named or is under the cursor; says what to do when there is none."""
        name = topic or self.subject or ""
        if not name:
            names = [each.palette[0] for each in ACTIONS if each.method == method and each.palette]
            hint = f": name it, :{names[0]} TOPIC" if names else ""
            self.notify(f"No topic is chosen here{hint}", severity="warning", markup=False)
        return name

    def _row(self, name: str) -> Topic | None:
        """What is known of a topic; None when it is not on the list."""
        snapshot = self.host.snapshot
        topics = content(snapshot.topics) if snapshot is not None else None
        return next((each for each in topics or () if each.name == name), None)


def _readers_said(snapshot: Snapshot | None, topic: str, now_ms: int) -> str:
    """Which groups have members that read a topic, as far as that is known; empty for none."""
    section = snapshot.groups if snapshot is not None else LOADING
    if not isinstance(section, Ready | Stale):
        return ""
    names = [plain(group.name, limit=READER_MAX) for group in section.value if group.reads(topic)]
    if not names:
        return ""
    more = len(names) - READERS_MAX
    listed = ", ".join(names[:READERS_MAX]) + (f" and {more:,} more" if more > 0 else "")
    one, many = "A group with live members reads it", "Groups with live members read it"
    age_s = (now_ms - section.at_ms) / 1000
    seen = f" (seen {units.duration(age_s)} ago)" if age_s >= OLD_S else ""
    return f"{one if len(names) == 1 else many}{seen}: {listed}."
