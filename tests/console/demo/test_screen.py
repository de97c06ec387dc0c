"""The control panel of the demonstration: every key, and what it says when it cannot."""

from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.demo.control import Verb
from console.demo.panels import WorkersPanel
from console.demo.screen import LIMITS, RATES, limit_after, rate_after
from console.demo.workflow import WORKERS
from console.screens.group import GroupScreen
from console.views import VIEWS
from tests.support.console_stage import console
from tests.support.fake_workflow import FakeWorkflow, demo_view
from tests.support.hand import at_rest
from tests.support.sample_snapshots import busy
from tests.support.stage import lines_of, shown

SIZE = (120, 40)


def panel(workflow: FakeWorkflow) -> ConsoleApp:
    """The console with the control panel as its first view."""
    return console(busy(), views=(demo_view(workflow), *VIEWS))


async def pressed(workflow: FakeWorkflow, *keys: str) -> str:
    """The screen after some keys."""
    app = panel(workflow)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        return shown(app)


async def test_workers_their_groups_and_what_to_try_are_shown() -> None:
    screen = await pressed(FakeWorkflow("fraud-1"))
    for row in WORKERS:
        assert row.name in screen
    for text in ("● running", "■ killed", "1.2K", "fine", "What to try", "/demo/workflow"):
        assert text in screen


async def test_the_box_of_the_workers_says_the_same_after_every_report() -> None:
    workflow = FakeWorkflow()
    app = panel(workflow)
    async with app.run_test(size=SIZE):
        for handled in range(3):
            workflow.report("payments", handled=handled)
            await at_rest(app)
            assert "sorted by worker · 5 workers" in shown(app)
            assert "Workers: ordinary Kafka clients" in shown(app)


async def test_the_folder_of_the_files_is_shown_whole() -> None:
    workflow = FakeWorkflow()
    workflow.folder = Path("/home/somebody/.local/share/kconsole/demo/workflow")
    app = panel(workflow)
    async with app.run_test(size=SIZE):
        await at_rest(app)
        rights = [line.rpartition("││")[2].strip(" │") for line in lines_of(app)]
    assert str(workflow.folder) in "".join(rights)


async def test_each_press_of_plus_is_one_step_however_fast_they_come() -> None:
    """Reports come twice a second: three presses within that time are three steps."""
    workflow = FakeWorkflow()
    screen = await pressed(workflow, "+", "+", "+", "-")
    rates = [command.value for _, command in workflow.sent]
    assert rates == [500.0, 1_000.0, 2_000.0, 1_000.0]
    assert {name for name, _ in workflow.sent} == {"payments"}
    assert "1000 payments a second" in screen


async def test_space_pauses_and_resumes_the_worker_under_the_cursor() -> None:
    workflow = FakeWorkflow()
    await pressed(workflow, "j", "j", "j", "space", "space", "space")
    verbs = [command.verb for _, command in workflow.sent]
    assert verbs == [Verb.PAUSE, Verb.RESUME, Verb.PAUSE]
    assert {name for name, _ in workflow.sent} == {"warehouse"}


async def test_l_goes_round_the_limits_of_a_consumer() -> None:
    workflow = FakeWorkflow()
    await pressed(workflow, "j", "l", "l", "l", "k", "l")
    assert [(name, command.value) for name, command in workflow.sent] == [
        ("fraud-1", 100.0),
        ("fraud-1", 20.0),
        ("fraud-1", None),
    ]


async def test_x_kills_and_enter_starts_again() -> None:
    workflow = FakeWorkflow("mailer")
    screen = await pressed(workflow, "j", "x", "G", "enter")
    assert workflow.killed == ["fraud-1"]
    assert workflow.started == ["mailer"]
    assert "fraud-1 is killed, as by kill -9" in screen
    assert "mailer starts again" in screen


async def test_enter_leaves_a_worker_that_runs_alone() -> None:
    workflow = FakeWorkflow()
    await pressed(workflow, "enter")
    assert not workflow.started


async def test_a_worker_that_cannot_be_started_is_said() -> None:
    workflow = FakeWorkflow("mailer")
    workflow.start_error = OSError(11, "Resource temporarily unavailable")
    screen = await pressed(workflow, "G", "enter")
    assert "mailer cannot be started" in screen


async def test_shift_r_replays_the_warehouse_wherever_the_cursor_is() -> None:
    workflow = FakeWorkflow()
    await pressed(workflow, "R")
    assert [(name, command.verb) for name, command in workflow.sent] == [("warehouse", Verb.REPLAY)]


@pytest.mark.parametrize("key", ["space", "l"])
async def test_a_worker_that_is_down_cannot_be_told_and_that_is_said(key: str) -> None:
    screen = await pressed(FakeWorkflow("fraud-1"), "j", key)
    assert "fraud-1 is not running; enter starts it" in screen


async def test_news_of_a_worker_is_drawn_at_once_and_only_in_front() -> None:
    workflow = FakeWorkflow()
    app = panel(workflow)
    async with app.run_test(size=SIZE) as pilot:
        workflow.report("warehouse", note="7 rows", is_paused=True)
        await pilot.pause()
        assert "7 rows" in shown(app)
        assert "▲ paused" in shown(app)
        await pilot.press("2")
        workflow.report("warehouse", note="8 rows")
        await pilot.pause()
        assert "8 rows" not in shown(app)
        await pilot.press("1")
        await pilot.pause()
        assert "8 rows" in shown(app)
    workflow.report("warehouse", note="after the end")


async def test_enter_on_a_group_opens_it() -> None:
    app = panel(FakeWorkflow())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert isinstance(app.screen, GroupScreen)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (30, 8), (1, 1), (200, 60)])
async def test_the_panel_draws_at_any_size(size: tuple[int, int]) -> None:
    app = panel(FakeWorkflow("mailer"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("j", "+")
        await pilot.pause()
        assert len(app.screen.query(WorkersPanel)) == 1


def test_rates_go_up_and_down_and_stop_at_their_ends() -> None:
    assert [rate_after(rate, 1) for rate in RATES] == [*RATES[1:], RATES[-1]]
    assert [rate_after(rate, -1) for rate in RATES] == [RATES[0], *RATES[:-1]]
    assert (rate_after(300.0, 1), rate_after(300.0, -1)) == (500.0, 200.0)


def test_limits_go_round() -> None:
    assert [limit_after(limit) for limit in LIMITS] == [*LIMITS[1:], LIMITS[0]]
    assert limit_after(7.0) == LIMITS[0]
