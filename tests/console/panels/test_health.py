"""Broker health: every broker's state, what is wrong, and vital signs with their age."""

from dataclasses import replace

import pytest

from console.model.cluster import Broker
from console.model.figures import Figure, Known, Unknown
from console.model.health import ApiLatency, Health
from console.model.section import Ready, Stale
from console.model.series import EMPTY_SERIES
from console.model.snapshot import Snapshot
from console.panels.health import (
    BROKER_COLUMNS,
    ApiPanel,
    BrokerHealthPanel,
    FindingsPanel,
    VitalsPanel,
    api_row,
    broker_row,
    percent_cell,
)
from console.widgets.palette import Role
from console.widgets.table_rows import Cell
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import brokers, busy, hosted, vitals
from tests.support.stage import Stage, lines_of, shown

FOUR = "mean 3.1 ms · cpu 37% · mem 101 MB · 14 connections"
PLACES = {column.key: place for place, column in enumerate(BROKER_COLUMNS)}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, Cell("● online", Role.OK)),
        ({"silence": "timed out"}, Cell("▲ silent", Role.WARNING)),
        ({"problem": "/data has failed"}, Cell("▲ bad disk", Role.WARNING)),
        ({"is_online": False, "problem": "gone"}, Cell("■ gone", Role.ERROR)),
    ],
)
def test_the_state_of_a_broker_is_the_worst_that_is_known(
    changes: dict[str, object], state: Cell
) -> None:
    row = broker_row(replace(brokers()[1], **changes))  # type: ignore[arg-type]
    assert row.cells[PLACES["state"]] == state


def test_what_a_broker_does_not_tell_is_a_dash() -> None:
    row = broker_row(Broker(1, "kafka-1", 9092))
    for column in PLACES.keys() - {"broker", "address", "state", "role", "leaders", "replicas"}:
        assert row.cells[PLACES[column]].text == "–"


@pytest.mark.parametrize(
    ("percent", "cell"),
    [
        (None, Cell("–", Role.MUTED)),
        (0.0, Cell("0%", Role.OK)),
        (70.0, Cell("70%", Role.WARNING)),
        (91.4, Cell("91%", Role.ERROR)),
    ],
)
def test_a_share_is_coloured_as_its_gauge_is(percent: float | None, cell: Cell) -> None:
    assert percent_cell(percent) == cell


def test_a_latency_beyond_the_measure_is_not_known() -> None:
    assert api_row(ApiLatency("Fetch", 1.0, 41.0)).cells[3].text == "–"
    assert api_row(ApiLatency("Fetch", 1.0, 41.0, 500.0)).cells[3].text == "500 ms"


def engine(**changes: object) -> Snapshot:
    told = replace(vitals(), read_ms=NOW_MS, **changes)  # type: ignore[arg-type]
    return replace(hosted(), health=Ready(Health((), told), NOW_MS))


@pytest.mark.parametrize(
    ("width", "remark"),
    [
        (120, f"{FOUR} · p99 11.8 ms · in 61.4 MB/s · out 118 MB/s"),
        (57, FOUR),
        (50, "mean 3.1 ms · cpu 37% · mem 101 MB"),
        (40, "mean 3.1 ms · cpu 37% · mem 101 MB"),
        (39, "mean 3.1 ms · cpu 37%"),
        (20, "mean 3.1 ms"),
    ],
)
async def test_vital_signs_in_the_border_are_whole_or_left_out(width: int, remark: str) -> None:
    panel = VitalsPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 8)) as pilot:
        panel.show(engine())
        await pilot.resize_terminal(width, 8)
        await at_rest(app)
        assert lines_of(app)[-1].strip("╰╯─ ") == remark


async def test_what_was_not_flushed_lately_is_left_out() -> None:
    panel = VitalsPanel()
    app = Stage(panel)
    async with app.run_test(size=(100, 8)):
        idle = Unknown("nothing was flushed since the last reading")
        panel.show(engine(flush_mean_ms=idle, flush_p99_ms=idle))
        await at_rest(app)
        told = "cpu 37% · mem 101 MB · 14 connections · in 61.4 MB/s · out 118 MB/s"
        assert lines_of(app)[-1].strip("╰╯─ ") == told


