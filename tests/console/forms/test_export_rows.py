"""Writing the rows of a list to a file: what is in it, and why there is none."""

import json
from pathlib import Path

import pytest

from console.forms.export import export_path
from console.forms.export_rows import ENDINGS, ExportRowsForm, Shown, content_of, write_rows
from console.forms.fields import FieldFault
from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.exporting import CannotExport
from console.widgets.columns import Column
from console.widgets.measures import BYTES
from console.widgets.table_rows import Cell, Row
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, shown

COLUMNS = (Column("name", "NAME", 6), Column("size", "SIZE", 8, BYTES), Column("note", "NOTE", 9))
ROWS = tuple(
    Row(name, (Cell(name), Cell("12", unit=" MB"), Cell('a, "b"')), (name, 12_345_678, ""))
    for name in ("orders", "注文")
)
WITHOUT_SIZE = Shown("topics", COLUMNS, (COLUMNS[2], COLUMNS[0]), ROWS)
SHOWN = Shown("topics", COLUMNS, COLUMNS, ROWS)


def test_lines_have_the_shown_columns_with_numbers_in_full() -> None:
    lines = content_of(SHOWN, ".jsonl").splitlines()
    assert json.loads(lines[0]) == {"name": "orders", "size_bytes": 12_345_678, "note": 'a, "b"'}
    assert [json.loads(line)["name"] for line in lines] == ["orders", "注文"]


def test_a_table_has_a_head_and_the_columns_in_their_order() -> None:
    lines = content_of(WITHOUT_SIZE, ".csv").splitlines()
    assert lines == ["note,name", '"a, ""b""",orders', '"a, ""b""",注文']


def test_a_number_that_is_not_known_is_an_empty_field_of_a_table() -> None:
    row = Row("new", (Cell("new"), Cell("–"), Cell("")), ("new", -1, ""))
    lines = content_of(Shown("topics", COLUMNS, COLUMNS, (row,)), ".csv").splitlines()
    assert lines == ["name,size_bytes,note", "new,,"]


def test_only_the_endings_that_can_be_written_are_taken() -> None:
    with pytest.raises(FieldFault, match=r"ends in one of \.jsonl, \.csv$"):
        export_path("topics.parquet", ENDINGS)


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "topics.csv"
    path.write_text("mine")
    with pytest.raises(CannotExport, match="is there already"):
        write_rows(path, SHOWN)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotExport, match="cannot be written: No such file"):
        write_rows(tmp_path / "x" / "topics.csv", SHOWN)


async def test_the_form_says_where_they_went(tmp_path: Path) -> None:
    path = tmp_path / "topics.csv"
    app, form = Stage(), ExportRowsForm(SHOWN, 0, None, DEFAULT_KEYMAP)
    async with app.run_test(size=(120, 24)):
        await app.push_screen(form)
        await at_rest(app)
        assert "Export 2 topics" in shown(app)
        assert form.text_of("path").startswith("topics-")
        form.line_of("path").input.value = str(path)
        await press(app, "ctrl+s")
        await app.workers.wait_for_complete()
        await at_rest(app)
        assert "● 2 in" in shown(app)
        assert path.read_text("utf-8") == content_of(SHOWN, ".csv").replace("\r\n", "\n")
