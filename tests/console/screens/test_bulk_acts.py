"""Replay and import from the list of messages: what is meant, and where nothing may be changed."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.forms.export import ExportForm
from console.forms.export_found import ExportFoundForm
from console.forms.import_records import ImportForm
from console.forms.replay import ReplayForm
from console.model.section import Ready
from console.screens.messages import MessagesScreen
from tests.console.screens.test_messages import COUNT, asked, opened, read_on, staged
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import STAGING
from tests.support.sample_records import sample_records
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.sample_topics import topics
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)


def lines_in(folder: Path) -> int:
    """How many lines the one file in a folder has."""
    (file,) = folder.iterdir()
    return len(file.read_text().splitlines())


async def counted(app: StagedConsole) -> ReplayForm:
    """The form, once it is known what would be published."""
    form = app.screen
    assert isinstance(form, ReplayForm)
    await until(lambda: form._original.amount.is_exact or form._original.amount.is_most)
    await at_rest(app)
    return form


async def test_without_a_filter_all_of_the_topic_is_meant() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "A")
        await counted(app)
        assert f"At most {COUNT} messages of orders.placed" in shown(app)


async def test_the_whole_result_of_a_search_is_meant_not_only_what_was_read() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await asked(app, "f", "value.total > 300")
        assert len(app.screen.query_one("RecordTable").shown_keys) == 100  # type: ignore[attr-defined]
        await press(app, "A")
        form = await counted(app)
        assert form._original.amount.count > 200
        assert "of orders.placed · find value.total > 300" in shown(app)


async def test_what_the_list_is_filtered_to_is_meant() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "/", *"expired", "enter")
        screen = app.screen
        assert isinstance(screen, MessagesScreen)
        count = len(screen.panel.shown_names)
        assert 0 < count < 10
        await press(app, "A")
        form = await counted(app)
        assert form._original.amount.count == count
        assert "that are shown" in shown(app)


async def test_i_offers_a_file_for_this_topic_and_the_prompt_does_as_well() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "I")
        form = app.screen
        assert isinstance(form, ImportForm)
        assert form.text_of("topic") == "orders.placed"
        await press(app, "escape", ":", *"replay", "enter")
        assert isinstance(app.screen, ReplayForm)


async def test_a_form_that_stays_open_knows_the_topics_that_come() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "I")
        form = app.screen
        assert isinstance(form, ImportForm)
        form.line_of("topic").input.value = "late"
        await at_rest(app)
        assert "there is no such topic" in shown(app)
        late = replace(topics()[0], name="late")
        app.feed.give(replace(busy(), topics=Ready((*topics(), late), NOW_MS)))
        await at_rest(app)
        assert "there is no such topic" not in shown(app)


async def test_nothing_found_is_nothing_to_replay() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app)
        await asked(app, "f", "nowhere to be found")
        await press(app, "A")
        assert "There is nothing to replay" in shown(app)


async def test_where_nothing_is_changed_neither_is_offered() -> None:
    app = console(busy(), saved=STAGING)
    sample_records(app.cluster)
    async with app.run_test(size=SIZE):
        await press(app, "2", "m", "A", "I")
        assert isinstance(app.screen, MessagesScreen)
        await press(app, "?")
        assert "Replay" not in shown(app)


async def test_capital_x_writes_the_whole_result_of_a_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await asked(app, "f", "value.total > 300")
        await press(app, "X")
        form = app.screen
        assert isinstance(form, ExportFoundForm)
        await until(lambda: form._original.amount.is_exact)
        await at_rest(app)
        count = form._original.amount.count
        assert count > 200
        assert f"{count} messages of orders.placed · find value.total > 300" in shown(app)
        await press(app, "ctrl+s")
        await until(lambda: not form.is_sending)
    assert lines_in(tmp_path) == count


async def test_what_the_list_is_filtered_to_is_written_as_it_is_shown() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "/", *"expired", "enter", "X")
        assert isinstance(app.screen, ExportForm)


async def test_a_search_that_was_stopped_before_it_found_anything_can_be_written() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        app.cluster.hold("read")
        await press(app, "f", *"paid", "enter", "escape")
        await read_on(app)
        assert "stopped" in shown(app)
        await press(app, ":", *"export-all", "enter")
        assert isinstance(app.screen, ExportFoundForm)


async def test_files_are_written_where_nothing_is_changed() -> None:
    app = console(busy(), saved=STAGING)
    sample_records(app.cluster)
    async with app.run_test(size=SIZE):
        await press(app, "2", "m")
        await read_on(app)
        await press(app, "X")
        assert isinstance(app.screen, ExportFoundForm)
