"""Publishing the records of a file: shown before, asked for, told with what was none."""

from pathlib import Path

import pytest

from console.forms.import_records import ImportForm, look_said
from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.importing import Look
from console.model.care import USUAL
from console.port.readings import RecordReading
from console.widgets.confirm import ConfirmDialog
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, paste, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def opened(app: StagedConsole) -> ImportForm:
    app.cluster.world.add_topic("orders", 2)
    form = ImportForm(app.writes, {"orders": 2}, "orders", DEFAULT_KEYMAP, USUAL)
    await app.push_screen(form)
    await at_rest(app)
    return form


async def chosen(app: StagedConsole, form: ImportForm, name: str) -> None:
    """Name a file and have it looked at."""
    await paste(app, name)
    await until(lambda: form._look is not None or bool(form._problem))
    await at_rest(app)


async def sent(app: StagedConsole, form: ImportForm) -> None:
    await press(app, "ctrl+s", "y")
    await until(lambda: not form.is_sending)
    await at_rest(app)


def stored(app: StagedConsole) -> list[RecordReading]:
    partitions = app.cluster.world.topics["orders"].partitions
    return [record for each in partitions for record in each.records.values()]


async def test_what_is_in_the_file_is_shown_and_published_once_that_is_agreed_to(
    folder: Path,
) -> None:
    (folder / "in.jsonl").write_text(
        '{"key": "k", "value": {"a": 1}, "partition": 1, "timestamp": 77}\n[]\n'
    )
    app = console(busy())
    async with app.run_test(size=SIZE):
        form = await opened(app)
        await chosen(app, form, "in.jsonl")
        text = shown(app)
        assert "▲ 1 message in 68 B, 1 line is none: published to orders." in text
        assert '{"a": 1}' in text
        assert "line 2: not a JSON object" in text
        await press(app, "ctrl+s")
        assert stored(app) == []
        await press(app, "n")
        await sent(app, form)
        text = shown(app)
        assert "▲ 1 message published · 1 not" in text
        assert "number 2: line 2 is no record: not a JSON object" in text
        (record,) = stored(app)
        assert (record.key, record.value) == (b"k", b'{"a": 1}')
        assert [act.what for act in app.journal.acts] == ["1 message"]


async def test_publishing_that_was_asked_for_during_the_look_goes_on_behind_it(
    folder: Path,
) -> None:
    """It is asked for what is in the file then; nobody waits for a look that has ended."""
    (folder / "in.txt").write_text("a\n")
    app = console(busy())
    async with app.run_test(size=SIZE):
        form = await opened(app)
        await chosen(app, form, "in.txt")
        form.look_again()
        form.action_submit()
        await until(lambda: isinstance(app.screen, ConfirmDialog))
        assert stored(app) == []
        await press(app, "n")
        assert "The file is being looked at" not in shown(app)
        await sent(app, form)
        assert [each.value for each in stored(app)] == [b"a"]


async def test_publishing_is_not_gone_on_with_for_another_topic_than_it_was_asked_for(
    folder: Path,
) -> None:
    """Neither to a name that is half typed when the look ends, nor with a question over it."""
    (folder / "in.txt").write_text("a\n")
    app = console(busy())
    async with app.run_test(size=SIZE):
        form = await opened(app)
        await chosen(app, form, "in.txt")
        form.look_again()
        form.action_submit()
        form.line_of("topic").input.value = "no such"
        await at_rest(app)
        await until(lambda: bool(form.effect()))
        await at_rest(app)
        assert app.screen is form
        assert stored(app) == []


async def test_partitions_and_times_of_the_file_are_kept_where_asked_for(folder: Path) -> None:
    (folder / "in.jsonl").write_text('{"value": "x", "partition": 1, "timestamp": 77}\n')
    app = console(busy())
    async with app.run_test(size=SIZE):
        form = await opened(app)
        await chosen(app, form, "in.jsonl")
        await press(app, "tab", "tab", "tab", "space", "tab", "space")
        await until(lambda: form._look is not None)
        await sent(app, form)
        record = app.cluster.world.topics["orders"].partitions[1].records[0]
        assert record.timestamp_ms == 77


async def test_plain_lines_are_values_or_keys_and_values(folder: Path) -> None:
    (folder / "in.txt").write_text("a:1\nb:2\n")
    app = console(busy())
    async with app.run_test(size=SIZE):
        form = await opened(app)
        await chosen(app, form, "in.txt")
        await press(app, "tab", ":")
        await until(lambda: form._look is not None)
        await sent(app, form)
        assert {(each.key, each.value) for each in stored(app)} == {(b"a", b"1"), (b"b", b"2")}


@pytest.mark.parametrize(("name", "reason"), [("no", "No such file"), (".", "it is no file")])
async def test_what_cannot_be_read_is_told_while_typing(
    folder: Path, name: str, reason: str
) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        form = await opened(app)
        await chosen(app, form, name)
        assert f"▲ the file cannot be read: {reason}" in shown(app)
        await press(app, "ctrl+s")
        assert f"■ the file cannot be read: {reason}" in shown(app)


async def test_an_empty_file_publishes_nothing(folder: Path) -> None:
    (folder / "in.txt").touch()
    app = console(busy())
    async with app.run_test(size=SIZE):
        form = await opened(app)
        await chosen(app, form, "in.txt")
        await press(app, "ctrl+s")
        assert "There is nothing to publish" in shown(app)


def test_what_was_not_counted_is_not_told_as_all() -> None:
    look = Look(10_000, 0, is_all=False, size_bytes=3_200_000)
    assert look_said(look) == "At least 10,000 messages in 3.2 MB"