@pytest.mark.parametrize(
    ("requests_per_s", "requests", "flushes"),
    [
        (Unknown("not enough samples yet"), "two readings make a rate", "two readings make a mean"),
        (Known(0.0, NOW_MS), "Nothing was asked since the last", "Nothing was flushed since this"),
    ],
)
async def test_an_idle_broker_says_what_will_be_seen_and_when(
    requests_per_s: Figure[float], requests: str, flushes: str
) -> None:
    """Neither the head of a table over nothing nor an axis without a chart."""
    chart, table = VitalsPanel(), ApiPanel()
    app = Stage(chart, table)
    async with app.run_test(size=(120, 24)):
        idle = engine(requests_per_s=requests_per_s, apis=(), flush_history=EMPTY_SERIES)
        chart.show(idle)
        table.show(idle)
        await at_rest(app)
        text = shown(app)
        assert requests in text
        assert flushes in text
        assert "REQUEST" not in text
        assert "now" not in text
        assert "cpu 37%" in text
        chart.show(engine())
        table.show(engine())
        await at_rest(app)
        assert "REQUEST" in shown(app)
        assert "now" in shown(app)


def test_the_work_of_a_broker_is_what_is_written_to_it_and_how_fast_it_answers() -> None:
    row = broker_row(brokers()[0])
    told = {key: row.cells[place].text + row.cells[place].unit for key, place in PLACES.items()}
    assert (told["messages"], told["in"]) == ("61.4K", "19.0 MB")
    assert (told["round_trip"], told["worst"]) == ("1.2 ms", "10.8 ms")


async def test_a_round_trip_is_said_to_be_that_of_this_console() -> None:
    panel = BrokerHealthPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 8)) as pilot:
        panel.show(busy())
        await at_rest(app)
        assert "round trip: of this console's own requests" in lines_of(app)[-1]
        await pilot.resize_terminal(80, 8)
        await at_rest(app)
        assert lines_of(app)[-1].endswith("sorted by broker · 3 brokers ─╯")


async def test_vital_signs_that_cannot_be_read_anew_are_shown_as_old() -> None:
    chart, requests = VitalsPanel(), ApiPanel()
    app = Stage(chart, requests)
    async with app.run_test(size=(120, 24)):
        problem = "127.0.0.1:9404 did not answer"
        snapshot = replace(engine(problem=problem), at_ms=NOW_MS + 46_000)
        chart.show(snapshot)
        requests.show(snapshot)
        await at_rest(app)
        assert shown(app).count("▲ as of 46s ago") == 2
        assert problem in shown(app)
        chart.show(engine())
        requests.show(engine())
        await at_rest(app)
        assert "as of" not in shown(app)


async def test_another_cluster_is_said_to_be_mute() -> None:
    chart, requests = VitalsPanel(), ApiPanel()
    app = Stage(chart, requests)
    async with app.run_test(size=(120, 24)):
        chart.show(busy())
        requests.show(busy())
        await at_rest(app)
        assert shown(app).count("This cluster does not tell") == 2


async def test_findings_say_since_when_and_what_to_do() -> None:
    panel = FindingsPanel()
    app = Stage(panel)
    async with app.run_test(size=(110, 20)):
        panel.show(busy())
        await at_rest(app)
        text = shown(app)
        assert "■ broker 3  The disk of broker 3 is 91% full.  5m 18s ago" in text
        assert "Shorten the retention of large topics or add disk space." in text
        assert "3 findings" in lines_of(app)[-1]


@pytest.mark.parametrize(
    ("height", "said"), [(8, ""), (7, "1 of 3"), (6, "2 of 3"), (5, "2 of 3"), (4, "3 of 3")]
)
async def test_findings_without_room_are_counted_and_not_passed_over(
    height: int, said: str
) -> None:
    panel = FindingsPanel()
    app = Stage(panel)
    async with app.run_test(size=(130, height)):
        panel.show(busy())
        await at_rest(app)
        assert ("are cut for want of room" in shown(app)) == bool(said)
        assert said in shown(app)


async def test_nothing_wrong_is_said_as_such_and_with_its_age_when_it_is_old() -> None:
    panel = FindingsPanel()
    app = Stage(panel)
    async with app.run_test(size=(80, 12)):
        panel.show(hosted())
        await at_rest(app)
        assert "● Nothing is wrong" in shown(app)
        old = Stale(Health(()), NOW_MS - 46_000, "kafka-1 refused", NOW_MS - 40_000)
        panel.show(replace(busy(), health=old))
        await at_rest(app)
        assert "▲ as of 46s ago" in lines_of(app)[-1]
