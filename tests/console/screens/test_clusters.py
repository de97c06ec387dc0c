"""The saved clusters on the screen: tried, opened in place of one another, marked."""

from dataclasses import replace

from console.model.snapshot import Snapshot
from console.screens.clusters import ClustersScreen
from tests.support.console_stage import StagedConsole, console, sample_acts
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import AUDIT, LOCAL, PRODUCTION, STAGING
from tests.support.sample_snapshots import busy, loading
from tests.support.stage import shown

SIZE = (120, 40)


def staged() -> StagedConsole:
    return console(busy(), saved=LOCAL)


async def test_every_saved_cluster_is_listed_with_what_to_know_of_it() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "C")
        text = shown(app)
    for words in ("production", "TLS, SCRAM-SHA-512", "audit", "mutual TLS", "staging", "← here"):
        assert words in text
    assert "production, read only" in text
    assert "not tried" in text


async def test_a_trial_says_what_works_and_which_right_is_missing() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "C", "down", "t")
        await at_rest(app)
        text = shown(app)
    assert "answered in 41 ms" in text
    assert "3 brokers, answered in 41 ms · v4.1+ · KRaft" in text
    assert "No right to create topics, change the cluster" in text
    assert "May see all groups and disks" in text


async def test_a_trial_that_fails_says_why_and_what_to_do() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "C", "down", "down", "t")
        await at_rest(app)
        text = " ".join(shown(app).split())
    assert "■ cannot be had" in text
    assert "its certificate is not trusted" in text
    assert "tls.ca" in text


async def test_a_cluster_is_tried_once_at_a_time() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "C", "down", "down", "down", "t")
        assert "trying …" in shown(app)
        await press(app, "t")
        trials = [worker for worker in app.workers if worker.group == "trial"]
        assert len(trials) == 1


async def test_opening_a_cluster_leaves_nothing_of_the_old_one() -> None:
    """Method: open views, a filter and a topic, then switch; the new feed knows nothing yet."""
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "/", *"orders", "enter", "enter", "3", "5")
        await press(app, "C", "down", "enter")
        assert app.chosen is not None
        assert app.chosen.switched == ["production"]
        app.feed.give(_of(loading(), "production"))
        await at_rest(app)
        assert app.current_mode == "overview"
        for view in "12345":
            await press(app, view)
            text = shown(app)
            assert "orders" not in text
            assert "production" in text
            assert len(app.screen_stack) == 1
        await press(app, "left_square_bracket", "left_square_bracket")
        assert "orders" not in shown(app)


async def test_opening_the_cluster_in_use_changes_nothing() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "C", "enter")
        assert app.chosen is not None
        assert app.chosen.switched == []
        assert isinstance(app.screen, ClustersScreen)


async def test_the_prompt_opens_a_cluster_and_the_list_of_them() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, ":", *"clusters", "enter")
        assert isinstance(app.screen, ClustersScreen)
        await press(app, ":", *"ctx sta", "tab", "enter")
        assert app.chosen is not None
        assert app.chosen.switched == ["staging"]
        await press(app, ":", *"ctx nowhere", "enter")
        assert "there is no cluster nowhere" in shown(app)


async def test_a_console_without_saved_clusters_says_so() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "C")
        await at_rest(app)
        assert "No cluster is saved" in shown(app)


async def test_a_cluster_has_a_theme_of_its_own() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, ":", *"ctx audit", "enter")
        assert app.theme == "paper"
        await press(app, ":", *"ctx local", "enter")
        assert app.theme == "midnight"
    app = console(busy(), saved=AUDIT)
    async with app.run_test(size=SIZE):
        assert app.theme == "paper"


async def test_a_production_cluster_is_marked_on_every_screen() -> None:
    app = console(busy(), saved=PRODUCTION)
    async with app.run_test(size=SIZE):
        for view in "12345C":
            await press(app, view)
            assert " PRODUCTION " in shown(app).splitlines()[0]
            assert app.screen.has_class("-production")
        await press(app, ":", *"ctx local", "enter")
        assert "PRODUCTION" not in shown(app)
        assert not app.screen.has_class("-production")


async def test_creating_on_a_production_cluster_asks_first() -> None:
    app = console(busy(), saved=PRODUCTION)
    async with app.run_test(size=SIZE):
        await press(app, "n", *"shipments", "ctrl+s")
        assert "production is a production cluster" in shown(app)
        await press(app, "n")
        await at_rest(app)
        assert "shipments" not in app.cluster.world.topics
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert "shipments" in app.cluster.world.topics


async def test_deleting_on_a_production_cluster_wants_the_names_of_both() -> None:
    app = console(busy(), saved=PRODUCTION)
    async with app.run_test(size=SIZE):
        await press(app, "2", "D")
        assert "production/" in shown(app)


async def test_a_cluster_to_look_at_offers_no_change_by_key_prompt_or_help() -> None:
    app = console(busy(), saved=STAGING)
    async with app.run_test(size=SIZE):
        assert "read only" in shown(app).splitlines()[0]
        assert "New topic" not in shown(app).splitlines()[-1]
        for key in ("n", "p", "D", "delete"):
            await press(app, "2", key)
            assert len(app.screen_stack) == 1, key
        await press(app, "question_mark")
        assert "Create a topic" not in shown(app)
        await press(app, "escape", ":", *"create", "enter")
        assert "the configuration says read_only" in shown(app)


async def test_what_was_done_on_another_cluster_is_not_undone_on_this_one() -> None:
    app = console(busy(), saved=LOCAL)
    async with app.run_test(size=SIZE, notifications=True):
        sample_acts(app.journal)
        await press(app, "u")
        await at_rest(app)
        assert "That was done on prod-eu-west: open it to undo it" in shown(app)
        assert len(app.screen_stack) == 1


def _of(snapshot: Snapshot, name: str) -> Snapshot:
    return replace(snapshot, cluster_name=name)


async def test_marked_clusters_are_tried_at_once() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "C", "g", "down", " ", " ", "t")
        await at_rest(app)
        text = shown(app)
        assert "answered in 41 ms" in text
        assert "■ cannot be had" in text
        assert "marked" not in text
