"""The wire lens: rows, their order, and what is said when there are none."""

from dataclasses import replace

from console.model.engine import RequestKind
from console.panels.wire import COLUMNS, WirePanel, request_row
from tests.support.hand import at_rest
from tests.support.sample_engine import ENGINE_FACES, busy_engine, produce, with_engine
from tests.support.stage import Stage, lines_of, shown

PLACES = {column.key: place for place, column in enumerate(COLUMNS)}


def texts(kind: RequestKind) -> dict[str, str]:
    cells = request_row(kind).cells
    return {key: cells[place].text + cells[place].unit for key, place in PLACES.items()}


def test_a_row_tells_rates_errors_bytes_and_latency() -> None:
    found = texts(produce())
    assert found["api"] == "Produce"
    assert found["version"] == "12"
    assert found["rate"] == "402"
    assert found["errors"] == "▲ 227"
    assert found["in"] == "61.4 MB"
    assert found["out"] == "27.3 KB"
    assert found["count"] == "1.2M"
    assert found["p50"].endswith(" ms")
    assert found["work"].endswith(" µs")


def test_what_is_not_known_is_a_dash() -> None:
    found = texts(RequestKind("Fetch", "17", 3))
    for key in ("rate", "in", "out", "p50", "p99", "work"):
        assert found[key] == "–", key
    assert (found["errors"], found["count"]) == ("0", "3")


def test_versions_sort_as_numbers_and_anything_else_below() -> None:
    rows = [request_row(replace(produce(), version=version)) for version in ("9", "12", "x", "")]
    assert [row.sorts[PLACES["version"]] for row in rows] == [9.0, 12.0, -1.0, -1.0]


async def test_the_busiest_are_first_and_the_border_says_so() -> None:
    panel = WirePanel()
    app = Stage(panel)
    async with app.run_test(size=(100, 14)):
        panel.show(busy_engine())
        await at_rest(app)
        lines = lines_of(app)
        assert lines[2].split()[:2] == ["│▌Produce", "12"]
        assert "sorted by req/s · 9 requests" in lines[-1]


async def test_each_face_says_why_there_are_no_rows() -> None:
    panel = WirePanel()
    app = Stage(panel)
    said = {
        "loading": "Reading requests",
        "unreachable": "did not answer for its metrics in time",
        "empty": "No request was made yet",
        "stale": "as of 46s ago",
        "refused": "Requests cannot be shown",
    }
    async with app.run_test(size=(100, 14)):
        for face, text in said.items():
            panel.show(with_engine(ENGINE_FACES[face]))
            await at_rest(app)
            assert text in shown(app), face
        panel.show(busy_engine())
        await at_rest(app)
        assert "as of" not in shown(app)
