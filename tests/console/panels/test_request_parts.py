"""One kind of request: its head, its distributions as bars, its errors."""

from dataclasses import replace

from console.model import units
from console.model.engine import RequestKind
from console.panels.request_parts import (
    ErrorsPanel,
    RequestLine,
    SpreadPanel,
    figures_of,
    words_of,
)
from console.widgets.palette import Role
from tests.support.hand import at_rest
from tests.support.sample_engine import produce, times
from tests.support.stage import Stage, lines_of, shown


def test_the_head_says_what_it_is_and_how_much_of_it_there_was() -> None:
    assert words_of(produce(), 80) == (
        "version 12 · 3 in flight · 1,204,113 requests since the start"
    )
    assert words_of(produce(), 40) == "version 12 · 3 in flight"
    assert words_of(produce(), 3) == "version 12"


def test_figures_have_their_units_and_unknown_ones_are_dashes() -> None:
    found = {label: cell.text + cell.unit for label, cell in figures_of(produce())}
    assert found["rate"] == "402/s"
    assert found["in"] == "61.4 MB/s"
    assert found["each asks"] == "152 KB"
    bare = {label: cell.text for label, cell in figures_of(RequestKind("Fetch", "17", 3))}
    assert set(bare.values()) == {"–"}


async def test_figures_without_room_are_left_out_whole() -> None:
    line = RequestLine()
    app = Stage(line)
    async with app.run_test(size=(40, 3)) as pilot:
        line.show(produce())
        await at_rest(app)
        assert "rate 402/s   p50" in lines_of(app)[1]
        assert "each" not in shown(app)
        await pilot.resize_terminal(160, 3)
        await at_rest(app)
        assert "each gets 68 B" in shown(app)
        line.show(None)
        await at_rest(app)
        assert shown(app).strip() == ""


async def test_bars_have_their_bounds_counts_and_shares() -> None:
    panel = SpreadPanel("Latency", units.latency, nothing="No request", role=Role.S1)
    app = Stage(panel)
    async with app.run_test(size=(60, 6)):
        panel.show(times(3, 30, 0, 10), "last minute")
        await at_rest(app)
        lines = lines_of(app)
        assert "≤ 1.0 ms" in lines[1]
        assert lines[1].rstrip(" │").endswith("30   75%")
        assert lines[3].rstrip(" │").endswith("10   25%")
        assert "last minute" in lines[-1]


async def test_nothing_in_the_last_minute_is_another_thing_than_not_read_yet() -> None:
    panel = SpreadPanel("Latency", units.latency, nothing="No request", role=Role.S1)
    app = Stage(panel)
    async with app.run_test(size=(60, 6)):
        panel.show(None)
        await at_rest(app)
        assert "two readings make a distribution" in shown(app)
        panel.show(times(0))
        await at_rest(app)
        assert "No request" in shown(app)
        assert "in the last minute" in shown(app)


async def test_errors_are_told_by_name_most_frequent_first() -> None:
    panel = ErrorsPanel()
    app = Stage(panel)
    async with app.run_test(size=(50, 7)):
        panel.show(produce())
        await at_rest(app)
        assert lines_of(app)[2].split()[:2] == ["│▌NOT_ENOUGH_REPLICAS", "212"]
        panel.show(replace(produce(), errors=()))
        await at_rest(app)
        assert "● No error" in shown(app)
