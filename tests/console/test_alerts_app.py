"""Alerts in the whole console: header, findings, notes, bell, journal, muting."""

from dataclasses import replace

import pytest

from console.acts.act import ActKind
from console.alerts.alerting import Alerting
from console.alerts.rules import Telling, ToldRule
from console.model.alerts import AlertRule
from console.model.section import Ready
from console.model.snapshot import Snapshot
from console.panels.alerts import EXAMPLE
from console.sampling.needs import View
from console.screens.alerts import AlertsScreen
from console.screens.group import GroupScreen
from console.widgets.vtable import VTable
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_alerts import FAILS, WORKS, alerting_by, sample_alerting
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.stage import lines_of, shown
from tests.support.waiting import until

SIZE = (140, 40)


def staged(alerting: Alerting | None = None) -> StagedConsole:
    return console(busy(), alerting=alerting or sample_alerting())


def calm() -> Snapshot:
    """No groups at all: whatever fired is over."""
    return replace(busy(), groups=Ready((), NOW_MS))


async def test_what_fires_is_counted_in_the_header_and_noted() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await at_rest(app)
        assert "▲ " in lines_of(app)[0]
        assert "alert" in lines_of(app)[0]
        assert "Alert billing-behind" in shown(app)
        app.feed.give(calm())
        await at_rest(app)
        assert "alert" not in lines_of(app)[0]
        assert "billing-behind is over" in shown(app)


async def test_what_fires_is_among_what_is_wrong() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "5")
        assert "passes the alert billing-behind" in " ".join(shown(app).split())


async def test_the_bell_rings_for_rules_that_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    app = staged()
    monkeypatch.setattr(app, "bell", lambda: rung.append(True))
    async with app.run_test(size=SIZE):
        await at_rest(app)
    assert rung == [True]


async def test_rules_are_listed_with_what_holds_and_a_group_opens() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "B")
        assert isinstance(app.screen, AlertsScreen)
        text = shown(app)
        for said in ("billing-behind", "lag over 10,000", "muted", "● quiet"):
            assert said in text
        await press(app, "B")
        assert len(app.screen_stack) == 2
        await press(app, "tab", "enter")
        assert isinstance(app.screen, GroupScreen)


async def test_a_rule_is_muted_and_heard_again_from_the_screen() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "B")
        screen = app.screen
        assert isinstance(screen, AlertsScreen)
        screen.query(VTable).first().move_to("billing-behind")
        before = lines_of(app)[0]
        await press(app, "m")
        assert lines_of(app)[0] != before
        await press(app, "m")
        assert lines_of(app)[0] == before


@pytest.mark.parametrize(("command", "failure"), [(WORKS, ""), (FAILS, "exit code 3")])
async def test_what_was_run_is_in_the_journal_and_a_failure_is_shown(
    command: tuple[str, ...], failure: str
) -> None:
    app = staged(alerting_by(command))
    async with app.run_test(size=SIZE, notifications=True):
        await until(lambda: app.journal.acts)
        await at_rest(app)
        (act,) = app.journal.acts
        assert (act.kind, act.subject) == (ActKind.TELL_ALERT, "billing-behind")
        assert act.what.endswith("begin of billing")
        assert failure in act.failure
        assert ("was not sent" in shown(app)) is bool(failure)


async def test_the_groups_of_rules_are_read_whatever_is_on_the_screen() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "6")
        needs = app.feed.needs[-1]
        assert View.GROUPS in needs.views
        assert "billing" in needs.groups


async def test_rules_of_a_saved_file_hold_and_what_the_old_ones_told_is_over() -> None:
    app = staged()
    same, *_ = app.alerting.book.rules
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "B")
        assert "any-broken" in shown(app)
        newer = AlertRule("newer", groups="billing", lag_over=1)
        app.post_message(
            app.RulesSaved((ToldRule(same, Telling()), ToldRule(newer, Telling(rings=False))))
        )
        await at_rest(app)
        assert "any-broken is over" in shown(app)
        app.feed.give(busy())
        await at_rest(app)
        assert {each.rule.name for each in app.alerting.book.firing} == {same.name, "newer"}
        assert "newer" in "".join(lines_of(app)[2:12])


async def test_rules_that_a_saved_file_brings_first_hold_too() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await at_rest(app)
        rule = AlertRule("newer", groups="billing", lag_over=1)
        app.post_message(app.RulesSaved((ToldRule(rule, Telling(rings=False)),)))
        await at_rest(app)
        app.feed.give(busy())
        await at_rest(app)
        assert "1 alert" in lines_of(app)[0]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_without_rules_nothing_is_read_and_the_key_says_how_one_is_written(
    size: tuple[int, int],
) -> None:
    file = "/home/ann/.config/kconsole/config.toml"
    app = console(busy(), alerting=Alerting(file=file))
    async with app.run_test(size=size):
        await press(app, "6", "B")
        for said in ("There is no rule", file, *EXAMPLE.split("\n")):
            assert said in shown(app)
        assert "Mute" not in lines_of(app)[-1]
        assert app.feed.needs[-1].groups == frozenset()
