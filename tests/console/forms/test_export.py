"""Writing messages to a file from the form: where they went, and why not."""

import json
from pathlib import Path

import pytest

from console.forms.export import ExportForm, export_path
from console.forms.fields import FieldFault
from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.lane import Hit
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

HITS = tuple(
    Hit(TopicPartition("orders", 0), RecordReading(n, n, b"k", f"value {n}".encode(), ()))
    for n in range(3)
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "a file needs a name"),
        ("messages", "ends in one of .jsonl, .csv, .parquet"),
        ("messages.txt", "ends in one of"),
        ("a\x00.csv", "no file can have this name"),
    ],
)
def test_names_that_are_none(name: str, said: str) -> None:
    with pytest.raises(FieldFault, match=said):
        export_path(name)


async def exported(path: Path) -> str:
    """What the form says in the end."""
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        form = ExportForm(HITS, str(path), DEFAULT_KEYMAP)
        await app.push_screen(form)
        await press(app, "ctrl+s")
        await until(lambda: not form.is_sending)
        await at_rest(app)
        return " ".join(shown(app).replace("│", " ").split())


async def test_json_lines_hold_every_message_and_the_form_says_where(tmp_path: Path) -> None:
    said = await exported(tmp_path / "out.jsonl")
    assert "Export 3 messages" in said
    assert "● 3 in" in said
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["value"] for line in lines] == ["value 0", "value 1", "value 2"]


async def test_csv_is_chosen_by_the_ending(tmp_path: Path) -> None:
    await exported(tmp_path / "out.CSV")
    assert len((tmp_path / "out.CSV").read_text().splitlines()) == 4


async def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine")
    assert "is there already" in await exported(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "mine"


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be written" in await exported(tmp_path / "no" / "out.csv")
