"""Topics as a table: rates, lag that may be more, status, and which rows are made anew."""

from dataclasses import replace

from console.model.figures import Known, Total, Unknown
from console.model.section import Refused
from console.model.topic import TopicStatus
from console.panels.topics import COLUMNS, TopicsPanel, topic_row
from console.widgets.palette import Role
from console.widgets.table_rows import Cell
from tests.support.hand import at_rest
from tests.support.sample_snapshots import busy, empty
from tests.support.sample_topics import topics
from tests.support.stage import Stage, shown

PLACES = {column.key: place for place, column in enumerate(COLUMNS)}


def test_lag_of_which_a_part_is_not_known_is_marked() -> None:
    row = replace(topics()[0], lag=Known(182_000, 1), lag_total=Total(182_000, 1))
    assert topic_row(row).cells[PLACES["lag"]] == Cell("182K", Role.ALARM, "+")
    assert topic_row(replace(row, lag_total=Total(182_000))).cells[PLACES["lag"]].unit == ""


def test_what_was_not_read_is_a_dash() -> None:
    silent = Unknown("broker 2 did not answer")
    row = topic_row(
        replace(topics()[0], messages_per_s=silent, size_bytes=silent, lag=silent, retention=silent)
    )
    for column in ("rate", "size", "lag", "retention"):
        assert row.cells[PLACES[column]].text == "–"


def test_a_status_is_said_in_words_that_fit_the_column() -> None:
    for status in TopicStatus:
        cell = topic_row(replace(topics()[0], status=status)).cells[PLACES["status"]]
        assert len(cell.text) <= COLUMNS[PLACES["status"]].width


async def test_internal_topics_are_left_out_unless_they_are_wanted() -> None:
    panel = TopicsPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 50)):
        panel.show(busy())
        assert "__consumer_offsets" not in panel.table.shown_keys
        panel.show(busy(), are_internal_shown=True)
        assert "__consumer_offsets" in panel.table.shown_keys


async def test_the_table_comes_back_when_topics_can_be_read_again() -> None:
    panel = TopicsPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 50)):
        panel.show(busy())
        panel.show(replace(busy(), topics=Refused("no right")))
        await at_rest(app)
        assert "no right" in shown(app)
        panel.show(empty())
        await at_rest(app)
        assert "There are no topics yet" in shown(app)
        panel.show(busy())
        await at_rest(app)
        assert "orders.placed" in shown(app)
