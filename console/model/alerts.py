"""Rules about groups, and when each begins and ends to hold. Pure: time comes with the groups.

| state   | the rule holds        | it does not  | it cannot be told | the group is gone |
|---------|-----------------------|--------------|-------------------|-------------------|
| quiet   | waiting               | quiet        | quiet             | quiet             |
| waiting | firing once it held   | quiet        | waiting           | quiet             |
|         | for as long as wanted |              |                   |                   |
| firing  | firing                | quiet        | firing            | quiet             |

A rule with several limits holds when any of them is passed. Each beginning is told once, and each
end of what was told: also when the rule was muted meanwhile, so that nothing stays open outside.
What began while the rule was muted is told when it is muted no more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from console.model import units
from console.model.figures import Known
from console.model.group import Group
from console.model.health import Finding
from console.model.severity import Severity
from console.model.verdict import Verdict, is_at_least


@dataclass(frozen=True, slots=True)
class AlertRule:
    """`groups` is a pattern with `*`, `?` and `[...]`. A limit that is None is not looked at.

    `for_s` is how long it has to hold before it is told.
    """

    name: str
    groups: str = "*"
    lag_over: int | None = None
    age_over_s: float | None = None
    verdict: Verdict | None = None
    for_s: float = 0.0
    is_muted: bool = False

    def is_about(self, group: str) -> bool:
        return fnmatchcase(group, self.groups)

    @property
    def limits(self) -> str:
        """When it holds, in words: `lag over 10,000 or age over 5m`."""
        said = []
        if self.lag_over is not None:
            said.append(f"lag over {units.grouped(self.lag_over)}")
        if self.age_over_s is not None:
            said.append(f"age over {units.duration(self.age_over_s)}")
        if self.verdict is not None:
            said.append(f"verdict {self.verdict.value} or worse")
        return " or ".join(said)


class Phase(StrEnum):
    """Where a rule stands with a group."""

    WAITING = "waiting"
    FIRING = "firing"


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that holds for a group since `since_ms`. `reason` says by what, as of lately.

    `is_told`: its beginning went out.
    """

    rule: AlertRule
    group: str
    phase: Phase
    since_ms: int
    reason: str
    lag: int | None = None
    age_s: float | None = None
    verdict: Verdict = Verdict.UNKNOWN
    is_told: bool = False


class TurnKind(StrEnum):
    """What happened to an alert."""

    BEGIN = "begin"
    END = "end"


@dataclass(frozen=True, slots=True)
class Turn:
    """An alert that is to be told of: it begins, or it ends."""

    kind: TurnKind
    alert: Alert
    at_ms: int


