"""The alerts: every rule, and the groups for which it holds. Rules are muted from here.

Rules can be marked, to mute several while something is mended. What holds cannot: it is a rule that
is muted, and a group that is opened.
"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from console.alerts.alerting import Alerting
from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.alerts import AlertsPanel, RulesPanel
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.routes import Host
from console.widgets.panes import Stack
from console.widgets.vtable import VTable


class AlertsScreen(ConsoleScreen):
    """`m` mutes the rule under the cursor or all that are marked, or lets them be heard again;
    Enter opens a group."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MARKS, Scope.ALERTS)
    KIND: ClassVar[str] = "alerts"
    DEFAULT_CSS = """
    AlertsScreen.bare AlertsPanel { display: none; }
    """

    def __init__(self, host: Host, alerting: Alerting) -> None:
        super().__init__(host)
        self._alerting = alerting

    @property
    def detail(self) -> str:
        return "alerts"

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.GROUPS}))

    def compose_body(self) -> ComposeResult:
        yield Stack(RulesPanel(), AlertsPanel())

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RulesPanel).query_one(VTable).focus()

    @property
    def has_rows(self) -> bool:
        return self._alerting.has_rules

    def draw(self, snapshot: Snapshot) -> None:
        self.set_class(not self._alerting.has_rules, "bare")
        self.query_one(RulesPanel).show(self._alerting, snapshot)
        self.query_one(AlertsPanel).show(self._alerting.book.alerts, snapshot)

    def action_mute(self) -> None:
        """Mute what is chosen; if all of it is muted, let it be heard again."""
        chosen = self._chosen()
        rules = [each for each in self._alerting.book.rules if each.name in chosen]
        is_muted = not all(rule.is_muted for rule in rules)
        for rule in rules:
            if rule.is_muted is not is_muted:
                self.post_message(self.RuleMuted(rule.name, is_muted))
        self.unmark(chosen)

    def _chosen(self) -> frozenset[str]:
        """The rules that are marked, or the one under the cursor or of the alert there."""
        rules, alerts = self.query_one(RulesPanel).table, self.query_one(AlertsPanel)
        if alerts.table.has_focus:
            alert = alerts.alert_of(alerts.table.cursor_key)
            return frozenset() if alert is None else frozenset({alert.rule.name})
        return frozenset(rules.marked) or frozenset(filter(None, (rules.cursor_key,)))

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        panel = self.query_one(AlertsPanel)
        alert = panel.alert_of(message.key) if message.table is panel.table else None
        if alert is not None:
            self.post_message(self.GroupWanted(alert.group))
