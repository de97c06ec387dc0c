"""One act on several topics: asked once, done to each, told for each, undone for each."""

import pytest
from textual.widgets import Input

from console.acts.act import ActKind
from console.forms.config_of_many import ConfigOfManyForm
from console.forms.topic_config import ConfigForm
from console.model.names import TopicPartition
from console.port.cluster import TO_THE_END
from console.port.clusters import SavedCluster
from console.screens.diff import DiffScreen
from console.screens.job_run import JobRun
from console.screens.lists import TopicsScreen
from console.widgets.confirm import ConfirmDialog
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press, write
from tests.support.sample_clusters import PRODUCTION
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)
THREE = ("orders.placed", "orders.fulfilled", "payments.authorized")


def staged(saved: SavedCluster | None = None) -> StagedConsole:
    """The first three topics of the list are there, two with a retention of their own."""
    app = console(busy(), saved=saved)
    for number, name in enumerate(THREE):
        configs = {"retention.ms": "2592000000"} if number else {}
        app.cluster.world.add_topic(name, 3, end=10, configs=configs)
    return app


async def marked(app: StagedConsole, count: int = 3, view: str = "2") -> None:
    await press(app, view, *" " * count)


def front(app: StagedConsole) -> TopicsScreen:
    assert isinstance(app.screen, TopicsScreen)
    return app.screen


@pytest.mark.parametrize("view", ["1", "2"])
async def test_all_marked_topics_are_deleted_when_their_number_was_typed(view: str) -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await marked(app, view=view)
        await press(app, "D")
        text = shown(app)
        assert "3 topics will be gone with all their records" in text
        assert all(name in text for name in THREE)
        await press(app, *"3 topics", "enter")
        await at_rest(app)
        assert "3 topics: deleted" in shown(app)
        assert not isinstance(app.screen, JobRun)
    assert not set(THREE) & set(app.cluster.world.topics)
    assert [act.subject for act in app.journal.acts] == list(THREE)
    assert {act.kind for act in app.journal.acts} == {ActKind.DELETE_TOPIC}


async def test_what_fails_for_one_stops_no_other_and_stays_marked() -> None:
    app = staged()
    del app.cluster.world.topics["orders.fulfilled"]
    async with app.run_test(size=SIZE):
        await marked(app)
        await press(app, "D", *"3 topics", "enter")
        await at_rest(app)
        text = shown(app)
        assert "2 of 3 topics deleted · ■ 1 failed" in text
        assert "■ there is no topic orders.fulfilled" in text
        await press(app, "escape")
        assert front(app).marked_topics == ("orders.fulfilled",)
    failures = {act.subject: act.failure for act in app.journal.acts}
    assert failures["orders.placed"] == failures["payments.authorized"] == ""
    assert "no topic" in failures["orders.fulfilled"]


async def test_on_a_production_cluster_its_name_is_typed_too() -> None:
    app = staged(PRODUCTION)
    async with app.run_test(size=SIZE):
        await marked(app)
        await press(app, "D", *"3 topics", "enter")
        assert isinstance(app.screen, ConfirmDialog)
        await press(app, *["backspace"] * 8, *"production/3 topics", "enter")
        await at_rest(app)
    assert not set(THREE) & set(app.cluster.world.topics)


async def test_a_question_names_as_many_as_fit() -> None:
    app = staged()
    async with app.run_test(size=(80, 24)):
        await marked(app, 20)
        await press(app, "D")
        assert "and 14 more" in shown(app)
        assert app.screen.query_one(Input).region.bottom <= app.size.height
        await press(app, "escape")
        assert len(front(app).marked_topics) == 20
    assert "delete_topic" not in app.cluster.calls


