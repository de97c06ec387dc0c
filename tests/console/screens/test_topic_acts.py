"""Acts on topics, from the list, from the topic's screen and from the prompt."""

from dataclasses import replace

import pytest

from console.forms.add_partitions import AddPartitionsForm
from console.forms.create_topic import CreateTopicForm
from console.forms.publish import PublishForm
from console.forms.topic_config import ConfigForm
from console.model.section import Loading, Ready, Refused, Section, content
from console.model.snapshot import Snapshot
from console.model.topic import ConfigEntry
from console.panels.topic_configs import TopicConfigsPanel
from console.screens.diff import DiffScreen
from console.screens.topic import TopicScreen
from console.widgets.vtable import VTable
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press, write
from tests.support.sample_snapshots import busy, empty
from tests.support.sample_topics import topic_detail
from tests.support.stage import shown

SIZE = (120, 40)
FIRST = "orders.placed"


def staged(snapshot: Snapshot | None = None) -> StagedConsole:
    app = console(snapshot or busy())
    app.cluster.world.add_topic(FIRST, 12, end=100, configs={"retention.ms": "2592000000"})
    return app


def unread() -> Snapshot:
    """The busy cluster before any topic's configuration was read."""
    return replace(busy(), topic_details={})


def read(configs: Section[tuple[ConfigEntry, ...]] | None = None) -> Snapshot:
    """The same, once that of the first topic was read, or could not be."""
    detail = topic_detail(FIRST)
    found = detail.configs if configs is None else configs
    return replace(busy(), topic_details={FIRST: replace(detail, configs=found)})


def lacking(*names: str) -> Snapshot:
    """The busy cluster without some operations."""
    snapshot = busy()
    cluster = content(snapshot.cluster)
    assert cluster is not None
    return replace(
        snapshot, cluster=Ready(replace(cluster, lacks=frozenset(names)), snapshot.at_ms)
    )


@pytest.mark.parametrize("view", ["1", "3", "6"])
async def test_a_name_behind_a_command_is_in_its_form(view: str) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, view, *":create orders.a", "enter")
        assert isinstance(app.screen, CreateTopicForm)
        assert app.screen.text_of("name") == "orders.a"
        await press(app, "escape", *f":publish {FIRST}", "enter")
        assert isinstance(app.screen, PublishForm)
        assert app.screen.text_of("topic") == FIRST


async def test_e_in_the_list_opens_the_keys_and_enter_edits_one() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "e")
        assert isinstance(app.screen, TopicScreen)
        table = app.screen.query_one(TopicConfigsPanel).table
        assert app.focused is table
        assert "Partitions" not in shown(app)
        assert "Configuration" in shown(app)
        await press(app, "slash", *"retention.ms", "enter", "enter")
        assert isinstance(app.screen, ConfigForm)
        await write(app, "60d")
        await press(app, "ctrl+s")
        await at_rest(app)
        assert "retention.ms is 5184000000 (60d)" in shown(app)
    assert app.cluster.world.topics[FIRST].configs["retention.ms"] == "5184000000"


async def test_e_on_the_topic_s_screen_goes_to_the_keys_and_then_edits() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "e")
        assert isinstance(app.screen, TopicScreen)
        table = app.screen.query_one(TopicConfigsPanel).table
        assert app.focused is table
        key = table.cursor_key
        await press(app, "e")
        assert isinstance(app.screen, ConfigForm)
        assert f"{key} of {FIRST}" in shown(app)


async def test_escape_gives_the_other_panels_back_before_it_goes_back() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "e", "slash", "x", "escape")
        assert "Partitions" not in shown(app)
        await press(app, "escape")
        assert isinstance(app.screen, TopicScreen)
        assert "Partitions" in shown(app)
        await press(app, "escape")
        assert len(app.screen_stack) == 1


async def test_a_change_is_undone_by_u() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "e", "enter")
        assert isinstance(app.screen, ConfigForm)
        await write(app, "60d")
        await press(app, "ctrl+s")
        assert app.cluster.world.topics[FIRST].configs["retention.ms"] == "5184000000"
        await press(app, "u", "y")
        await at_rest(app)
    assert app.cluster.world.topics[FIRST].configs["retention.ms"] == "2592000000"


async def test_u_again_undoes_the_change_before() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        for value in ("1", "2"):
            await app.writes.set_topic_configs(FIRST, {"retention.ms": value})
        for _ in range(2):
            await press(app, "u", "y")
            await at_rest(app)
        assert app.journal.last_undoable is None
    assert app.cluster.world.topics[FIRST].configs["retention.ms"] == "2592000000"


async def test_after_a_change_the_cluster_is_asked_at_once() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        before = app.feed.refreshes
        await app.writes.set_topic_configs(FIRST, {"retention.ms": "1"})
        assert app.feed.refreshes == before + 1


