"""An application that watches its pictures for alerts, and tells of them."""

from dataclasses import dataclass, replace

from textual import on, work
from textual.message import Message

from console.acts.act import ActKind
from console.alerts.alerting import Alerting
from console.alerts.rules import Telling, ToldRule
from console.clusters_app import ClustersApp
from console.model.alerts import Turn, TurnKind
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.sampling.needs import Needs, View
from console.screens.routes import RoutedScreen

ALERTS = "alerts"
"""The kind of the screen that shows the rules."""


class AlertsApp(ClustersApp):
    """Alerts show in the header, among what is wrong and as notes; they ring, run and post."""

    @dataclass
    class RulesSaved(Message):
        """The configuration file was saved with these rules."""

        rules: tuple[ToldRule, ...]

    alerting: Alerting
    _needs = Needs()
    """What the screen in front needs."""
    _told_needs = Needs()

    def redraw_front(self) -> None:
        """Draw the screen in front."""
        raise NotImplementedError

    def ask_for(self, needs: Needs) -> None:
        """Have this read of the cluster."""
        raise NotImplementedError

    def with_alerts(self, snapshot: Snapshot) -> Snapshot:
        """Judge a picture and tell of what turned; the picture with what fires."""
        if not self.alerting.has_rules:
            return snapshot
        for turn in self.alerting.observe(snapshot):
            self._note(turn)
            self.tell_alert(turn, snapshot.cluster_name)
        self._need_groups(snapshot)
        return self.alerting.told_in(snapshot)

    @on(RulesSaved)
    def take_rules(self, message: RulesSaved) -> None:
        """Let the rules of a saved file hold; what those told that are gone is over."""
        alerting, snapshot = self.alerting, self.snapshot
        before = alerting.tellings
        turns = alerting.take(message.rules, 0 if snapshot is None else snapshot.at_ms)
        for turn in turns:
            self._note(turn)
            cluster = "" if snapshot is None else snapshot.cluster_name
            self.tell_alert(turn, cluster, before[turn.alert.rule.name])
        self._need_groups(snapshot)
        self.redraw_front()

    def need(self, needs: Needs, snapshot: Snapshot | None) -> None:
        """Have read what the screen in front needs, and what the rules do."""
        self._needs = needs
        self._need_groups(snapshot)

    def _need_groups(self, snapshot: Snapshot | None) -> None:
        needs = self._needs
        if self.alerting.has_rules:
            groups = needs.groups | self.alerting.wanted(snapshot)
            needs = replace(needs, views=needs.views | {View.GROUPS}, groups=groups)
        if needs != self._told_needs or not self.alerting.has_rules:
            self._told_needs = needs
            self.ask_for(needs)

    def _note(self, turn: Turn) -> None:
        alert = turn.alert
        has_begun = turn.kind is TurnKind.BEGIN
        self.notify(
            plain(f"{alert.group}: {alert.reason}", limit=200),
            title=plain(f"Alert {alert.rule.name}" if has_begun else f"{alert.rule.name} is over"),
            severity="warning" if has_begun else "information",
            markup=False,
        )
        if has_begun and self.alerting.tellings[alert.rule.name].rings:
            self.bell()

    # Not exclusive: each alert is told, however many there are.
    @work(group="alerts", exit_on_error=False)
    async def tell_alert(self, turn: Turn, cluster: str, telling: Telling | None = None) -> None:
        """Tell of an alert outside; how that went is in the journal, and a failure is shown.

        `telling` is how the rule told that is gone by now.
        """
        for told in await self.alerting.tell(turn, cluster, telling):
            name = turn.alert.rule.name
            what = f"{told.way}: {turn.kind.value} of {turn.alert.group}"
            self.journal.note(cluster, ActKind.TELL_ALERT, name, plain(what), failure=told.failure)
            await self.journal.written()
            if told.failure:
                title = plain(f"Alert {name} was not sent")
                self.notify(told.failure, title=title, severity="error", markup=False)
        self.redraw_front()

    async def action_alerts(self) -> None:
        """Show the rules, and what fires; without rules, how one is written."""
        from console.screens.alerts import AlertsScreen

        if not isinstance(self.screen, AlertsScreen):
            await self.push_screen(AlertsScreen(self, self.alerting))

    @on(RoutedScreen.RuleMuted)
    def mute_rule(self, message: RoutedScreen.RuleMuted) -> None:
        self.alerting.book.mute(message.rule, is_muted=message.is_muted)
        self.redraw_front()
