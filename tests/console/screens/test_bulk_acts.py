"""Replay and import from the list of messages: what is meant, and where nothing may be changed."""

from console.forms.import_records import ImportForm
from console.forms.replay import ReplayForm
from console.screens.messages import MessagesScreen
from tests.console.screens.test_messages import COUNT, asked, opened, staged
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import STAGING
from tests.support.sample_records import sample_records
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)


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
