"""Alerts: the rules with where they stand, and the groups for which they hold."""

from collections.abc import Sequence

from console.alerts.alerting import Alerting, Told
from console.alerts.rules import Telling
from console.model import units
from console.model.alerts import Alert, AlertRule, Phase
from console.model.group import Group
from console.model.section import Loading, Ready, Refused, Section, Stale, content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import table_value
from console.widgets.columns import Column
from console.widgets.mark_table import MarkTable
from console.widgets.measures import DURATION, MOMENT, RECORDS, worded
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

RULE_COLUMNS = (
    Column("rule", "RULE", 14, is_flex=True, width_max=32),
    Column("groups", "GROUPS", 10, is_flex=True, width_max=30, priority=1),
    Column("limits", "HOLDS AT", 24, is_flex=True, width_max=60, priority=2),
    Column("for", "FOR", 7, DURATION, is_right=True, priority=3),
    Column("state", "STATE", 14, is_flex=True, width_max=24, sort_first_down=True),
    Column("ways", "TELLS BY", 10, is_flex=True, width_max=36, priority=4),
    Column("last", "LAST TOLD", 14, worded(MOMENT), is_flex=True, width_max=60, priority=5),
)
ALERT_COLUMNS = (
    Column("group", "GROUP", 14, is_flex=True, width_max=40),
    Column("rule", "RULE", 14, is_flex=True, width_max=32),
    Column("state", "STATE", 9, sort_first_down=True),
    Column("since", "SINCE", 8, DURATION, is_right=True, sort_first_down=True),
    Column("reason", "BY", 14, is_flex=True, width_max=50),
    Column("lag", "LAG", 8, RECORDS, is_right=True, priority=1, sort_first_down=True),
    Column("age", "AGE", 8, DURATION, is_right=True, priority=2, sort_first_down=True),
    Column("verdict", "VERDICT", 16, priority=3),
)

EXAMPLE = """[alerts.behind]
groups = "*"
lag_over = 10_000"""


def rule_state(rule: AlertRule, alerts: Sequence[Alert], *, is_judged: bool = True) -> Cell:
    """Where a rule stands: for how many groups it holds, or that it is muted.

    `is_judged`: the groups are known, so that a rule that holds for none is quiet.
    """
    mine = [each for each in alerts if each.rule.name == rule.name]
    firing = [each for each in mine if each.phase is Phase.FIRING]
    many = "s" if len(firing) != 1 else ""
    if rule.is_muted:
        held = f", {len(firing)} group{many}" if firing else ""
        return Cell(f"muted{held}", Role.MUTED)
    if firing:
        return cells.state(Severity.WARNING, f"{len(firing)} group{many}")
    if mine:
        return cells.state(Severity.INFO, f"{len(mine)} waiting")
    if not is_judged:
        return cells.state(Severity.UNKNOWN, "not judged")
    return cells.state(Severity.OK, "quiet")


def last_cell(told: Told | None, now_ms: int) -> Cell:
    """How the last telling went."""
    if told is None:
        return cells.muted(units.UNKNOWN)
    if told.failure:
        return cells.state(Severity.ERROR, plain(told.failure))
    return cells.muted(f"{told.turn.kind.value} {units.ago(told.turn.at_ms, now_ms)}")


def rule_row(
    rule: AlertRule,
    telling: Telling,
    alerts: Sequence[Alert],
    told: Told | None,
    now_ms: int,
    *,
    is_judged: bool = True,
) -> Row:
    """One rule as a row."""
    state = rule_state(rule, alerts, is_judged=is_judged)
    held = units.duration(rule.for_s) if rule.for_s else "at once"
    return Row(
        rule.name,
        (
            cells.name(rule.name),
            cells.muted(plain(rule.groups)),
            Cell(rule.limits),
            cells.muted(held),
            state,
            cells.muted(plain(telling.words)),
            last_cell(told, now_ms),
        ),
        (
            rule.name,
            rule.groups,
            rule.limits,
            rule.for_s,
            sum(each.rule.name == rule.name for each in alerts),
            telling.words,
            told.turn.at_ms if told is not None else 0,
        ),
    )


