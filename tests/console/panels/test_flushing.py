"""Flush times and waiters: what the legend and the border say, and what is said without any."""

from dataclasses import replace

import pytest

from console.model.engine import Flushing, Waiting
from console.model.figures import Known, Unknown
from console.model.section import Ready
from console.panels.flushing import (
    FlushPanel,
    WaitingPanel,
    flush_curves,
    flush_words,
    waiting_curves,
    waiting_words,
)
from tests.support.hand import at_rest
from tests.support.sample_engine import ENGINE_FACES, busy_engine, state, times, with_engine
from tests.support.sample_series import NOW_MS
from tests.support.stage import Stage, lines_of, shown


def test_the_legend_has_the_quantiles_of_the_last_minute() -> None:
    curves = {curve.label: curve.shown for curve in flush_curves(state().flushing)}
    assert list(curves) == ["p99", "p50", "max"]
    assert curves["max"] == "≤ 100 ms"
    assert curves["p50"].endswith(" ms")


@pytest.mark.parametrize(
    ("last", "most"), [(None, "–"), (times(0), "–"), (times(15, 3), ">10.0 s")]
)
def test_the_most_says_when_it_is_not_known_or_beyond_the_measure(last: object, most: str) -> None:
    (*_, curve) = flush_curves(Flushing(last=last))  # type: ignore[arg-type]
    assert curve.shown == most


def test_the_border_says_how_often_and_how_many_at_once() -> None:
    assert flush_words(state().flushing) == ["131/s", "1.8 partitions each"]
    assert flush_words(Flushing()) == ["", ""]
    assert waiting_words(state().waiting) == ["receiving 1.0 MB", "unsent 214 KB"]
    assert waiting_words(Waiting()) == []


def test_what_is_not_told_is_no_curve() -> None:
    whole = state().waiting
    assert [curve.shown for curve in waiting_curves(whole)] == ["21", "16", "3"]
    partly = replace(whole, for_disk=Unknown("not told"), in_flight=Known(0, NOW_MS))
    assert [(curve.label, curve.shown) for curve in waiting_curves(partly)] == [
        ("in flight", "0"),
        ("for records", "16"),
    ]


async def test_charts_are_drawn_with_their_axis_and_their_age() -> None:
    flush, waiting = FlushPanel(), WaitingPanel()
    app = Stage(flush, waiting)
    async with app.run_test(size=(80, 26)):
        for panel in (flush, waiting):
            panel.show(busy_engine())
        await at_rest(app)
        assert "━ p99" in shown(app)
        assert "━ for records 16" in shown(app)
        assert "131/s · 1.8 partitions each" in shown(app)
        assert "receiving 1.0 MB · unsent 214 KB" in lines_of(app)[-1]
        for panel in (flush, waiting):
            panel.show(with_engine(ENGINE_FACES["stale"]))
        await at_rest(app)
        assert shown(app).count("▲ as of 46s ago") == 2


async def test_without_figures_each_says_why() -> None:
    flush, waiting = FlushPanel(), WaitingPanel()
    app = Stage(flush, waiting)
    async with app.run_test(size=(80, 26)):
        for panel in (flush, waiting):
            panel.show(with_engine(ENGINE_FACES["loading"]))
        await at_rest(app)
        assert "Reading flush times" in shown(app)
        assert "Reading waiters" in shown(app)
        flush.show(with_engine(ENGINE_FACES["partial"]))
        await at_rest(app)
        assert "two readings make a distribution" in shown(app)
        nothing = replace(state(), flushing=Flushing(last=times(0)), waiting=Waiting())
        for panel in (flush, waiting):
            panel.show(with_engine(Ready(nothing, NOW_MS)))
        await at_rest(app)
        assert "Nothing was flushed yet" in shown(app)
        assert "The broker does not tell" in shown(app)
