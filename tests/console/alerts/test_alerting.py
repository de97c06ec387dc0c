"""Rules at work on pictures: what is judged, what is shown, how tellings end."""

import os
import sys
from dataclasses import replace

import pytest

from console.alerts.alerting import Alerting
from console.alerts.rules import Telling, ToldRule
from console.model.alerts import AlertRule, TurnKind
from console.model.health import Health
from console.model.section import Ready, Stale, content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from tests.support.sample_groups import groups
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy, loading

BILLING = AlertRule("behind", groups="billing", lag_over=0)


def alerting(telling: Telling | None = None) -> Alerting:
    return Alerting([ToldRule(BILLING, telling or Telling())], os.environ)


def named(name: str) -> Snapshot:
    return replace(busy(), cluster_name=name)


def test_a_fresh_picture_is_judged_and_an_old_one_is_not() -> None:
    held = alerting()
    old = replace(busy(), groups=Stale(groups(), NOW_MS, "no answer", NOW_MS))
    assert held.observe(old) == ()
    assert held.observe(loading()) == ()
    (turn,) = held.observe(busy())
    assert (turn.kind, turn.alert.group) == (TurnKind.BEGIN, "billing")
    assert held.observe(old) == ()


def test_what_fires_is_among_the_findings_worst_first() -> None:
    held = alerting()
    held.observe(busy())
    health = content(held.told_in(busy()).health)
    assert isinstance(health, Health)
    assert "alert" in {finding.code for finding in health.findings}
    severities = [finding.severity for finding in health.findings]
    assert severities == sorted(severities, reverse=True)
    assert health.severity is Severity.ERROR


def test_a_picture_without_alerts_stays_the_same_object() -> None:
    picture = busy()
    assert alerting().told_in(picture) is picture


def test_another_cluster_ends_the_alerts_of_the_old_one() -> None:
    held = alerting()
    held.observe(named("one"))
    turns = held.observe(replace(named("two"), groups=Ready((), NOW_MS)))
    assert [turn.kind for turn in turns] == [TurnKind.END]


def test_the_groups_of_the_rules_are_wanted() -> None:
    assert alerting().wanted(busy()) == {"billing"}
    assert alerting().wanted(None) == frozenset()
    assert not Alerting().has_rules


@pytest.mark.parametrize(("code", "failure"), [(0, ""), (3, "ended with exit code 3")])
async def test_how_a_telling_went_is_kept(code: int, failure: str) -> None:
    program = (sys.executable, "-c", f"raise SystemExit({code})")
    held = alerting(Telling(command=program, timeout_s=60))
    (turn,) = held.observe(busy())
    (told,) = await held.tell(turn, "prod")
    assert told.way == f"run {sys.executable}"
    assert failure in told.failure
    assert held.last == {"behind": told}


async def test_a_rule_that_only_shows_tells_nobody() -> None:
    held = alerting()
    (turn,) = held.observe(busy())
    assert await held.tell(turn, "prod") == ()


def test_while_it_is_paused_nothing_is_judged() -> None:
    """The figures of before the pause do not say that a rule holds for as long as it lasts."""
    held = Alerting([ToldRule(replace(BILLING, for_s=60), Telling())])
    assert held.observe(busy()) == ()
    later = NOW_MS + 90_000
    groups_of_then = Ready(groups(), NOW_MS)
    assert held.observe(replace(busy(), at_ms=later, groups=groups_of_then, is_paused=True)) == ()
    (turn,) = held.observe(replace(busy(), at_ms=later))
    assert turn.kind is TurnKind.BEGIN
