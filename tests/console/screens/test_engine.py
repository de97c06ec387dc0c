"""The inside of a broker of ours: what it needs, where its keys lead, what it says elsewhere."""

from dataclasses import replace

from console.model.section import Ready, Refused
from console.panels.clients import ClientsPanel
from console.panels.wire import WirePanel
from console.sampling.engine_section import NOT_OURS, NOT_TOLD
from console.sampling.needs import View
from console.screens.engine import EngineScreen
from console.screens.request import RequestScreen
from console.widgets.vtable import VTable
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_engine import busy_engine, state, with_engine
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.stage import shown

SIZE = (120, 40)


async def test_it_is_asked_for_only_while_it_is_open() -> None:
    app = console(busy_engine())
    async with app.run_test(size=SIZE):
        await press(app, "7")
        assert app.feed.needs[-1].views == {View.ENGINE}
        await press(app, "enter")
        assert app.feed.needs[-1].views == {View.ENGINE}
        await press(app, "2")
        assert View.ENGINE not in app.feed.needs[-1].views


async def test_the_busiest_request_is_first_and_enter_shows_it_from_near() -> None:
    app = console(busy_engine())
    async with app.run_test(size=SIZE):
        await press(app, *":engine", "enter")
        assert isinstance(app.screen, EngineScreen)
        assert app.focused is app.screen.query_one(WirePanel).table
        await press(app, "enter")
        assert isinstance(app.screen, RequestScreen)
        assert "Engine › Produce 12" in shown(app)
        assert "NOT_ENOUGH_REPLICAS" in shown(app)
        await press(app, "escape")
        assert isinstance(app.screen, EngineScreen)


async def test_a_filter_can_come_with_the_command() -> None:
    app = console(busy_engine())
    async with app.run_test(size=SIZE):
        await press(app, *":engine fetch", "enter")
        assert app.screen.query_one(WirePanel).table.shown_count == 2


async def test_enter_on_a_client_opens_nothing() -> None:
    app = console(busy_engine())
    async with app.run_test(size=SIZE):
        await press(app, "7")
        app.screen.query(ClientsPanel).first().table.focus()
        await press(app, "enter")
        assert isinstance(app.screen, EngineScreen)


async def test_in_a_narrow_terminal_tab_leads_to_what_waits() -> None:
    app = console(busy_engine())
    async with app.run_test(size=(80, 24)):
        await press(app, "7")
        assert "Connections · tab: " in shown(app)
        assert "─ Waiting" not in shown(app)
        await press(app, "tab", "tab", "tab")
        assert "─ Waiting" in shown(app)


async def test_history_leads_back_to_a_request() -> None:
    app = console(busy_engine())
    async with app.run_test(size=SIZE):
        await press(app, "7", "enter", "1", "[")
        assert isinstance(app.screen, RequestScreen)
        assert app.screen.detail == "Produce 12"


async def test_another_cluster_says_that_only_ours_tells_and_what_to_do() -> None:
    app = console(replace(busy(), engine=Refused(NOT_OURS)))
    async with app.run_test(size=SIZE):
        await press(app, "7")
        text = shown(app)
        assert NOT_OURS in text
        assert "metrics.listen" not in text
        assert "[clusters.NAME]" in text
        assert not app.screen.query_one(WirePanel).region
        app.feed.give(busy_engine())
        await at_rest(app)
        assert app.screen.query_one(VTable).region
        assert NOT_OURS not in shown(app)


async def test_a_broker_of_ours_without_metrics_says_which_line_it_needs() -> None:
    app = console(replace(busy(), engine=Refused(NOT_TOLD)))
    async with app.run_test(size=SIZE):
        await press(app, "7")
        text = shown(app)
        assert NOT_TOLD in text
        lines = [line.strip() for line in text.splitlines()]
        assert lines[lines.index("[engine]") + 1] == 'metrics.listen = "127.0.0.1:9404"'
        assert "start it again" in text


async def test_a_request_that_nobody_makes_any_more_says_so() -> None:
    """As after a restart of the broker."""
    app = console(busy_engine())
    async with app.run_test(size=SIZE):
        await press(app, "7", "enter")
        app.feed.give(with_engine(Ready(replace(state(), requests=()), NOW_MS)))
        await at_rest(app)
        assert "Nobody asks for Produce 12" in shown(app)
