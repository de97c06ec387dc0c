"""The lag of the groups that are furthest behind, over time."""

from textual.app import ComposeResult

from console.model import units
from console.model.group import Group
from console.model.series import Series
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels.faces import age_remark, shown_value
from console.widgets.charts import Curve, LineChart, bounds
from console.widgets.face import Face
from console.widgets.panel import Panel

GROUPS_SHOWN = 3
LABEL_MAX = 18
CHART_LINES = 8
"""Lines of a box from which on a chart tells more than that something moves."""


def curve_of(group: Group) -> Curve:
    """A group's lag as a curve."""
    shown = units.count(group.lag_total.amount)
    if group.lag_total.unknown:
        shown += f" +{group.lag_total.unknown}?"
    return Curve(plain(group.name, limit=LABEL_MAX), group.lag_history, shown)


def span_of(*several: Series) -> str:
    """How far back some series reach together: `51s`."""
    first_ms, last_ms = bounds(several)
    return units.duration((last_ms - first_ms) / 1000) if last_ms > first_ms else ""


class LagChartPanel(Panel):
    """Consumer lag in a box: the top groups, or those that are named."""

    def __init__(
        self, title: str = "Consumer lag", *, names: tuple[str, ...] = (), id: str | None = None
    ) -> None:
        super().__init__(title, id=id, classes="chart")
        self._names = names
        self._chart = LineChart(units.count)
        self._face = Face()

    @property
    def lines_needed(self) -> int:
        return CHART_LINES

    def compose(self) -> ComposeResult:
        yield self._chart
        yield self._face

    def show(self, snapshot: Snapshot) -> None:
        """Draw the lag of a snapshot's groups."""
        groups = shown_value(
            snapshot.groups, what="lag", face=self._face, banner=None, now_ms=snapshot.at_ms
        )
        self._chart.display = groups is not None
        if groups is None:
            self.remark("")
            return
        top = self._chosen(groups)
        if not top:
            self._chart.display = False
            self.remark("")
            self._face.empty("No group reads yet", "lag appears with the first commit")
            return
        self._chart.show(
            [curve_of(group) for group in top], span_of(*(group.lag_history for group in top))
        )
        age = age_remark(snapshot.groups, snapshot.at_ms)
        which = "" if self._names else "furthest behind"
        self.remark(age, which, is_warning=bool(age))

    def _chosen(self, groups: tuple[Group, ...]) -> list[Group]:
        if self._names:
            return [group for group in groups if group.name in self._names]
        read = [group for group in groups if group.is_enriched]
        read.sort(key=lambda group: (-group.lag_total.amount, group.name))
        return read[:GROUPS_SHOWN]
