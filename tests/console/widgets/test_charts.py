"""What charts say in characters: legend, axis, the newest sample at the right."""

import pytest

from console.model import units
from console.model.series import Series
from console.widgets.charts import EIGHTHS, AreaChart, Curve, LineChart, Sparkline, legend_layout
from console.widgets.palette import Role
from tests.support.hand import at_rest
from tests.support.sample_series import evenly
from tests.support.stage import Stage, lines_of, segments_of, shown

RISING = tuple(float(value) for value in range(100))


def curve(label: str, scale: float = 1.0) -> Curve:
    return Curve(label, evenly(*(scale * value for value in RISING)), f"{scale * 99:.0f}")


async def test_area_ends_with_the_newest_sample_at_the_right() -> None:
    chart = AreaChart(units.count)
    app = Stage(chart)
    async with app.run_test(size=(60, 12)) as pilot:
        chart.show(evenly(*RISING), "1m")
        await pilot.pause()
        lines = lines_of(app)
        first = next(number for number, line in enumerate(lines) if line and line[-1] in EIGHTHS)
        assert all(line[-1] == "█" for line in lines[first + 1 : -1])
        assert "└-1m" in lines[-1]
        assert lines[-1].endswith("now")
        assert "100 ┤" in shown(app)


async def test_area_is_darker_towards_the_bottom() -> None:
    chart = AreaChart(units.count)
    app = Stage(chart)
    async with app.run_test(size=(40, 12)) as pilot:
        chart.show(evenly(*[5.0] * 40), "1m")
        await pilot.pause()
        colors = [
            line[-1].style.color.triplet
            for line in segments_of(app)
            if "█" in line[-1].text and line[-1].style and line[-1].style.color
        ]
        blues = [color.blue for color in colors if color is not None]
        assert len(blues) > 5
        assert blues == sorted(blues, reverse=True)


async def test_legend_names_every_curve_with_its_value() -> None:
    chart = LineChart(units.count)
    app = Stage(chart)
    async with app.run_test(size=(70, 12)) as pilot:
        chart.show([curve("billing"), curve("fraud", 0.5), curve("search", 0.2)], "1m")
        await pilot.pause()
        assert all(part in lines_of(app)[0] for part in ("billing 99", "fraud 50", "search 20"))
        assert "┈┈" in shown(app)


@pytest.mark.parametrize("values", [(), (0.0,), (0.0, 0.0), (7.0,), (1e15, 0.0)])
@pytest.mark.parametrize("size", [(1, 1), (9, 2), (40, 3), (60, 12)])
async def test_any_values_at_any_size_are_drawn(
    values: tuple[float, ...], size: tuple[int, int]
) -> None:
    charts = (AreaChart(units.count), LineChart(units.count), Sparkline(Role.S1))
    app = Stage(*charts)
    async with app.run_test(size=size) as pilot:
        charts[0].show(evenly(*values), "1m")
        charts[1].show([Curve("one", evenly(*values), "7")], "1m")
        charts[2].show(values)
        await pilot.pause()
        assert len(lines_of(app)) == size[1]


async def test_sparkline_goes_from_least_to_most() -> None:
    line = Sparkline(Role.S1)
    app = Stage(line)
    async with app.run_test(size=(20, 3)) as pilot:
        line.show([1000.0 + value for value in range(20)])
        await pilot.pause()
        drawn = lines_of(app)[0]
        assert drawn[0] == "▁"
        assert drawn[-1] == "█"


async def test_theme_recolours_a_chart() -> None:
    line = Sparkline(Role.S1)
    app = Stage(line)
    async with app.run_test(size=(20, 3)) as pilot:
        line.show(RISING)
        app.theme = "paper"
        await pilot.pause()
        style = segments_of(app)[0][0].style
        assert style is not None
        assert style.color is not None
        assert style.color.name.upper() == app.theme_variables["s1"].upper()


@pytest.mark.parametrize(
    ("width", "labels"),
    [
        (80, ["billing-service", "fraud", "search"]),
        (50, ["billing-service", "fraud", "search"]),
        (44, ["billing-serv…", "fraud", "search"]),
        (39, ["billing…", "fraud", "search"]),
        (36, ["billing-service", "fraud"]),
        (30, ["billing-ser…", "fraud"]),
        (22, ["billing-service"]),
        (9, []),
    ],
)
def test_legend_cuts_long_names_before_it_leaves_a_curve_out(width: int, labels: list[str]) -> None:
    curves = [curve("billing-service"), curve("fraud"), curve("search")]
    assert legend_layout(curves, width)[1] == labels


