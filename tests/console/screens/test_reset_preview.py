"""A reset on the screen: preview, refusal, confirmation, result row by row."""

import pytest

from console.acts.act import ActKind
from console.model.care import Care
from console.model.group import GroupState
from console.model.names import TopicPartition
from console.port.clusters import SavedCluster
from console.port.errors import ClusterError, Failed, TimedOut, Unreachable
from console.screens.reset_preview import ResetPreview
from tests.console.resets.test_carrying import positions
from tests.console.resets.test_drafting import ONE, TWO
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_world import Flow
from tests.support.hand import at_rest, press, write
from tests.support.sample_snapshots import busy
from tests.support.stage import shown

SIZE = (120, 40)
PRODUCTION = SavedCluster("prod", "kafka:9092", care=Care("prod", is_production=True))


def staged(saved: SavedCluster | None = None, members: int = 0) -> StagedConsole:
    """`billing` at 40 of 100 in two partitions, of which 10 records are gone."""
    app = console(busy(), saved=saved)
    world = app.cluster.world
    topic = world.add_topic("orders", 2, end=100)
    for partition in topic.partitions:
        partition.start = 10
    group = world.add_group("billing", "orders", committed=40, members=members)
    group.state = GroupState.STABLE if members else GroupState.EMPTY
    return app


async def preview(app: StagedConsole, to: str) -> str:
    """What the screen says once the form was sent."""
    await press(app, *":group billing", "enter", "R")
    await write(app, to)
    await press(app, "ctrl+s")
    await at_rest(app)
    return said(app)


def said(app: StagedConsole) -> str:
    return " ".join(shown(app).replace("│", " ").split())


def is_previewing(app: StagedConsole) -> bool:
    return isinstance(app.screen, ResetPreview)


async def test_a_preview_says_which_partitions_all_leaves_out() -> None:
    app = staged()
    del app.cluster.world.groups["billing"].committed[TopicPartition("orders", 1)]
    async with app.run_test(size=SIZE):
        text = await preview(app, "earliest")
        assert "1 of 1 partition moves" in text
        left_out = "▲ 1 partition without a position is left out (orders:1): name the topic"
        assert left_out in text
        await press(app, "ctrl+s")
        assert left_out in said(app)


async def test_a_preview_says_everything_and_changes_nothing() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        text = await preview(app, "earliest")
        assert "Reset offsets of billing" in text
        assert "2 of 2 partitions move · 60 records read again" in text
        assert "orders 0 40 10 -30 30 re-read" in text
        assert "ctrl+s resets · esc closes" in text
    assert "set_offsets" not in app.cluster.calls


async def test_reading_again_is_confirmed_by_yes_and_told_row_by_row() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        await press(app, "ctrl+s", "n")
        assert positions(app.cluster) == {ONE: 40, TWO: 40}
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert positions(app.cluster) == {ONE: 10, TWO: 10}
        assert "● 2 of 2 done; u undoes it, once this is closed" in said(app)
        assert said(app).count("● done") == 2
        await press(app, "ctrl+s", "escape")
        assert app.screen.KIND == "group"  # type: ignore[attr-defined]
        (act,) = app.journal.acts
        assert (act.kind, act.subject) == (ActKind.SET_OFFSETS, "billing")
        await press(app, "u", "y")
        await at_rest(app)
        assert positions(app.cluster) == {ONE: 40, TWO: 40}


async def test_skipping_records_wants_the_name_of_the_group() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        assert "▲ 120 records skipped" in await preview(app, "latest")
        await press(app, "ctrl+s", "y", "enter")
        assert "From character 1 on it says y, not billing" in said(app)
        assert positions(app.cluster) == {ONE: 40, TWO: 40}
        await press(app, "backspace", *"billing", "enter")
        await at_rest(app)
        assert positions(app.cluster) == {ONE: 100, TWO: 100}


@pytest.mark.parametrize(("to", "typed"), [("earliest", "billing"), ("latest", "prod/billing")])
async def test_on_a_production_cluster_a_reset_weighs_more(to: str, typed: str) -> None:
    app = staged(PRODUCTION)
    async with app.run_test(size=SIZE):
        await preview(app, to)
        await press(app, "ctrl+s", "y")
        assert positions(app.cluster) == {ONE: 40, TWO: 40}
        await press(app, "backspace", *typed, "enter")
        await at_rest(app)
        assert positions(app.cluster) != {ONE: 40, TWO: 40}