async def test_all_marked_topics_are_emptied() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await marked(app, 2)
        await press(app, "E")
        await until(lambda: "All 60 records (6.0 KB) of 2 topics will be gone" in shown(app))
        await press(app, *"2 topics", "enter")
        await at_rest(app)
        # The snapshot says of both more partitions than there are.
        assert "■ 2 failed" in shown(app)
    starts = {name: app.cluster.world.topics[name].partitions[0].start for name in THREE}
    assert starts == {"orders.placed": 10, "orders.fulfilled": 10, "payments.authorized": 0}
    assert TO_THE_END not in starts.values()


async def test_one_value_is_set_on_all_and_each_can_be_undone() -> None:
    app = staged()
    topics = app.cluster.world.topics
    async with app.run_test(size=SIZE, notifications=True):
        await marked(app)
        await press(app, "e")
        assert isinstance(app.screen, ConfigOfManyForm)
        await write(app, "retention.ms")
        await press(app, "enter")
        await write(app, "7776000000")
        await press(app, "ctrl+s")
        await at_rest(app)
        assert isinstance(app.screen, ConfirmDialog)
        assert "retention.ms becomes 7776000000" in shown(app)
        await press(app, "y")
        await at_rest(app)
        assert {topics[name].configs["retention.ms"] for name in THREE} == {"7776000000"}
        assert front(app).marked_topics == ()
        # In the journal stands the way back too; beneath it are the three acts.
        await press(app, "u", "y", "6", "j", "j", "u", "y")
        await at_rest(app)
    assert "retention.ms" in topics["orders.placed"].configs
    assert topics["orders.fulfilled"].configs["retention.ms"] == "2592000000"
    assert topics["payments.authorized"].configs["retention.ms"] == "2592000000"


async def test_less_retention_on_all_wants_their_number() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await marked(app, 2)
        await press(app, "e")
        await write(app, "retention.ms")
        await press(app, "enter")
        await write(app, "3600000")
        await press(app, "ctrl+s")
        await at_rest(app)
        assert "The broker will delete what lies beyond" in shown(app)
        await press(app, "y")
        assert isinstance(app.screen, ConfirmDialog)
        await press(app, "escape")
        assert isinstance(app.screen, ConfigOfManyForm)
    assert "set_topic_configs" not in app.cluster.calls


async def test_two_marked_topics_are_compared() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await marked(app, 2)
        await press(app, "=")
        assert isinstance(app.screen, DiffScreen)
        assert app.screen.detail == "orders.placed orders.fulfilled"


async def test_a_topic_that_is_named_is_meant_and_not_the_marked_ones() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await marked(app, 2)
        await press(app, *":empty payments.authorized", "enter")
        assert isinstance(app.screen, ConfirmDialog)
        assert "payments.authorized" in shown(app)
        await press(app, "escape")


async def test_marked_groups_are_no_topics() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "3", " ", " ", *":edit orders.placed", "enter")
        assert not isinstance(app.screen, ConfigOfManyForm | ConfigForm)
        assert "Configuration" in shown(app)


async def test_esc_clears_the_filter_then_the_marks_then_goes_back() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await marked(app, 2)
        await press(app, "slash", *"orders", "enter", "escape")
        assert front(app).marked_topics == THREE[:2]
        await press(app, "escape")
        assert front(app).marked_topics == ()


async def test_marks_outlast_a_snapshot() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await marked(app, 2)
        app.feed.give(busy())
        await at_rest(app)
        assert front(app).marked_topics == THREE[:2]
        assert TopicPartition("orders.placed", 0).topic in shown(app)


async def test_in_the_list_of_retention_one_key_of_all_that_are_marked_is_set() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "4", "/", *"/orders.(placed|fulfilled)/", "enter", " ", " ", "e")
        assert "Configuration of 2 topics" in shown(app)
        await write(app, "retention.ms")
        await press(app, "tab")
        await write(app, "9000000000")
        await press(app, "ctrl+s", "y")
        await at_rest(app)
    for name in THREE[:2]:
        assert app.cluster.world.topics[name].configs["retention.ms"] == "9000000000"
    assert app.cluster.world.topics[THREE[2]].configs["retention.ms"] == "2592000000"