def alert_row(alert: Alert, now_ms: int) -> Row:
    """A rule that holds for a group as a row."""
    is_firing = alert.phase is Phase.FIRING
    severity = Severity.WARNING if is_firing else Severity.INFO
    state = cells.state(severity, alert.phase.value)
    seconds = max(0, now_ms - alert.since_ms) / 1000
    age = cells.UNKNOWN_CELL if alert.age_s is None else Cell(units.duration(alert.age_s))
    lag = cells.UNKNOWN_CELL if alert.lag is None else Cell(units.grouped(alert.lag))
    return Row(
        f"{alert.group} · {alert.rule.name}",
        (
            cells.name(alert.group),
            cells.muted(plain(alert.rule.name)),
            cells.muted("muted") if alert.rule.is_muted else state,
            Cell(units.duration(seconds)),
            Cell(alert.reason),
            lag,
            age,
            cells.state(alert.verdict.severity, alert.verdict.value),
        ),
        (
            alert.group,
            alert.rule.name,
            float(is_firing),
            seconds,
            alert.reason,
            -1 if alert.lag is None else alert.lag,
            -1.0 if alert.age_s is None else alert.age_s,
            float(alert.verdict.severity),
        ),
    )


def how_to_write_one(file: str) -> str:
    """Where a rule is written, and how one looks."""
    where = f" into {plain(file)}" if file else ""
    return f"write one{where}, such as\n{EXAMPLE}"


class RulesPanel(TablePanel):
    """Every rule of the configuration."""

    def __init__(self) -> None:
        super().__init__("Alert rules", RULE_COLUMNS, noun="rule", table_type=MarkTable)

    def show(self, alerting: Alerting, snapshot: Snapshot) -> None:
        """Draw the rules with where they stand."""
        book, is_judged = alerting.book, content(snapshot.groups) is not None
        if not book.rules:
            self.table.set_rows(())
            self.show_face().empty("There is no rule", how_to_write_one(alerting.file))
            return
        self.set_rows(
            [
                rule_row(
                    rule,
                    alerting.tellings[rule.name],
                    book.alerts,
                    alerting.last.get(rule.name),
                    snapshot.at_ms,
                    is_judged=is_judged,
                )
                for rule in book.rules
            ]
        )


class AlertsPanel(TablePanel):
    """The groups for which a rule holds."""

    def __init__(self) -> None:
        order = Order(3, is_down=True)
        super().__init__("What holds", ALERT_COLUMNS, noun="alert", order=order)
        self._by_key: dict[str, Alert] = {}

    def alert_of(self, key: str | None) -> Alert | None:
        """The alert that stands in a row."""
        return None if key is None else self._by_key.get(key)

    def show(self, alerts: Sequence[Alert], snapshot: Snapshot) -> None:
        """Draw what holds; what held last, with why it is old, while groups cannot be judged."""
        groups, now_ms = snapshot.groups, snapshot.at_ms
        if alerts:
            rows = [alert_row(each, now_ms) for each in alerts]
            self._by_key = {row.key: alert for row, alert in zip(rows, alerts, strict=True)}
            self.set_rows(rows)
            self._say_age(groups, now_ms)
        elif table_value(self, groups, what="alerts", now_ms=now_ms) is not None:
            self.show_face().empty("No rule holds for any group", "what passes a limit stands here")

    def _say_age(self, groups: Section[tuple[Group, ...]], now_ms: int) -> None:
        match groups:
            case Ready():
                self.banner.hide()
            case Stale(at_ms=at_ms, reason=reason):
                self.banner.warn(units.ago(at_ms, now_ms), plain(reason))
            case Refused(reason=said) | Loading(problem=said):
                self.banner.complain(plain(said) or "the groups are being read")