async def test_members_are_named_and_when_they_are_gone_it_can_be_done() -> None:
    app = staged(members=2)
    async with app.run_test(size=SIZE):
        text = await preview(app, "earliest")
        assert "30 re-read" in text
        assert "■ Refused: billing-0 (10.0.0.1), billing-1 (10.0.0.1) read with these" in text
        assert "ctrl+s looks again" in text
        await press(app, "ctrl+s")
        await at_rest(app)
        assert "■ Refused: billing-0" in said(app)
        group = app.cluster.world.groups["billing"]
        group.members, group.state = (), GroupState.EMPTY
        await press(app, "ctrl+s")
        await at_rest(app)
        assert "Nothing reads with these positions any more" in said(app)
        assert "ctrl+s resets" in said(app)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
    assert positions(app.cluster) == {ONE: 10, TWO: 10}


async def test_members_that_come_between_preview_and_confirmation_stop_it() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        await press(app, "ctrl+s")
        committed = app.cluster.world.groups["billing"].committed
        late = app.cluster.world.add_group("billing", "orders", committed=None, members=1)
        late.committed = committed
        await press(app, "y")
        await at_rest(app)
        assert "■ Refused: billing-0 (10.0.0.1) reads with these positions" in said(app)
    assert positions(app.cluster) == {ONE: 40, TWO: 40}
    assert app.journal.acts == ()


async def test_a_group_that_moved_is_shown_anew_before_anything_is_done() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        app.cluster.world.groups["billing"].committed[ONE] = Flow(70)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert "▲ The group has moved since" in said(app)
        assert "orders 0 70 10 -60 60 re-read" in said(app)
        assert positions(app.cluster)[ONE] == 70
        await press(app, "ctrl+s", "y")
        await at_rest(app)
    assert positions(app.cluster) == {ONE: 10, TWO: 10}


@pytest.mark.parametrize(
    ("operation", "error", "text"),
    [
        ("describe_groups", Unreachable("no broker answers"), "■ nothing was changed: no broker"),
        ("set_offsets", TimedOut("no answer in 15 s"), "no answer in 15 s; it may have been done"),
        ("set_offsets", Failed("X", "the \x1bdisk is full"), "■ the ␛disk is full"),
    ],
)
async def test_a_reset_that_fails_says_why_and_can_be_tried_again(
    operation: str, error: ClusterError, text: str
) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        app.cluster.fail(operation, error)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert text in said(app)
        app.cluster.fail(operation, None)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert "● 2 of 2 done" in said(app)


async def test_what_one_partition_refuses_is_told_in_its_row() -> None:
    app = staged()
    app.cluster.world.refusing[TWO] = Failed("NOT_COORDINATOR", "the coordinator moved")
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert "■ 1 of 2 done, the others stay: the coordinator moved" in said(app)
        assert said(app).count("● done") == 1
    assert positions(app.cluster) == {ONE: 10, TWO: 40}


async def test_a_preview_that_is_closed_leaves_what_was_typed() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        assert is_previewing(app)
        await press(app, "escape")
        assert not is_previewing(app)
        assert "earliest" in said(app)
    assert positions(app.cluster) == {ONE: 40, TWO: 40}


async def test_a_group_that_is_there_already_has_nothing_to_change() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "40")
        await press(app, "ctrl+s")
        assert "There is nothing to change" in said(app)
        assert is_previewing(app)


async def test_a_cluster_that_keeps_silent_holds_up_nothing_and_commits_once() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        answer = app.cluster.hold("set_offsets")
        await press(app, "ctrl+s", "y")
        await press(app, "ctrl+s", "escape")
        assert "Committing" in said(app)
        assert is_previewing(app)
        answer.set()
        await at_rest(app)
        assert "● 2 of 2 done" in said(app)
    assert app.cluster.calls.count("set_offsets") == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_preview_and_answer_stand_at_every_size(size: tuple[int, int]) -> None:
    app = staged(members=9)
    async with app.run_test(size=size):
        text = await preview(app, "earliest")
    for part in ("orders", "30 re-read", "■ Refused: billing-0", "and 4 more read"):
        assert part in text


async def test_what_a_filter_hides_of_the_preview_is_told_before_it_is_reset() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await preview(app, "earliest")
        await press(app, "ctrl+s")
        assert "The filter hides" not in said(app)
        await press(app, "n", "slash", *"orders-1", "enter", "ctrl+s")
        assert "The filter hides 1 partition of them." in said(app)
