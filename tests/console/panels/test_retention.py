"""Retention as a table: how far back topics reach, what goes next, who loses records."""

from dataclasses import replace

from console.model.figures import Known, Unknown
from console.model.lag import LossKind, LossOutlook
from console.model.retention import GroupAtRisk
from console.model.section import Ready
from console.panels.retention import (
    COLUMNS,
    RetentionPanel,
    no_sooner,
    risk_cell,
    since,
    sort_value,
)
from console.widgets.palette import Role
from console.widgets.table_rows import Cell, Order, TableRow
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy, empty
from tests.support.sample_topics import retentions
from tests.support.stage import Stage, shown

PLACES = {column.key: place for place, column in enumerate(COLUMNS)}
SOON = GroupAtRisk("search", LossOutlook(LossKind.IN_TIME, 5_400.0), 0)
LOST = GroupAtRisk("mail\x1ber", LossOutlook(LossKind.NOW), 1_200)
NOW = GroupAtRisk("billing", LossOutlook(LossKind.NOW), 0)


class Counting(RetentionPanel):
    """Remembers every row that its filter looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_at: list[TableRow] = []

    def filtered_text(self, row: TableRow) -> str:
        self.looked_at.append(row)
        return super().filtered_text(row)


def test_moments_are_distances() -> None:
    assert since(Known(NOW_MS - 7_200_000, 1), NOW_MS).text == "2h"
    assert since(Known(NOW_MS + 5_000, 1), NOW_MS).text == "0s"
    assert since(Unknown("not read yet"), NOW_MS).text == "–"


def test_what_is_too_old_is_not_due_since_it_goes_with_its_segment() -> None:
    assert no_sooner(Known(NOW_MS + 7_200_000, 1), NOW_MS).text == ">2h"
    assert no_sooner(Known(NOW_MS - 1, 1), NOW_MS).text == ">now"
    assert no_sooner(Unknown("not read yet"), NOW_MS).text == "–"


def test_who_loses_records_is_named_with_how_many_or_how_soon() -> None:
    row = replace(retentions()[0], at_risk=(LOST, NOW, SOON))
    assert risk_cell(row).text == "■ mail␛er lost 1.2K, billing now, search in 1h 30m"
    assert risk_cell(row).role is Role.ERROR
    assert risk_cell(replace(row, at_risk=(SOON,))).role is Role.WARNING
    assert risk_cell(replace(row, at_risk=())).text == "nobody"


def test_a_loss_that_is_days_away_is_told_and_is_no_alarm() -> None:
    far = GroupAtRisk("billing", LossOutlook(LossKind.IN_TIME, 6.9 * 86_400), 0)
    row = replace(retentions()[0], at_risk=(far,))
    assert risk_cell(row) == Cell("billing in 6d 21h")
    place = PLACES["risk"]
    nobody, soon = (replace(row, at_risk=each) for each in ((), (SOON,)))
    assert sort_value(nobody, place) < sort_value(row, place)  # type: ignore[operator]
    assert sort_value(row, place) < sort_value(soon, place)  # type: ignore[operator]


def test_what_is_not_known_sorts_below_all_that_is() -> None:
    known, silent = retentions()[0], Unknown("broker 2 did not answer")
    unknown = replace(known, oldest_ms=silent, size_bytes=silent, oldest_goes_ms=silent)
    young = replace(known, oldest_ms=Known(NOW_MS, 1))
    for column in ("reaches", "size"):
        place = PLACES[column]
        assert sort_value(unknown, place) < sort_value(young, place)  # type: ignore[operator]


async def test_the_topic_that_reaches_furthest_back_can_be_found() -> None:
    old, young, unknown, *_ = retentions()
    rows = (
        replace(young, topic="young", oldest_ms=Known(NOW_MS - 1_000, 1)),
        replace(unknown, topic="unknown", oldest_ms=Unknown("it holds no records")),
        replace(old, topic="old", oldest_ms=Known(NOW_MS - 99_000, 1)),
    )
    panel = RetentionPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 20)):
        panel.show(replace(busy(), retention=Ready(rows, NOW_MS)))
        panel.table.set_order(Order(PLACES["reaches"], is_down=True))
        assert panel.table.shown_keys == ("old", "young", "unknown")


async def test_ages_grow_while_rows_are_neither_made_nor_sorted_nor_filtered_anew() -> None:
    """Every row that a table arranges goes through its filter, which counts them."""
    panel = Counting()
    app = Stage(panel)
    rows = retentions()[:2]
    aged = tuple(replace(row, oldest_ms=Known(NOW_MS - 5_000, 1)) for row in rows)
    async with app.run_test(size=(120, 20)):
        panel.show(replace(busy(), retention=Ready(aged, NOW_MS)))
        panel.filter_by("!nothing")
        await at_rest(app)
        assert shown(app).count(" 5s ") == len(panel.looked_at) == 2
        panel.show(replace(busy(), at_ms=NOW_MS + 3_000, retention=Ready(aged, NOW_MS)))
        await at_rest(app)
        assert shown(app).count(" 8s ") == len(panel.looked_at) == 2


async def test_of_topics_that_changed_alone_rows_are_made_anew() -> None:
    panel = Counting()
    app = Stage(panel)
    old, young = retentions()[:2]
    async with app.run_test(size=(120, 20)):
        panel.show(replace(busy(), retention=Ready((old, young), NOW_MS)))
        panel.filter_by("!nothing")
        await at_rest(app)
        larger = replace(young, size_bytes=Known(1, 1))
        panel.show(replace(busy(), retention=Ready((old, larger), NOW_MS)))
        await at_rest(app)
        assert len(panel.looked_at) == 4
        assert len(set(panel.looked_at)) == 3


async def test_internal_topics_are_left_out_unless_they_are_wanted() -> None:
    panel = RetentionPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 50)):
        panel.show(busy())
        assert "__consumer_offsets" not in panel.table.shown_keys
        panel.show(busy(), are_internal_shown=True)
        assert "__consumer_offsets" in panel.table.shown_keys
        panel.show(empty())
        await at_rest(app)
        assert "There are no topics yet" in shown(app)