async def test_partitions_are_added_to_the_topic_under_the_cursor() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "A")
        assert isinstance(app.screen, AddPartitionsForm)
        await press(app, *"24", "ctrl+s")
        await at_rest(app)
    assert len(app.cluster.world.topics[FIRST].partitions) == 24


async def test_a_clone_waits_for_the_configuration_and_begins_as_the_other_is() -> None:
    app = staged(unread())
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "N")
        assert app.feed.needs[-1].topics == {FIRST}
        assert "Reading the configuration of orders.placed" in shown(app)
        app.feed.give(read())
        await at_rest(app)
        form = app.screen
        assert isinstance(form, CreateTopicForm)
        assert form.text_of("name") == "orders.placed-copy"
        assert form.text_of("partitions") == "12"
        assert form.text_of("replication") == "3"
        assert form.text_of("config-retention-ms") == "2592000000"
        await press(app, "ctrl+s")
        await at_rest(app)
    clone = app.cluster.world.topics["orders.placed-copy"]
    assert len(clone.partitions) == 12
    assert clone.configs == {"retention.ms": "2592000000"}
    assert app.feed.needs[-1].topics == frozenset()


async def test_a_clone_that_is_not_waited_for_is_forgotten() -> None:
    app = staged(unread())
    async with app.run_test(size=SIZE):
        await press(app, "2", "N", "3", "2")
        app.feed.give(read())
        await at_rest(app)
        assert len(app.screen_stack) == 1
        assert app.feed.needs[-1].topics == frozenset()


@pytest.mark.parametrize(
    "configs", [Refused("no right to see it"), Loading("broker 2 does not answer")]
)
async def test_a_clone_of_what_cannot_be_read_says_so(configs: Refused | Loading) -> None:
    app = staged(unread())
    async with app.run_test(size=SIZE):
        await press(app, "2", "N")
        app.feed.give(read(configs))
        await at_rest(app)
        assert isinstance(app.screen, CreateTopicForm)
        assert "Its configuration cannot be read" in shown(app)
        assert app.screen.text_of("config-retention-ms") == ""


async def test_compare_asks_for_the_other_topic_at_the_prompt() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "=", *"orders.f", "tab", "enter")
        assert isinstance(app.screen, DiffScreen)
        assert app.screen.detail == "orders.placed orders.fulfilled"


async def test_commands_name_the_topic_wherever_one_is() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "3", ":", *f"partitions {FIRST}", "enter")
        assert isinstance(app.screen, AddPartitionsForm)
        await press(app, "escape", ":", *f"edit {FIRST}", "enter")
        assert isinstance(app.screen, TopicScreen)
        assert app.focused is app.screen.query_one(TopicConfigsPanel).table


@pytest.mark.parametrize(
    ("command", "said"),
    [("edit", ":edit TOPIC"), ("empty", ":empty TOPIC"), ("clone", ":clone TOPIC")],
)
async def test_a_command_without_a_topic_says_how_to_name_one(command: str, said: str) -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "3", ":", *command, "enter")
        assert f"No topic is chosen here: name it, {said}" in shown(app)


async def test_without_a_topic_the_keys_do_nothing_but_say_so() -> None:
    app = console(empty())
    async with app.run_test(size=SIZE):
        await press(app, "2", "e", "A", "E", "N")
        assert len(app.screen_stack) == 1


async def test_what_the_cluster_cannot_do_is_neither_shown_nor_done() -> None:
    app = console(lacking("alters_configs", "adds_partitions", "deletes_records"))
    async with app.run_test(size=(160, 60), notifications=True):
        await press(app, "2")
        assert "Edit config" not in shown(app)
        await press(app, "e", "A", "E")
        assert len(app.screen_stack) == 1
        await press(app, "?")
        assert "choose a key" not in shown(app)
        assert "Create a topic like this one" in shown(app)
        await press(app, "escape", ":", *"edit", "enter")
        assert "this cluster has no operation for that" in shown(app)
        await press(app, "escape", "enter", "tab", "tab", "tab", "enter")
        assert isinstance(app.screen, TopicScreen)


async def test_a_key_that_cannot_be_changed_says_so() -> None:
    entries = content(topic_detail(FIRST).configs)
    assert entries is not None
    app = staged(read(Ready(tuple(replace(each, is_read_only=True) for each in entries), 0)))
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "e", "enter")
        assert isinstance(app.screen, TopicScreen)
        assert "retention.ms cannot be changed" in shown(app)


async def test_the_cursor_of_the_list_is_where_it_was_after_a_form() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "j", "A", "escape")
        assert app.screen.query_one(VTable).cursor_key == "orders.fulfilled"
