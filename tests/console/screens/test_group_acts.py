"""What is done to a group: from the list and from its screen, asked for, refused, told."""

import pytest

from console.acts.act import ActKind
from console.forms.export_positions import ExportPositionsForm
from console.forms.reset_offsets import ResetForm
from console.model.care import Care
from console.model.group import GroupState
from console.port.clusters import SavedCluster
from console.port.errors import Failed, Refused, Unreachable
from console.widgets.confirm import ConfirmDialog
from tests.console.resets.test_carrying import positions
from tests.support.clock import FakeClock
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import LOCAL
from tests.support.sample_snapshots import busy, empty
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)
READ_ONLY = SavedCluster("audit", "kafka:9092", care=Care("audit", is_read_only=True))


def staged(members: int = 0, saved: SavedCluster | None = None) -> StagedConsole:
    """`billing` at 40 in two partitions of the topic that its screen shows first."""
    app = console(busy(), saved=saved)
    world = app.cluster.world
    world.add_topic("orders.placed", 2, end=100)
    group = world.add_group("billing", "orders.placed", committed=40, members=members)
    group.state = GroupState.STABLE if members else GroupState.EMPTY
    return app


async def opened(app: StagedConsole, *keys: str) -> None:
    """The group's screen, and keys on it."""
    await press(app, *":group billing", "enter", *keys)
    await at_rest(app)


@pytest.mark.parametrize(("key", "form"), [("R", ResetForm), ("x", ExportPositionsForm)])
async def test_keys_work_on_the_group_and_on_the_row_of_a_list(key: str, form: type) -> None:
    for keys in ((*":group billing", "enter"), (*":groups billing", "enter")):
        app = staged()
        async with app.run_test(size=SIZE):
            await press(app, *keys, key)
            assert isinstance(app.screen, form)
            assert "of billing" in shown(app)


async def test_a_list_without_groups_says_that_there_is_none() -> None:
    app = console(empty())
    async with app.run_test(size=SIZE, notifications=True):
        for key in ("R", "x", "D"):
            await press(app, "3", key)
            assert "Put the cursor on a group first" in shown(app)


async def test_a_group_goes_when_its_name_was_typed_and_comes_back_by_undo() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app, "D")
        assert "auto.offset.reset" in shown(app)
        await press(app, *"billin", "enter")
        assert "billing" in app.cluster.world.groups
        await press(app, "g", "enter")
        await at_rest(app)
        assert "billing" not in app.cluster.world.groups
        assert "billing is deleted" in shown(app)
        assert app.journal.acts[-1].kind is ActKind.DELETE_GROUP
        await press(app, "u", "y")
        await at_rest(app)
        assert len(positions(app.cluster)) == 2


async def test_a_group_with_members_is_not_even_asked_about() -> None:
    app = staged(members=1)
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app, "D")
        assert not isinstance(app.screen, ConfirmDialog)
        assert "billing stays" in shown(app)
        assert "billing-0 (10.0.0.1) reads" in shown(app)
    assert "billing" in app.cluster.world.groups


@pytest.mark.parametrize("operation", ["describe_groups", "delete_group"])
async def test_a_deletion_that_fails_says_why(operation: str) -> None:
    app = staged()
    app.cluster.fail(operation, Unreachable("no broker \x1banswers"))
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app, "D")
        if operation == "delete_group":
            await press(app, *"billing", "enter")
            await at_rest(app)
        assert "no broker ␛answers" in shown(app)
    assert "billing" in app.cluster.world.groups


async def test_a_topic_is_forgotten_when_its_name_was_typed() -> None:
    app = staged()
    app.cluster.world.add_topic("mails", 1)
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app, "F")
        assert "billing will have no position in orders.placed" in shown(app)
        await press(app, *"orders.placed", "enter")
        await at_rest(app)
        assert positions(app.cluster) == {}
        assert "2 positions of billing on orders.placed deleted" in shown(app)
        await press(app, "u", "y")
        await at_rest(app)
        assert len(positions(app.cluster)) == 2


async def test_a_topic_in_which_nothing_is_committed_is_told() -> None:
    app = staged()
    app.cluster.world.groups["billing"].committed.clear()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app, "F", *"orders.placed", "enter")
        assert "billing has no position in orders.placed" in shown(app)
    assert "delete_offsets" not in app.cluster.calls


async def test_a_topic_that_members_read_is_not_forgotten() -> None:
    app = staged()
    app.cluster.fail("delete_offsets", Failed("GROUP_SUBSCRIBED_TO_TOPIC", "members read it"))
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app, "F", *"orders.placed", "enter")
        assert "billing on orders.placed stays" in shown(app)
        assert "members read it" in shown(app)
    assert len(positions(app.cluster)) == 2


async def test_a_right_that_is_missing_is_told_in_the_form() -> None:
    app = staged()
    app.cluster.fail("committed", Refused("this user lacks Describe on the group"))
    async with app.run_test(size=SIZE):
        await opened(app, "R", *"earliest", "ctrl+s")
        assert "■ this user lacks Describe on the group" in shown(app)


async def test_on_a_cluster_to_look_at_only_positions_can_be_exported_and_nothing_else() -> None:
    app = staged(saved=READ_ONLY)
    async with app.run_test(size=SIZE):
        for key in ("R", "D", "F"):
            await opened(app, key)
            assert app.screen.KIND == "group"  # type: ignore[attr-defined]
        await press(app, "x")
        assert isinstance(app.screen, ExportPositionsForm)


async def test_a_command_that_this_screen_does_not_have_says_so() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", *":forget", "enter")
        assert "This screen does not have that" in shown(app)
        await opened(app, *":reset", "enter")
        assert isinstance(app.screen, ResetForm)


async def test_what_was_asked_for_on_one_cluster_is_not_done_on_the_next() -> None:
    """The positions of the old cluster may come while the other one is being opened."""
    app = staged(saved=LOCAL)
    assert app.chosen is not None
    answer, other = app.cluster.hold("committed"), FakeCluster(FakeClock())
    other.world.add_topic("orders.placed", 2, end=100)
    other.world.add_group("billing", "orders.placed", committed=40, members=0)
    async with app.run_test(size=SIZE):
        await opened(app, "F", *"orders.placed", "enter")
        await until(lambda: "committed" in app.cluster.calls)
        app.chosen.reads = app.chosen.writes = other
        answer.set()
        await until(lambda: "delete_offsets" in [*app.cluster.calls, *other.calls])
        await at_rest(app)
    assert len(positions(other)) == 2
    assert positions(app.cluster) == {}
