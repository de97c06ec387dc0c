"""A group as a row: what its lag, outlook, age and loss look like, and how rows are sorted."""

from dataclasses import replace

import pytest

from console.model.figures import Known, Unknown
from console.model.group import Group, GroupState
from console.model.lag import Age, LossKind, LossOutlook, Outlook, OutlookKind
from console.model.section import Ready
from console.panels import cells
from console.panels.groups import (
    COLUMNS,
    GroupsPanel,
    age_text,
    group_row,
    loss_cell,
    outlook_cell,
    state_word,
)
from console.widgets.palette import Role
from console.widgets.table_rows import Cell, Order
from tests.support.hand import at_rest
from tests.support.sample_groups import groups
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy, empty, partial
from tests.support.stage import Stage, shown

PLACES = {column.key: place for place, column in enumerate(COLUMNS)}


def cell(group: Group, column: str) -> Cell:
    return group_row(group).cells[PLACES[column]]


def test_the_partition_furthest_behind_stands_beside_the_sum() -> None:
    group = groups()[0]
    assert cell(group, "lag").text == "52.0K"
    assert cell(group, "most").text == "7.5K"
    assert cell(replace(group, is_enriched=False), "most") == cells.UNKNOWN_CELL


def test_a_group_with_clamped_partitions_is_marked() -> None:
    group = groups()[0]
    row = group.partitions[0]
    clamped = replace(row, lag=replace(row.lag, is_clamped=True))
    marked = replace(group, partitions=(clamped, *group.partitions[1:]))
    assert cell(marked, "lag").unit.endswith("±")
    assert not cell(group, "lag").unit.endswith("±")


@pytest.mark.parametrize(
    ("outlook", "expected"),
    [
        (Outlook(OutlookKind.UNKNOWN), Cell("–", Role.MUTED)),
        (Outlook(OutlookKind.CAUGHT_UP), Cell("caught up", Role.OK)),
        (Outlook(OutlookKind.HOLDING), Cell("holding", Role.WARNING)),
        (Outlook(OutlookKind.STOPPED), Cell("stopped", Role.WARNING)),
        (Outlook(OutlookKind.NOT_AT_THIS_RATE), Cell("not at this rate", Role.WARNING)),
        (Outlook(OutlookKind.CATCHING_UP, 190.0), Cell("3m 10s", Role.OK)),
        (Outlook(OutlookKind.CATCHING_UP, 190.0, 60.0, 300.0), Cell("3m 10s", Role.OK, " 1m–5m")),
        (Outlook(OutlookKind.CATCHING_UP), Cell("catching up", Role.OK)),
        (Outlook(OutlookKind.FALLING_BEHIND, gain_per_s=-20.0), Cell("+1.2K/min", Role.ERROR)),
    ],
)
def test_an_outlook_says_where_the_lag_is_going(outlook: Outlook, expected: Cell) -> None:
    assert outlook_cell(outlook) == expected


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (LossOutlook(LossKind.NOW), "now"),
        (LossOutlook(LossKind.IN_TIME, 5_400.0), "1h 30m"),
        (LossOutlook(LossKind.SAFE), "safe"),
        (LossOutlook(LossKind.UNKNOWN), "–"),
    ],
)
def test_time_to_loss_is_said_in_time(loss: LossOutlook, text: str) -> None:
    assert loss_cell(loss).text == text


def test_age_says_when_it_may_be_more() -> None:
    assert age_text(Known(Age(180.0), 1)) == "3m"
    assert age_text(Known(Age(180.0, is_at_least=True), 1)) == ">3m"
    assert age_text(Unknown("nothing committed")) == "–"


def test_every_step_of_a_rebalance_is_one_word_in_a_list() -> None:
    words = {state_word(state) for state in GroupState if state.is_rebalancing}
    assert words == {"Rebalancing"}
    assert state_word(GroupState.STABLE) == "Stable"


def test_lag_that_is_not_read_is_a_dash_and_no_zero() -> None:
    unread = Group("new", GroupState.STABLE, "classic")
    assert cell(unread, "lag").text == "–"
    assert cell(unread, "members").text == "–"
    assert group_row(unread).sorts[PLACES["lag"]] == -1


def test_figures_of_a_group_that_cannot_be_read_are_said_to_be_old() -> None:
    billing = replace(groups()[0], problem="kafka-2:9092 refused the connection")
    assert cell(billing, "verdict") == Cell("▲ old figures", Role.WARNING)
    assert cell(billing, "lag").text == cell(groups()[0], "lag").text


async def test_who_loses_records_now_comes_before_who_loses_them_later() -> None:
    first, second, third, *_ = groups()
    rows = (
        replace(first, name="safe", loss=LossOutlook(LossKind.SAFE)),
        replace(second, name="now", loss=LossOutlook(LossKind.NOW)),
        replace(third, name="later", loss=LossOutlook(LossKind.IN_TIME, 60.0)),
    )
    panel = GroupsPanel()
    app = Stage(panel)
    async with app.run_test(size=(160, 20)):
        panel.show(replace(busy(), groups=Ready(rows, NOW_MS)))
        panel.table.set_order(Order(PLACES["loss"]))
        assert panel.table.shown_keys == ("now", "later", "safe")


async def test_a_topic_that_nobody_reads_says_so() -> None:
    everywhere, of_topic = GroupsPanel(), GroupsPanel(topic="audit.events")
    app = Stage(everywhere, of_topic)
    async with app.run_test(size=(100, 20)):
        everywhere.show(empty())
        of_topic.show(busy())
        await at_rest(app)
        assert "There are no groups yet" in shown(app)
        assert "No group reads this topic" in shown(app)


async def test_groups_that_a_silent_broker_may_coordinate_are_not_said_to_be_none() -> None:
    whole = partial()
    panel, empty_panel = GroupsPanel(), GroupsPanel()
    app = Stage(panel, empty_panel)
    async with app.run_test(size=(120, 20)):
        panel.show(whole)
        empty_panel.show(replace(whole, groups=Ready((), NOW_MS)))
        await at_rest(app)
        text = shown(app)
        assert text.count("groups may be missing: broker 2 does not answer") == 2
        assert "No group is known" in text
        assert "There are no groups yet" not in text
