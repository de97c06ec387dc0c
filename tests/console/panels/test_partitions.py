"""The partitions of a topic as rows: leader, replicas, offsets, and whose lag it is."""

from dataclasses import replace

import pytest

from console.model.figures import Known, Unknown
from console.model.partition import Partition
from console.panels.partitions import COLUMNS, PartitionsPanel, partition_row
from console.widgets.palette import Role
from console.widgets.table_rows import Cell
from tests.support.hand import at_rest
from tests.support.sample_snapshots import busy, loading, partial
from tests.support.stage import Stage, shown

PLACES = {column.key: place for place, column in enumerate(COLUMNS)}
WELL = Partition("orders", 7, leader=1, leader_epoch=3, replicas=(1, 2, 3), in_sync=(1, 2, 3))


@pytest.mark.parametrize(
    ("changes", "status", "leader"),
    [
        ({}, Cell("● healthy", Role.OK), Cell("1")),
        ({"in_sync": (1, 3)}, Cell("■ under-rep", Role.ERROR), Cell("1")),
        ({"leader": None, "in_sync": ()}, Cell("■ offline", Role.ERROR), Cell("–", Role.ERROR)),
    ],
)
def test_the_status_is_the_worst_that_applies(
    changes: dict[str, object], status: Cell, leader: Cell
) -> None:
    row = partition_row(replace(WELL, **changes))  # type: ignore[arg-type]
    assert row.cells[PLACES["status"]] == status
    assert row.cells[PLACES["leader"]] == leader


def test_the_end_is_that_of_the_log_where_it_is_told_and_else_the_high_watermark() -> None:
    row = replace(WELL, high_watermark=Known(1_234, 1))
    assert partition_row(row).cells[PLACES["end"]].text == "1,234"
    ahead = replace(row, log_end=Known(1_300, 1))
    assert partition_row(ahead).cells[PLACES["end"]].text == "1,300"
    assert partition_row(ahead).cells[PLACES["high"]].text == "1,234"


def test_what_was_not_read_is_a_dash() -> None:
    row = partition_row(replace(WELL, lag=Unknown("the group does not read it")))
    for column in ("start", "high", "end", "size", "rate", "lag"):
        assert row.cells[PLACES[column]].text == "–"


async def test_the_title_says_whose_lag_it_is() -> None:
    panel = PartitionsPanel("orders.placed")
    app = Stage(panel)
    async with app.run_test(size=(120, 20)):
        panel.show(loading())
        await at_rest(app)
        assert "Reading partitions" in shown(app)
        panel.show(busy())
        await at_rest(app)
        assert "Partitions, lag of billing" in shown(app)
        panel.show(partial())
        await at_rest(app)
        assert "lag of" not in shown(app)