class AlertBook:
    """Where every rule stands with every group. Rules are told apart by their names."""

    def __init__(self, rules: Sequence[AlertRule] = ()) -> None:
        self._given = {rule.name: rule for rule in rules}
        self._rules = dict(self._given)
        self._alerts: dict[tuple[str, str], Alert] = {}

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        return tuple(self._rules.values())

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What holds, or begins to, those that hold longest first."""
        return tuple(sorted(self._alerts.values(), key=_age_order))

    @property
    def firing(self) -> tuple[Alert, ...]:
        """Alerts of rules that are not muted."""
        return tuple(
            each for each in self.alerts if each.phase is Phase.FIRING and not each.rule.is_muted
        )

    def mute(self, name: str, *, is_muted: bool) -> None:
        """Let a rule be silent, or no longer."""
        rule = self._rules[name] = replace(self._rules[name], is_muted=is_muted)
        for key, alert in self._alerts.items():
            if key[0] == name:
                self._alerts[key] = replace(alert, rule=rule)

    def take(self, rules: Sequence[AlertRule], now_ms: int) -> tuple[Turn, ...]:
        """Put other rules in the place of those there are; what was told by those that go ends.

        A rule that is the same goes on, muted or not as it is by now.
        """
        same = {rule.name for rule in rules if self._given.get(rule.name) == rule}
        turns: list[Turn] = []
        for key in [key for key in self._alerts if key[0] not in same]:
            changed = replace(self._alerts[key], reason="the rule was changed or taken out")
            turns += self._end(key, changed, now_ms)
        self._rules = {
            rule.name: self._rules[rule.name] if rule.name in same else rule for rule in rules
        }
        self._given = {rule.name: rule for rule in rules}
        return tuple(turns)

    def leave(self, now_ms: int) -> tuple[Turn, ...]:
        """Begin anew with another cluster: what was told of the old one ends."""
        turns: list[Turn] = []
        for key, alert in list(self._alerts.items()):
            gone = replace(alert, reason="the console shows another cluster")
            turns += self._end(key, gone, now_ms)
        return tuple(turns)

    def wanted(self, names: Iterable[str]) -> frozenset[str]:
        """The groups that some rule is about."""
        return frozenset(n for n in names if any(r.is_about(n) for r in self._rules.values()))

    def observe(self, groups: Iterable[Group], now_ms: int) -> tuple[Turn, ...]:
        """Judge all groups that there are; what has to be told of, in order."""
        turns: list[Turn] = []
        present: set[str] = set()
        for group in groups:
            present.add(group.name)
            for rule in self._rules.values():
                if rule.is_about(group.name):
                    turns += self._judge(rule, group, now_ms)
        for key in [key for key in self._alerts if key[1] not in present]:
            gone = replace(self._alerts[key], reason="the group is gone")
            turns += self._end(key, gone, now_ms)
        return tuple(turns)

    def _judge(self, rule: AlertRule, group: Group, now_ms: int) -> Iterator[Turn]:
        key = (rule.name, group.name)
        kept = self._alerts.get(key)
        reason = _passed(rule, group)
        if reason is None:
            if _is_known(rule, group) and kept is not None:
                yield from self._end(key, _updated(kept, rule, group, "it holds no more"), now_ms)
            return
        if kept is None:
            kept = Alert(rule, group.name, Phase.WAITING, now_ms, reason)
        kept = _updated(kept, rule, group, reason)
        # A clock that was set back must not make anybody wait for what has passed already.
        kept = replace(kept, since_ms=min(kept.since_ms, now_ms))
        if now_ms - kept.since_ms >= 1000 * rule.for_s:
            kept = replace(kept, phase=Phase.FIRING)
        if kept.phase is Phase.FIRING and not kept.is_told and not rule.is_muted:
            kept = replace(kept, is_told=True)
            yield Turn(TurnKind.BEGIN, kept, now_ms)
        self._alerts[key] = kept

    def _end(self, key: tuple[str, str], alert: Alert, now_ms: int) -> Iterator[Turn]:
        del self._alerts[key]
        if alert.is_told:
            yield Turn(TurnKind.END, alert, now_ms)


def findings_of(alerts: Iterable[Alert]) -> tuple[Finding, ...]:
    """Alerts that fire as what is wrong."""
    return tuple(
        Finding(
            code="alert",
            severity=Severity.WARNING,
            subject=alert.group,
            text=f"passes the alert {alert.rule.name}: {alert.reason}.",
            advice="See the alerts for its rule, and to mute it.",
            since_ms=alert.since_ms,
        )
        for alert in alerts
    )


def _passed(rule: AlertRule, group: Group) -> str | None:
    """By what a group passes a limit of a rule; None when by nothing that is known."""
    if group.problem:
        return None
    total = group.lag_total
    if rule.lag_over is not None and group.is_enriched and total.amount > rule.lag_over:
        return f"lag {units.grouped(total.amount)}"
    age = group.age
    seconds = age.value.seconds if isinstance(age, Known) else 0.0
    if rule.age_over_s is not None and seconds > rule.age_over_s:
        return f"age {units.duration(seconds)}"
    if rule.verdict is not None and is_at_least(group.verdict, rule.verdict):
        return group.verdict.value
    return None


def _is_known(rule: AlertRule, group: Group) -> bool:
    """Whether everything that the rule looks at is known."""
    if not group.is_enriched or group.problem:
        return False
    total, age = group.lag_total, group.age
    has_read_all = total.is_complete and not total.amount
    is_age_known = has_read_all or (isinstance(age, Known) and not age.value.is_at_least)
    if rule.lag_over is not None and not total.is_complete:
        return False
    if rule.age_over_s is not None and not is_age_known:
        return False
    return rule.verdict is None or group.verdict is not Verdict.UNKNOWN


def _updated(alert: Alert, rule: AlertRule, group: Group, reason: str) -> Alert:
    """With the figures of this moment."""
    age = group.age
    return replace(
        alert,
        rule=rule,
        reason=reason,
        lag=group.lag_total.amount if group.is_enriched else None,
        age_s=age.value.seconds if isinstance(age, Known) else None,
        verdict=group.verdict,
    )


def _age_order(alert: Alert) -> tuple[int, str, str]:
    return alert.since_ms, alert.rule.name, alert.group
