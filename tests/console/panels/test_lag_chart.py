"""The chart of lag: whose curves stand in it, and over which time."""

from dataclasses import replace

from console.model.figures import Total
from console.model.section import Ready
from console.panels.lag_chart import GROUPS_SHOWN, LagChartPanel, curve_of, span_of
from tests.support.hand import at_rest
from tests.support.sample_groups import groups
from tests.support.sample_series import NOW_MS, evenly
from tests.support.sample_snapshots import busy, empty, stale
from tests.support.stage import Stage, lines_of, shown


def test_a_curve_says_how_many_parts_its_value_lacks() -> None:
    group = replace(groups()[0], name="bil\x1bling", lag_total=Total(52_000, 1))
    assert curve_of(group).label == "bil␛ling"
    assert curve_of(group).shown == "52.0K +1?"


def test_the_span_is_that_of_all_curves_together() -> None:
    assert span_of() == span_of(evenly(1.0)) == ""
    assert span_of(evenly(1.0, 2.0), evenly(*[1.0] * 91)) == "1m 30s"


async def test_the_groups_furthest_behind_are_drawn() -> None:
    panel = LagChartPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 12)):
        panel.show(busy())
        await at_rest(app)
        legend = lines_of(app)[1]
        ranked = sorted(groups(), key=lambda group: -group.lag_total.amount)
        assert all(group.name in legend for group in ranked[:GROUPS_SHOWN])
        assert ranked[GROUPS_SHOWN].name not in legend
        assert "furthest behind" in lines_of(app)[-1]


async def test_a_group_whose_offsets_were_not_read_is_not_drawn_as_caught_up() -> None:
    panel = LagChartPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 12)):
        unread = tuple(replace(group, is_enriched=False) for group in groups())
        panel.show(replace(busy(), groups=Ready(unread, NOW_MS)))
        await at_rest(app)
        assert "No group reads yet" in shown(app)


async def test_groups_that_are_named_are_drawn_and_no_others() -> None:
    panel = LagChartPanel("Lag", names=("fraud",))
    app = Stage(panel)
    async with app.run_test(size=(120, 12)):
        panel.show(busy())
        await at_rest(app)
        assert "fraud" in lines_of(app)[1]
        assert "billing" not in shown(app)


async def test_no_groups_and_old_figures_are_said() -> None:
    panel = LagChartPanel()
    app = Stage(panel)
    async with app.run_test(size=(120, 12)):
        panel.show(empty())
        await at_rest(app)
        assert "No group reads yet" in shown(app)
        panel.show(stale())
        await at_rest(app)
        assert "▲ as of 46s ago · furthest behind" in lines_of(app)[-1]
