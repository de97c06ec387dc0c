"""What a page says of the curves: a picture, a table and an exponent for each. Pure."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import TypedDict

from tests.bench.curves.plot import Point, plot
from tests.bench.curves.table import CURVES
from tests.bench.report import spread
from tests.bench.targets import median
from tests.bench.workloads import Figures

FLOOR = 1e-9
"""In the place of a zero, which has no logarithm."""


class Kept(TypedDict):
    """One run as it is kept. `raw` has, by curve and point, the rounds of each contestant."""

    command: str
    rounds: int
    machine: dict[str, str]
    raw: dict[str, dict[str, dict[str, list[Figures]]]]


def lines_of(name: str, raw: Mapping[str, Mapping[str, list[Figures]]]) -> dict[str, list[Point]]:
    """The medians of a curve's cost by contestant, point by point."""
    lines: dict[str, list[Point]] = {}
    for point, results in raw.items():
        for contestant, rounds in results.items():
            cost = max(FLOOR, median(rounds, CURVES[name].cost))
            lines.setdefault(contestant, []).append((float(point), cost))
    return lines


def exponent(points: Sequence[Point]) -> float:
    """The power of x that the y of points grow with: the slope of their logarithms.

    0 is flat, 1 is in proportion, 2 is square. Needs two points or more.
    """
    slope, _ = statistics.linear_regression(
        [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    )
    return slope


def picture(name: str, kept: Kept) -> str:
    """The plot of a curve."""
    curve = CURVES[name]
    return plot(curve.title, curve.grows, curve.cost, lines_of(name, kept["raw"][name]))


def section(kept: Kept) -> str:
    """The section of the page, with the pictures beside it in `curves/`."""
    machine = kept["machine"]
    parts = [_part(name, kept) for name in kept["raw"]]
    return f"""
## How the cost grows

One thing grows, the load stays the same; both brokers grow side by side and their rounds are
interleaved. Ours is durable, Kafka acknowledges from the page cache, as each does without
configuration. The exponent is the slope of the logarithms of the cost over all points: 0 is flat,
1 is in proportion.

{"".join(parts)}
Measured with `{kept["command"]}`, {kept["rounds"]} rounds, at commit `{machine["commit"][:12]}`:
Python {machine["python"]}, {machine["system"]}, {machine["cores"]} cores, Apache Kafka
{machine["kafka"]} with a heap of 1 GB. The raw figures are in [curves.json](curves.json).
"""


def _part(name: str, kept: Kept) -> str:
    curve, raw = CURVES[name], kept["raw"][name]
    figures = list(next(iter(next(iter(raw.values())).values()))[0])
    rows = [
        f"| {int(point):,} | {contestant} | {cells} |"
        for point, results in raw.items()
        for contestant, rounds in results.items()
        for cells in [" | ".join(spread([each[key] for each in rounds]) for key in figures)]
    ]
    exponents = ", ".join(
        f"{contestant} {exponent(points):.2f}" for contestant, points in lines_of(name, raw).items()
    )
    return f"""### {name.replace("-", " ").capitalize()}

{curve.title[0].upper()}{curve.title[1:]}.

![{curve.cost} against {curve.grows}](curves/{name}.svg)

| {curve.grows} | broker | {" | ".join(figures)} |
|---:|---|{"---|" * len(figures)}
{chr(10).join(rows)}

Exponent of {curve.cost}: {exponents}.

"""
