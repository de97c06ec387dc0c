"""Rules for the sample groups: two that hold, one that is muted, one that is quiet."""

import sys

from console.alerts.alerting import Alerting
from console.alerts.rules import Telling, ToldRule
from console.model.alerts import AlertRule
from console.model.verdict import Verdict

FAILS = (sys.executable, "-c", "raise SystemExit(3)")
WORKS = (sys.executable, "-c", "")

RULES = (
    ToldRule(AlertRule("billing-behind", groups="billing", lag_over=10_000), Telling()),
    ToldRule(AlertRule("any-broken", verdict=Verdict.STOP), Telling(rings=False)),
    ToldRule(AlertRule("lag", lag_over=1_000, is_muted=True), Telling()),
    ToldRule(AlertRule("huge", groups="search*", lag_over=10**9, for_s=60), Telling()),
)


def sample_alerting() -> Alerting:
    """The rules, which have seen nothing yet and tell nobody outside."""
    return Alerting(RULES)


def alerting_by(command: tuple[str, ...]) -> Alerting:
    """One rule that holds for billing and runs a program."""
    rule = AlertRule("billing-behind", groups="billing", lag_over=0)
    return Alerting([ToldRule(rule, Telling(command=command, timeout_s=60))], {})
