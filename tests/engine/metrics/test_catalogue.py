"""The table of metrics: names as Prometheus wants them, and no row that nothing measures."""

import re
from pathlib import Path

import pytest

from engine.metrics import catalogue
from engine.metrics.catalogue import METRICS, Kind, Metric

ENGINE = Path(catalogue.__file__).parents[1]
ROWS = {name: row for name, row in vars(catalogue).items() if isinstance(row, Metric)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_name_ends_as_its_kind_demands(metric: Metric) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert metric.help.endswith(".")


@pytest.mark.parametrize("name", ROWS)
def test_row_is_measured_somewhere(name: str) -> None:
    use = re.compile(rf"\.{name}\b")
    sources = (path for path in ENGINE.rglob("*.py") if path != Path(catalogue.__file__))
    assert any(use.search(path.read_text(encoding="utf-8")) for path in sources)
