"""What takes records from a topic: what is asked before, what is done and what is told."""

import json
from dataclasses import replace

import pytest
from textual.widgets import Static

from console.acts.act import ActKind
from console.model.section import Loading
from console.model.snapshot import Snapshot
from console.port.errors import Failed, TimedOut
from console.widgets.confirm import ConfirmDialog
from tests.support.clock import FAKE_EPOCH_MS
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_world import Flow
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import PRODUCTION
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)
FIRST = "orders.placed"


def staged(snapshot: Snapshot | None = None) -> StagedConsole:
    app = console(snapshot or busy())
    app.cluster.world.add_topic(FIRST, 12, end=100, configs={"retention.ms": "2592000000"})
    return app


def question(app: StagedConsole) -> str:
    return str(app.screen.query(Static).first().render())


def kept(app: StagedConsole) -> list[int]:
    return [
        app.cluster.world.end(partition) - partition.start
        for partition in app.cluster.world.topics[FIRST].partitions
    ]


async def test_a_topic_is_emptied_only_when_its_name_was_typed() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "E", *"orders", "enter")
        assert isinstance(app.screen, ConfirmDialog)
        assert set(kept(app)) == {100}
        await press(app, *".placed", "enter")
        await at_rest(app)
        assert "orders.placed is empty" in shown(app)
        await press(app, "6")
        assert "all of 12 partitions" in shown(app)
    assert set(kept(app)) == {0}


async def test_what_is_lost_by_emptying_is_said() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "E")
        await until(lambda: "(120 KB)" in question(app))
        assert "All 1.2K records (120 KB) of orders.placed will be gone" in shown(app)


@pytest.mark.parametrize("key", ["D", "E"])
async def test_a_question_about_records_asks_the_cluster_when_it_opens(key: str) -> None:
    """Refresh is paused and records were written since: the list shows what is old."""
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "P")
        app.cluster.world.topics[FIRST].partitions[3].end = Flow(5_100)
        await press(app, key)
        await until(lambda: "All 6.2K records (620 KB)" in shown(app))
        assert "258M" not in question(app)


async def test_a_figure_that_the_cluster_does_not_tell_is_not_made_up() -> None:
    app = staged()
    app.cluster.fail("end_offsets", TimedOut("no answer within 15 s"))
    async with app.run_test(size=SIZE):
        await press(app, "2", "E")
        await until(lambda: "not known" in question(app))
        assert f"All records (how many is not known: no answer within 15 s) of {FIRST}" in question(
            app
        )


async def test_a_question_waits_for_no_figure() -> None:
    app = staged()
    answer = app.cluster.hold("layout")
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "E")
        assert f"All records of {FIRST} will be gone" in question(app)
        await press(app, *FIRST, "enter")
        await at_rest(app)
        assert f"{FIRST} is empty" in shown(app)
        answer.set()
        await at_rest(app)


async def test_readers_that_were_seen_long_ago_are_told_to_have_been() -> None:
    app = staged(replace(busy(), groups=replace(busy().groups, at_ms=FAKE_EPOCH_MS - 125_000)))
    async with app.run_test(size=SIZE):
        await press(app, "2", "D")
        assert "Groups with live members read it (seen 2m 5s ago): billing" in question(app)


async def test_on_production_emptying_wants_both_names() -> None:
    app = console(busy(), saved=PRODUCTION)
    app.cluster.world.add_topic(FIRST, 12, end=100)
    async with app.run_test(size=SIZE):
        await press(app, "2", "E", *FIRST, "enter")
        assert isinstance(app.screen, ConfirmDialog)
    assert set(kept(app)) == {100}


async def test_partitions_that_were_not_emptied_are_told() -> None:
    app = staged()
    app.cluster.fail("delete_records", Failed("POLICY_VIOLATION", "compacted \x1b[2Jtopics stay"))
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "E", *FIRST, "enter")
        await at_rest(app)
        assert "is not emptied" in shown(app)
        assert "compacted ␛[2Jtopics stay" in shown(app)


async def test_some_partitions_that_refuse_are_counted() -> None:
    app = staged()
    partitions = app.cluster.world.topics[FIRST].partitions
    del partitions[10:]
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "E", *FIRST, "enter")
        await at_rest(app)
        assert "is not emptied wholly" in shown(app)
        assert "2 of 12 partitions: there is no partition" in " ".join(shown(app).split())


async def test_a_deletion_goes_on_and_is_told_though_its_screen_was_left() -> None:
    app = staged()
    answer = app.cluster.hold("delete_topic")
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "enter", "D", *FIRST, "enter")
        await until(lambda: "delete_topic" in app.cluster.calls)
        await press(app, "escape")
        assert len(app.screen_stack) == 1
        answer.set()
        await until(lambda: app.journal.acts)
        await at_rest(app)
        assert f"{FIRST} is deleted" in shown(app)
    assert FIRST not in app.cluster.world.topics
    (act,) = app.journal.acts
    assert (act.kind, act.failure) == (ActKind.DELETE_TOPIC, "")


async def test_a_deletion_that_is_under_way_when_the_console_is_left_is_in_the_audit_file() -> None:
    app = staged()
    app.cluster.hold("delete_topic")
    async with app.run_test(size=SIZE):
        await press(app, "2", "D", *FIRST, "enter")
        await until(lambda: "delete_topic" in app.cluster.calls)
    (line,) = app.audit.lines
    assert json.loads(line)["act"] == "delete topic"
    assert "it may have been done" in json.loads(line)["failure"]


async def test_what_was_not_answered_is_not_told_to_have_stayed() -> None:
    app = staged()
    app.cluster.fail("delete_topic", TimedOut("no answer within 15 s"))
    app.cluster.fail("delete_records", TimedOut("no answer within 15 s"))
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "D", *FIRST, "enter")
        await at_rest(app)
        assert f"{FIRST} may be deleted" in shown(app)
        assert f"{FIRST} stays" not in shown(app)
        await press(app, "E", *FIRST, "enter")
        await at_rest(app)
        assert f"{FIRST} may be emptied" in shown(app)


async def test_before_a_topic_is_deleted_it_is_said_how_much_goes_and_who_reads_it() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "D")
        await until(lambda: "(120 KB)" in question(app))
        assert question(app) == (
            f"All 1.2K records (120 KB) of {FIRST} will be gone. Groups with live members read it: "
            "billing, fraud. Type its name to delete it."
        )


async def test_readers_that_are_not_known_are_not_told_before_a_topic_is_deleted() -> None:
    app = staged(replace(busy(), groups=Loading()))
    async with app.run_test(size=SIZE):
        await press(app, "2", "D")
        await until(lambda: "(120 KB)" in question(app))
        assert f"of {FIRST} will be gone. Type its name to delete it." in question(app)
