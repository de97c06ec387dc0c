"""The screen of the alerts: it draws every face, and mutes what is under the cursor."""

import pytest

from console.screens.alerts import AlertsScreen
from console.widgets.vtable import VTable
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_alerts import sample_alerting
from tests.support.sample_snapshots import VARIANTS, busy, loading
from tests.support.stage import lines_of, shown

SIZE = (120, 40)


@pytest.mark.parametrize("variant", VARIANTS)
async def test_it_draws_every_kind_of_snapshot(variant: str) -> None:
    app = console(VARIANTS[variant](), alerting=sample_alerting())
    async with app.run_test(size=SIZE):
        await press(app, "B")
        assert "alerts" in lines_of(app)[0]
        assert "billing-behind" in shown(app)


async def test_the_rule_under_the_cursor_is_muted_in_either_table() -> None:
    app = console(busy(), alerting=sample_alerting())
    async with app.run_test(size=SIZE):
        await press(app, "B")
        screen = app.screen
        assert isinstance(screen, AlertsScreen)
        rules, alerts = screen.query(VTable)
        rules.move_to("huge")
        await press(app, "m")
        assert "huge" in {each.name for each in app.alerting.book.rules if each.is_muted}
        await press(app, "tab")
        assert alerts.has_focus
        name = (alerts.cursor_key or "").split(" · ")[1]
        before = {each.name: each.is_muted for each in app.alerting.book.rules}[name]
        await press(app, "m")
        assert {e.name: e.is_muted for e in app.alerting.book.rules}[name] is not before


async def test_nothing_is_judged_before_anything_is_read() -> None:
    app = console(loading(), alerting=sample_alerting())
    async with app.run_test(size=SIZE):
        await press(app, "B")
        await at_rest(app)
        assert "Reading alerts …" in shown(app)


async def test_marked_rules_are_muted_together_and_heard_again_together() -> None:
    app = console(busy(), alerting=sample_alerting())
    async with app.run_test(size=SIZE):
        await press(app, "B", " ", " ")
        marked = set(app.screen.query(VTable).first().marked)
        assert len(marked) == 2
        muted = {rule.name for rule in app.alerting.book.rules if rule.is_muted}
        await press(app, "m")
        assert {r.name for r in app.alerting.book.rules if r.is_muted} == muted | marked
        assert app.screen.query(VTable).first().marked == ()
        await press(app, "g", " ", " ", "m")
        assert {r.name for r in app.alerting.book.rules if r.is_muted} == muted - marked


async def test_no_list_scrolls_while_the_other_has_lines_to_spare() -> None:
    app = console(busy(), alerting=sample_alerting())
    async with app.run_test(size=(60, 20)):
        await press(app, "B")
        assert [table.max_scroll_y for table in app.screen.query(VTable)] == [0, 0]
