"""One act on several groups: what can be done is done, and each that stays says why."""

from pathlib import Path

import pytest

from console.acts.act import ActKind
from console.forms.reset_offsets import ResetForm
from console.model.group import GroupState
from console.screens.lists import GroupsScreen
from console.screens.resets_preview import ResetsPreview
from tests.console.resets.test_carrying import positions
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)


def staged() -> StagedConsole:
    """`billing` and `search` are at 40 of 100 and at rest, `fraud` has a member."""
    app = console(busy())
    world = app.cluster.world
    world.add_topic("orders", 2, end=100)
    for name in ("billing", "search", "fraud"):
        group = world.add_group(name, "orders", committed=40, members=int(name == "fraud"))
        group.state = GroupState.STABLE if group.members else GroupState.EMPTY
    return app


async def marked(app: StagedConsole, *names: str) -> None:
    """Have these marked and nothing else, whatever the order of the list is."""
    await press(app, "3")
    table = app.screen.query_one("GroupsPanel").table  # type: ignore[attr-defined]
    for name in names:
        table.move_to(name)
        await press(app, " ")
    assert sorted(table.marked) == sorted(names)


def front(app: StagedConsole) -> GroupsScreen:
    assert isinstance(app.screen, GroupsScreen)
    return app.screen


async def test_groups_without_members_are_deleted_and_the_others_stay() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await marked(app, "billing", "fraud", "search")
        await press(app, "D", *"3 groups", "enter")
        await at_rest(app)
        assert "2 of 3 groups deleted · ■ 1 failed" in shown(app)
        assert "fraud-0 (10.0.0.1) reads with these positions" in shown(app)
        await press(app, "escape")
        assert front(app).marked_groups == ("fraud",)
        assert set(app.cluster.world.groups) == {"fraud"}
        assert [act.kind for act in app.journal.acts] == [ActKind.DELETE_GROUP] * 2
        # In the journal stands the way back too; beneath it are both acts.
        await press(app, "u", "y", "6", "j", "j", "u", "y")
        await at_rest(app)
    assert set(app.cluster.world.groups) == {"billing", "fraud", "search"}


async def test_one_preview_lists_all_groups_and_resets_those_that_can_be() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await marked(app, "billing", "fraud", "search")
        await press(app, "R")
        assert isinstance(app.screen, ResetForm)
        assert "Reset offsets of 3 groups" in shown(app)
        await press(app, *"earliest", "ctrl+s")
        await at_rest(app)
        assert isinstance(app.screen, ResetsPreview)
        text = shown(app)
        assert "2 of 3 groups to reset · 160 records read again" in text
        assert "fraud-0 (10.0.0.1) reads" in text
        assert "set_offsets" not in app.cluster.calls
        await press(app, "ctrl+s")
        assert "Reset offsets?" in shown(app)
        await press(app, "y")
        await at_rest(app)
        assert front(app).marked_groups == ("fraud",)
        assert "2 groups: reset" in shown(app)
    assert set(positions(app.cluster).values()) == {0}
    assert [act.kind for act in app.journal.acts] == [ActKind.SET_OFFSETS] * 2


async def test_groups_under_a_topic_cannot_be_marked() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "tab", "tab", " ")
        assert "✓" not in shown(app)


async def test_the_positions_of_all_that_are_marked_go_into_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await marked(app, "billing", "search")
        await press(app, "x")
        assert "Export positions of 2 groups" in shown(app)
        await press(app, "ctrl+s")
        # The file is written beside the loop.
        await until(lambda: isinstance(app.screen, GroupsScreen))
        await at_rest(app)
        assert "4 positions of 2 groups in groups-positions.csv" in shown(app)
    assert (tmp_path / "groups-positions.csv").read_text().splitlines() == [
        "billing,orders,0,40",
        "billing,orders,1,40",
        "search,orders,0,40",
        "search,orders,1,40",
    ]
