"""Panels that share a row: some are aside where there is no room, and come with the focus."""

import pytest

from console.keys.keymap import DEFAULT_KEYMAP
from console.widgets.columns import Column
from console.widgets.panes import Panes
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Row
from tests.support.hand import at_rest, press, resize
from tests.support.stage import Stage, shown

NAMES = ("First", "Second", "Third")


def panels() -> list[TablePanel]:
    made = []
    for name in NAMES:
        panel = TablePanel(name, (Column("name", "NAME", 10, is_flex=True),), noun="row")
        panel.set_rows([Row(f"row of {name}", (Cell(f"row of {name}"),), (name,))])
        made.append(panel)
    return made


def in_sight(app: Stage) -> list[str]:
    text = shown(app)
    return [name for name in NAMES if f"row of {name}" in text]


@pytest.mark.parametrize(("width", "expected"), [(90, list(NAMES)), (60, ["First", "Second"])])
async def test_as_many_stand_as_there_is_room_for(width: int, expected: list[str]) -> None:
    app = Stage(Panes(panels(), room={0: 2, 90: 3}))
    async with app.run_test(size=(width, 6)):
        await at_rest(app)
        assert in_sight(app) == expected


async def test_tab_brings_those_aside_and_they_go_when_the_focus_leaves() -> None:
    above = TablePanel("Above", (Column("name", "NAME", 10),), noun="row")
    made = panels()
    panes = Panes(made, room={0: 1, 90: 3})
    app = Stage(above, panes)
    async with app.run_test(size=(60, 16)):
        panes.lead_by(DEFAULT_KEYMAP)
        above.table.focus()
        await at_rest(app)
        assert in_sight(app) == ["First"]
        assert "First · tab: Second, Third" in shown(app)
        await press(app, "tab", "tab", "tab")
        assert app.focused is made[2].table
        assert in_sight(app) == ["Third"]
        assert "Third · shift+tab: Second, First" in shown(app)
        await press(app, "shift+tab")
        assert in_sight(app) == ["Second"]
        assert "Second · tab: Third · shift+tab: First" in shown(app)
        await press(app, "tab", "tab")
        assert app.focused is above.table
        assert in_sight(app) == ["First"]


async def test_the_panel_with_the_focus_stays_when_the_terminal_changes_its_size() -> None:
    made = panels()
    app = Stage(Panes(made, room={0: 2, 90: 3}))
    async with app.run_test(size=(100, 6)):
        made[2].table.focus()
        await at_rest(app)
        assert in_sight(app) == list(NAMES)
        await resize(app, 50, 6)
        assert in_sight(app) == ["Second", "Third"]
        await resize(app, 100, 6)
        assert in_sight(app) == list(NAMES)
