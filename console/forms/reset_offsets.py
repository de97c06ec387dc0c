"""The form that says where the positions of groups should go. It changes nothing by itself.

Of several groups some may have no plan, with the reason; the others go on.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from textual import work

from console.acts.job import counted
from console.forms.field_line import FormField
from console.forms.fields import FieldFault
from console.forms.form import Form
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.clock import Clock
from console.port.errors import ClusterError
from console.port.readings import LayoutReading
from console.resets.aim import Aim, parse_aim
from console.resets.drafting import CannotPlan, Draft, NotThere, Reads, Wish, drafted, layout_for
from console.resets.extent import Extent, parse_extent
from console.widgets import symbols

Drafts: TypeAlias = Mapping[str, Draft | str]
"""By group: the plan, or why there is none, safe to show."""

SCOPE_HINT = "all, or name topics here"
SCOPE_HELP = "all, topics, or some partitions of them: orders:0,2 mails"
AIM_HELP = "what lies beyond a log becomes its edge; a preview comes first"


def extent_of(text: str) -> Extent:
    """The partitions that were typed. Raises FieldFault."""
    try:
        return parse_extent(text)
    except ValueError as error:
        raise FieldFault(str(error)) from None


def aim_of(text: str, now_ms: int) -> Aim:
    """The place that was typed. Raises FieldFault."""
    try:
        return parse_aim(text, now_ms)
    except ValueError as error:
        raise FieldFault(str(error)) from None


class ResetForm(Form):
    """Asks what the reset would do and lets it be shown; what was typed stays meanwhile."""

    IS_HARMLESS = True

    def __init__(
        self,
        groups: Mapping[str, str],
        reads: Reads,
        clock: Clock,
        keymap: Keymap,
        show: Callable[[Drafts], None],
        care: Care = USUAL,
    ) -> None:
        """`groups` are names with the types that their coordinators list; at least one."""
        fields = (
            FormField("scope", "Partitions", SCOPE_HINT, extent_of, help=SCOPE_HELP, value="all"),
            FormField(
                "to",
                "To",
                "earliest, latest, -1h, 120, +10, group X, file X",
                lambda text: aim_of(text, 0),
                help=AIM_HELP,
            ),
        )
        name = next(iter(groups))
        what = plain(name, limit=40) if len(groups) == 1 else counted(len(groups), "group")
        title = f"Reset offsets of {what}"
        super().__init__(title, fields, "previews", keymap=keymap, care=care, first="to")
        self._groups = dict(groups)
        self._reads = reads
        self._clock = clock
        self._show = show

    def wishes(self) -> list[Wish]:
        """What the fields say of each group; raises FieldFault where one is wrong."""
        aim = aim_of(self.text_of("to"), self._clock.wall_ms())
        extent = extent_of(self.text_of("scope"))
        return [Wish(name, kind, aim, extent) for name, kind in self._groups.items()]

    def proceed(self) -> None:
        """A preview changes nothing: whether to do it is asked there."""
        self.send()

    def send(self) -> None:
        self.draft(self.wishes())

    @work(group="form", exclusive=True, exit_on_error=False)
    async def draft(self, wishes: list[Wish]) -> None:
        """Make the plans and let them be shown, or say why there is none."""
        self.is_sending = True
        drafts: dict[str, Draft | str] = {}
        try:
            layout = await layout_for(wishes, self._reads)
            for number, wish in enumerate(wishes, 1):
                of = f", group {number:,} of {len(wishes):,}" if len(wishes) > 1 else ""
                self.answer(f"Asking the cluster{of} …", "busy")
                drafts[wish.group] = await self._drafted(wish, layout)
        except NotThere as error:
            self.refuse("scope", str(error))
            return
        except ClusterError as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
            return
        finally:
            self.is_sending = False
        reasons = [each for each in drafts.values() if isinstance(each, str)]
        if len(reasons) == len(drafts):
            self.answer(f"{symbols.ERROR} {reasons[0]}", "error")
            return
        self.answer("", "ok")
        self._show(drafts)

    async def _drafted(self, wish: Wish, layout: LayoutReading | None) -> Draft | str:
        try:
            return await drafted(wish, self._reads, layout)
        except NotThere:
            raise
        except (ClusterError, CannotPlan) as error:
            return plain(str(error))
