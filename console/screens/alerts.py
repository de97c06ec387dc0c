"""The alerts: every rule, and the groups for which it holds. Rules are muted from here."""

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
from console.widgets.vtable import VTable


class AlertsScreen(ConsoleScreen):
    """`m` mutes the rule under the cursor, or lets it be heard again; Enter opens a group."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.ALERTS)
    KIND: ClassVar[str] = "alerts"
    DEFAULT_CSS = """
    AlertsScreen RulesPanel { height: 1fr; }
    AlertsScreen AlertsPanel { height: 2fr; }
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
        yield RulesPanel()
        yield AlertsPanel()

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RulesPanel).query_one(VTable).focus()

    def draw(self, snapshot: Snapshot) -> None:
        self.query_one(RulesPanel).show(self._alerting, snapshot)
        self.query_one(AlertsPanel).show(self._alerting.book.alerts, snapshot)

    def action_mute(self) -> None:
        """Mute the rule under the cursor, or let it be heard again."""
        rules, alerts = self.query_one(RulesPanel), self.query_one(AlertsPanel)
        chosen = rules.table.cursor_key
        if alerts.table.has_focus:
            alert = alerts.alert_of(alerts.table.cursor_key)
            chosen = None if alert is None else alert.rule.name
        rule = next((each for each in self._alerting.book.rules if each.name == chosen), None)
        if rule is not None:
            self.post_message(self.RuleMuted(rule.name, not rule.is_muted))

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        panel = self.query_one(AlertsPanel)
        alert = panel.alert_of(message.key) if message.table is panel.table else None
        if alert is not None:
            self.post_message(self.GroupWanted(alert.group))
