"""The saved clusters: how each is reached, how careful to be with it, and what works there."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from console.model.care import Care
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.port.capabilities import Capabilities
from console.port.clusters import SavedCluster, Trial
from console.widgets import symbols
from console.widgets.columns import Column
from console.widgets.mark_table import MarkTable
from console.widgets.palette import Role
from console.widgets.panel import Panel
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Row

COLUMNS = (
    Column("cluster", "CLUSTER", 12, is_flex=True, width_max=32),
    Column("state", "STATE", 20),
    Column("care", "CARE", 23, priority=1),
    Column("protection", "PROTECTION", 25, priority=2),
    Column("address", "ADDRESS", 20, is_flex=True, width_max=60, priority=3),
)
ADDRESS_CHARACTERS_MAX = 200
REMARK_CHARACTERS_MAX = 64

Trials = Mapping[str, Trial | None]
"""What came of trying clusters, by name; None while one is being tried."""


def cluster_row(saved: SavedCluster, *, state: Cell, is_current: bool, number: int) -> Row:
    """One cluster as a row; rows stand in the order of the configuration."""
    name = plain(saved.name, limit=60)
    return Row(
        saved.name,
        (
            Cell(name, Role.STRONG if is_current else Role.TEXT, " ← here" if is_current else ""),
            state,
            care_cell(saved.care),
            cells.muted(saved.protection),
            cells.muted(plain(saved.address, limit=ADDRESS_CHARACTERS_MAX)),
        ),
        (number, state.text, care_words(saved.care), saved.protection, saved.address),
    )


def care_words(care: Care) -> str:
    """`production, read only`, or nothing."""
    words = ("production" if care.is_production else "", "read only" if care.is_read_only else "")
    return ", ".join(filter(None, words))


def care_cell(care: Care) -> Cell:
    if care.is_production:
        return Cell(f"{symbols.ERROR} {care_words(care)}", Role.ERROR)
    return Cell(care_words(care), Role.WARNING)


def state_cell(name: str, trials: Trials, snapshot: Snapshot, *, is_current: bool) -> Cell:
    """How a cluster stands: the one in use by its link, another by its trial."""
    if is_current:
        connection = snapshot.connection
        return cells.state(connection.state.severity, connection.state.value)
    if name not in trials:
        return cells.muted("not tried")
    trial = trials[name]
    if trial is None:
        return cells.muted("trying …")
    if trial.failure:
        return cells.state(Severity.ERROR, "cannot be had")
    return cells.state(Severity.OK, f"answered in {latency(trial.answered_ms)}")


def latency(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


class ClustersPanel(TablePanel):
    """Every cluster that can be opened."""

    def __init__(self) -> None:
        super().__init__("Clusters", COLUMNS, noun="cluster", table_type=MarkTable)

    def show(
        self,
        saved: tuple[SavedCluster, ...],
        current: SavedCluster,
        trials: Trials,
        snapshot: Snapshot,
    ) -> None:
        """Draw the clusters with what is known of each."""
        self.set_rows(
            [
                cluster_row(
                    each,
                    state=state_cell(
                        each.name, trials, snapshot, is_current=each.name == current.name
                    ),
                    is_current=each.name == current.name,
                    number=number,
                )
                for number, each in enumerate(saved)
            ]
        )


class TrialPanel(Panel):
    """What came of trying one cluster: why it cannot be had, or what works and what does not."""

    DEFAULT_CSS = """
    TrialPanel Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__("Trial")
        self._lines = Static()
        self._shown = Content("")

    def compose(self) -> ComposeResult:
        yield self._lines

    def show(self, saved: SavedCluster | None, trials: Trials, key: str) -> None:
        """Draw the trial of a cluster; `key` is what tries it."""
        if saved is None:
            self.retitle("Trial")
            self.remark("")
            self._say(Content(""))
            return
        self.retitle(f"Trial of {plain(saved.name, limit=40)}")
        self.remark(plain(saved.address, limit=REMARK_CHARACTERS_MAX), saved.protection)
        if saved.name not in trials:
            hint = f"{key} connects to it beside the one in use and says what works there."
            self._say(Content.styled(hint if key else "Not tried yet.", "$muted"))
        else:
            self._say(trial_content(trials[saved.name]))

    def _say(self, content: Content) -> None:
        if content != self._shown:
            self._shown = content
            self._lines.update(content)


def trial_content(trial: Trial | None) -> Content:
    """The lines of a trial, each with its sign."""
    if trial is None:
        return Content.styled("Trying …", "$muted")
    if trial.failure:
        return _line(symbols.ERROR, "$error", plain(trial.failure))
    lines = [_line(symbols.OK, "$success", answered(trial))]
    offered = not_offered(trial.offered)
    if offered:
        lines.append(_line(symbols.INFO, "$muted", f"Not offered: {', '.join(offered)}"))
    if trial.rights is None:
        lines.append(_line(symbols.INFO, "$muted", "It does not tell what this user may do"))
    elif trial.missing:
        lines.append(_line(symbols.WARNING, "$warning", f"No right to {', '.join(trial.missing)}"))
    if trial.rights:
        lines.append(_line(symbols.OK, "$success", f"May {', '.join(trial.rights)}"))
    return Content("\n").join(lines)


def answered(trial: Trial) -> str:
    """`3 brokers answered in 41 ms · v4.1+ · KRaft`."""
    many = "s" if trial.brokers != 1 else ""
    words = [f"{trial.brokers} broker{many}, answered in {latency(trial.answered_ms)}"]
    words += [f"v{trial.offered.version}"] if trial.offered.version else []
    words += [trial.offered.mode] if trial.offered.mode else []
    return plain(" · ".join(words))


def not_offered(offered: Capabilities) -> list[str]:
    """What a cluster has no operation for, in words."""
    operations = {
        "sizes of disks": offered.describes_disks,
        "reading configurations": offered.describes_configs,
        "active producers": offered.describes_producers,
        "changing configurations": offered.alters_configs,
        "creating topics": offered.creates_topics,
        "deleting topics": offered.deletes_topics,
        "adding partitions": offered.adds_partitions,
        "deleting records": offered.deletes_records,
        "listing groups": offered.lists_groups,
        "deleting groups": offered.deletes_groups,
        "deleting offsets": offered.deletes_offsets,
    }
    return [words for words, is_offered in operations.items() if not is_offered]


def _line(sign: str, color: str, text: str) -> Content:
    return Content.assemble((f"{sign} ", color), text)
