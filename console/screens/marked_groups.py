"""What can be done to all groups that are marked. Where none is, it is the act on one group."""

from console.acts.job import Job
from console.forms.reset_offsets import Drafts, ResetForm
from console.port.errors import GroupIsActive
from console.resets.drafting import hindrance_of
from console.screens.group_acts import GroupActsScreen
from console.screens.resets_preview import ResetsPreview


class MarkedGroups(GroupActsScreen):
    """The acts on groups, where several may be marked."""

    @property
    def marked_groups(self) -> tuple[str, ...]:
        """The groups that are marked; there may be none."""
        return ()

    def action_delete_group(self) -> None:
        names = self.marked_groups
        if not names:
            super().action_delete_group()
            return
        host, types = self.host, {name: self.group_type(name) for name in names}
        reads, writes = host.reads, host.writes

        async def delete(name: str) -> None:
            hindrance = await hindrance_of(name, types[name], reads)
            if hindrance:
                raise GroupIsActive(hindrance)
            await writes.delete_group(name)

        job = Job("Delete groups", "group", "deleted", names, delete)
        said = (
            f"{job.many} will be gone with their positions, those with members excepted. Consumers "
            "that join them later begin where their auto.offset.reset says:"
        )
        self.do_to_all(job, said)

    def action_export_positions(self) -> None:
        names = self.marked_groups
        if names:
            self.offer_export(names)
        else:
            super().action_export_positions()

    def action_reset_offsets(self) -> None:
        names = self.marked_groups
        if not names:
            super().action_reset_offsets()
            return
        host, frame = self.host, self.host.frame()

        def show(drafts: Drafts) -> None:
            preview = ResetsPreview(drafts, host.reads, host.writes, frame.keymap, frame.care)
            self.app.push_screen(preview, close)

        def close(done: frozenset[str] | None) -> None:
            self.unmark(done or ())
            if done and form.is_attached:
                form.dismiss(None)

        types = {name: self.group_type(name) for name in names}
        form = ResetForm(types, host.reads, host.journal.clock, frame.keymap, show, frame.care)
        self.app.push_screen(form)
