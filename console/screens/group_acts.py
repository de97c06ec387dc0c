"""What can be done to a group from any screen that has one under the hand."""

from collections.abc import Sequence

from textual import work

from console.forms.export_positions import ExportPositionsForm
from console.forms.reset_offsets import Drafts, ResetForm
from console.model.care import Weight
from console.model.group import Group
from console.model.names import TopicPartition
from console.model.section import content
from console.model.text import plain
from console.port.cluster import Reads, Writes
from console.port.errors import ClusterError
from console.resets.drafting import Draft, hindrance_of, positions_of
from console.screens.base import ConsoleScreen
from console.screens.reset_preview import ResetPreview


class GroupActsScreen(ConsoleScreen):
    """A screen from which a group is reset, deleted, exported, or made to forget a topic."""

    @property
    def group_name(self) -> str | None:
        """The group that is meant; None when there is none."""
        return None

    @property
    def topic_of_group(self) -> str | None:
        """The topic of the group that is meant; None when there is none."""
        return None

    def group_type(self, name: str) -> str:
        """The kind of a group, as its coordinator lists it."""
        snapshot = self.host.snapshot
        groups: Sequence[Group] = (content(snapshot.groups) if snapshot else None) or ()
        return next((each.group_type for each in groups if each.name == name), "classic")

    def action_reset_offsets(self) -> None:
        """Ask where to, then show what it would do."""
        name = self.group_name
        if name is None:
            self._say_none()
            return
        host, frame = self.host, self.host.frame()

        def show(drafts: Drafts) -> None:
            draft = drafts[name]
            assert isinstance(draft, Draft), "without a plan nothing is shown"
            preview = ResetPreview(draft, host.reads, host.writes, frame.keymap, frame.care)

            def close(was_done: bool | None) -> None:
                if was_done and form.is_attached:
                    form.dismiss(None)

            self.app.push_screen(preview, close)

        groups = {name: self.group_type(name)}
        form = ResetForm(groups, host.reads, host.journal.clock, frame.keymap, show, frame.care)
        self.app.push_screen(form)

    def action_export_positions(self) -> None:
        """Ask for a file and write the positions to it."""
        name = self.group_name
        if name is None:
            self._say_none()
        else:
            self.offer_export([name])

    def offer_export(self, names: Sequence[str]) -> None:
        """Ask for a file for the positions of these groups."""
        form = ExportPositionsForm(names, self.host.reads, self.host.frame().keymap)
        self.app.push_screen(form)

    def action_delete_group(self) -> None:
        name = self.group_name
        if name is None:
            self._say_none()
        else:
            host = self.host
            self.ask_to_delete_group(name, self.group_type(name), host.reads, host.writes)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def ask_to_delete_group(
        self, name: str, group_type: str, reads: Reads, writes: Writes
    ) -> None:
        """Ask for the group's name, unless it has members; it goes when that was typed."""
        shown = plain(name)
        try:
            hindrance = await hindrance_of(name, group_type, reads)
        except ClusterError as error:
            hindrance = plain(error.reason)
        if hindrance:
            self._say_stays(shown, hindrance)
            return
        typed = self.host.frame().care.typed_name(Weight.NAME, shown)
        what = "its name" if typed == shown else typed
        text = (
            f"Group {shown} will be gone with its positions. Consumers that join it later begin "
            f"where their auto.offset.reset says. Type {what} to delete it."
        )

        def delete(is_agreed: bool | None) -> None:
            if is_agreed:
                self.see_through("delete group", self.delete_group(name, writes))

        self.ask("Delete group", text, typed, delete)

    async def delete_group(self, name: str, writes: Writes) -> None:
        """Delete a group and say how that went."""
        shown = plain(name)
        try:
            await writes.delete_group(name)
        except ClusterError as error:
            self.tell_failed(error, f"{shown} stays", f"{shown} may be deleted")
        else:
            self.notify(f"{shown} is deleted", markup=False)
            self.leave_deleted(name)

    def action_delete_offsets(self) -> None:
        """Ask for the topic's name; the group forgets the topic when it was typed."""
        name, topic = self.group_name, self.topic_of_group
        if name is None or topic is None:
            self.notify("Put the cursor on a topic of the group first")
            return
        shown, group = plain(topic), plain(name)
        typed = self.host.frame().care.typed_name(Weight.NAME, shown)
        what = "the topic's name" if typed == shown else typed
        text = (
            f"{group} will have no position in {shown} any more, as if it had never read it. "
            f"Type {what} to delete its positions there."
        )
        reads, writes = self.host.reads, self.host.writes

        def forget(is_agreed: bool | None) -> None:
            if is_agreed:
                self.see_through("forget topic", self.forget(name, topic, reads, writes))

        self.ask("Delete positions", text, typed, forget)

    async def forget(self, name: str, topic: str, reads: Reads, writes: Writes) -> None:
        """Delete the positions of a group in a topic and say how that went."""
        shown = f"{plain(name)} on {plain(topic)}"
        try:
            positions = await positions_of(name, reads)
            keys: list[TopicPartition] = sorted(key for key in positions if key.topic == topic)
            if not keys:
                self.notify(f"{plain(name)} has no position in {plain(topic)}", markup=False)
                return
            results = await writes.delete_offsets(name, keys)
        except ClusterError as error:
            self.tell_failed(error, f"{shown} stays", f"{shown} may be deleted")
            return
        failed = [each for each in results.values() if each is not None]
        if failed:
            reason = f"{len(failed):,} of {len(keys):,} refused: {plain(failed[0].of_change)}"
            self._say_stays(shown, reason)
        else:
            many = "s" if len(keys) != 1 else ""
            self.notify(f"{len(keys):,} position{many} of {shown} deleted", markup=False)

    def _say_none(self) -> None:
        self.notify("Put the cursor on a group first")

    def _say_stays(self, shown: str, reason: str) -> None:
        self.notify(reason, title=f"{shown} stays", severity="error", timeout=8, markup=False)
