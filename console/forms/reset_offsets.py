"""The form that says where the positions of a group should go. It changes nothing by itself."""

from collections.abc import Callable

from textual import work

from console.forms.fields import FieldFault
from console.forms.form import Form, FormField
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.clock import Clock
from console.port.errors import ClusterError
from console.resets.aim import Aim, parse_aim
from console.resets.drafting import CannotPlan, Draft, Reads, Wish, drafted
from console.resets.extent import Extent, parse_extent
from console.widgets import symbols

SCOPE_HELP = "all, a topic, or some partitions of one: orders:0,2"
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

    def __init__(
        self,
        group: str,
        group_type: str,
        reads: Reads,
        clock: Clock,
        keymap: Keymap,
        show: Callable[[Draft], None],
        care: Care = USUAL,
    ) -> None:
        fields = (
            FormField("scope", "Partitions", "all", extent_of, help=SCOPE_HELP, value="all"),
            FormField(
                "to",
                "To",
                "earliest, latest, -1h, 120, +10, group X, file X",
                lambda text: aim_of(text, 0),
                help=AIM_HELP,
            ),
        )
        title = f"Reset offsets of {plain(group, limit=40)}"
        super().__init__(title, fields, "previews", keymap=keymap, care=care, first="to")
        self._group = group
        self._group_type = group_type
        self._reads = reads
        self._clock = clock
        self._show = show

    def wish(self) -> Wish:
        """What the fields say; raises FieldFault where one is wrong."""
        aim = aim_of(self.text_of("to"), self._clock.wall_ms())
        return Wish(self._group, self._group_type, aim, extent_of(self.text_of("scope")))

    def proceed(self) -> None:
        """A preview changes nothing: whether to do it is asked there."""
        self.send()

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.draft(self.wish())

    @work(group="form", exclusive=True, exit_on_error=False)
    async def draft(self, wish: Wish) -> None:
        """Make the plan and let it be shown, or say why there is none."""
        self.is_sending = True
        try:
            draft = await drafted(wish, self._reads)
        except (ClusterError, CannotPlan) as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
            return
        finally:
            self.is_sending = False
        self.answer("", "ok")
        self._show(draft)