async def test_where_curves_meet_the_dots_of_both_stand() -> None:
    chart = LineChart(units.count)
    app = Stage(chart)
    async with app.run_test(size=(40, 6)) as pilot:
        level, top = Curve("a", evenly(0.9, 0.9), "1"), Curve("b", evenly(1.0, 1.0), "0")
        dots = []
        for curves in ([level], [top], [level, top]):
            chart.show(curves)
            await pilot.pause()
            signs = "".join(lines_of(app)[1:])
            dots.append(
                sum((ord(sign) - 0x2800).bit_count() for sign in signs if "⠀" < sign <= "⣿")
            )
        assert dots[2] == dots[0] + dots[1]


HISTORY = (*(0.0,) * 200, *(90.0,) * 100)
"""Five minutes: nothing for two thirds of the time, then much."""


async def test_every_chart_shows_the_whole_history_that_its_axis_speaks_of() -> None:
    lines, area, spark = LineChart(units.count), AreaChart(units.count), Sparkline(Role.S1)
    app = Stage(lines, area, spark)
    async with app.run_test(size=(38, 25)) as pilot:
        lines.show([Curve("one", evenly(*HISTORY), "90")], "5m")
        area.show(evenly(*HISTORY), "5m")
        spark.show(HISTORY)
        await pilot.pause()
        drawn = lines_of(app)
        assert "└-5m" in drawn[11]
        high = next(line[8:] for line in drawn if any("⠀" < sign <= "⣿" for sign in line))
        assert [sign for sign in high[:18] if "⠀" < sign <= "⣿"] == []
        assert drawn[-1] == "▁" * 25 + "▅" + "█" * 12


async def test_only_curves_that_the_legend_names_are_drawn() -> None:
    chart = LineChart(units.count)
    app = Stage(chart)
    low, high = (
        Curve("fraud-detection", evenly(1.0, 1.0), "1"),
        Curve("warehouse", evenly(9.0, 9.0), "9"),
    )
    async with app.run_test(size=(24, 8)) as pilot:
        chart.show([low, high])
        await pilot.pause()
        assert "warehouse" not in lines_of(app)[0]
        assert "  1 ┤" in shown(app)
        assert "10 ┤" not in shown(app)


async def test_curves_of_different_ages_share_one_axis_of_time() -> None:
    chart = LineChart(units.count)
    app = Stage(chart)
    old, young = evenly(*[5.0] * 101), evenly(9.0, 9.0)
    async with app.run_test(size=(60, 12)) as pilot:
        chart.show([Curve("old", old, "5"), Curve("young", young, "9")], "1m 40s")
        await pilot.pause()
        rows = [line[8:] for line in lines_of(app) if any("⠀" < sign <= "⣿" for sign in line)]
        dots = [sum("⠀" < sign <= "⣿" for sign in row) for row in rows]
        assert min(dots) <= 2, "two seconds of a hundred are no line over the whole width"
        assert max(dots) > 45


async def test_time_in_which_nothing_was_known_is_left_blank() -> None:
    area = AreaChart(units.count)
    app = Stage(area)
    before, after = evenly(*[5.0] * 30), evenly(*[5.0] * 30)
    times = (*(at - 60_000 for at in before.times_ms), *after.times_ms)
    async with app.run_test(size=(68, 6)) as pilot:
        area.show(Series(times, (*before.values, *after.values)))
        await pilot.pause()
        lowest = lines_of(app)[5][8:]
        assert lowest.startswith("█" * 15)
        assert lowest.endswith("█" * 15)
        assert " " * 15 in lowest


async def test_a_widget_that_grows_is_drawn_for_its_new_width_at_once() -> None:
    sparkline = Sparkline(Role.S1)
    app = Stage(sparkline)
    async with app.run_test(size=(20, 2)) as pilot:
        sparkline.show([1.0, 2.0])
        await at_rest(app)
        assert len(lines_of(app)[0]) == 20
        await pilot.resize_terminal(60, 2)
        await at_rest(app)
        assert len(lines_of(app)[0]) == 60
