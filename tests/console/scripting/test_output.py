"""Rows as text, JSON and CSV: alignment, unknown figures, hostile text."""

import json
from dataclasses import dataclass

from console.model.figures import Figure, Known, Unknown
from console.scripting.fields import (
    Field,
    flag,
    moment,
    names,
    number,
    seconds,
    size,
    text,
    written_moment,
)
from console.scripting.output import Form, rendered


@dataclass
class Fruit:
    name: str
    count: Figure[int]
    size: Figure[int]
    age_s: float | None
    of: tuple[str, ...]


KNOWN = Fruit("a", Known(5, 0), Known(1_500_000, 0), 90.0, ("x", "y"))
UNKNOWN = Fruit("\x1b[2J宽", Unknown("not read"), Unknown("no"), None, ())
FIELDS: tuple[Field[Fruit], ...] = (
    text("name", lambda row: row.name),
    number("count", lambda row: row.count),
    size("size", lambda row: row.size),
    seconds("age_s", lambda row: row.age_s),
    names("of", lambda row: row.of),
)


def test_table_is_aligned_by_cells_and_hides_control_characters() -> None:
    assert rendered(FIELDS, [KNOWN, UNKNOWN], Form.TABLE).splitlines() == [
        "NAME    COUNT    SIZE     AGE  OF",
        "a           5  1.5 MB  1m 30s  x,y",
        "␛[2J宽      –       –       –",
    ]


def test_json_has_null_for_what_is_unknown() -> None:
    found = json.loads(rendered(FIELDS, [KNOWN, UNKNOWN], Form.JSON))

    assert found == [
        {"name": "a", "count": 5, "size": 1_500_000, "age_s": 90.0, "of": ["x", "y"]},
        {"name": "\x1b[2J宽", "count": None, "size": None, "age_s": None, "of": []},
    ]


def test_csv_has_a_head_only_once() -> None:
    first = rendered(FIELDS, [KNOWN], Form.CSV)
    later = rendered(FIELDS, [KNOWN], Form.CSV, has_head=False)

    assert first == 'name,count,size,age_s,of\na,5,1500000,90.0,"x,y"\n'
    assert later == 'a,5,1500000,90.0,"x,y"\n'


def test_csv_spells_what_is_true_or_false_as_json_does() -> None:
    fields = (flag("yes", lambda row: True), flag("no", lambda row: False))

    assert rendered(fields, [KNOWN], Form.CSV) == "yes,no\ntrue,false\n"
    assert rendered(fields, [KNOWN], Form.JSON) == '[{"yes": true, "no": false}]\n'


def test_a_moment_that_was_written_down_reads_as_one_that_was_measured() -> None:
    at_ms = 1_764_255_600_123
    written = written_moment("at", str)
    assert written.text("2025-11-27T15:00:00.123+00:00") == moment("at", int).text(at_ms)
    assert written.value("2025-11-27T15:00:00.123+00:00") == "2025-11-27T15:00:00.123+00:00"
    assert written.text("soon") == "soon"
