"""Frames of the console: what each screen looks like, cell by cell and colour by colour.

A frame that changed is to be looked at, as text in the diff or as a picture made by
`python -m docs.pictures`; when it is right, `--snapshot-update` accepts it.
"""

import pytest
from syrupy.assertion import SnapshotAssertion

from console.model.group import GroupState
from console.model.names import TopicPartition
from console.model.snapshot import Snapshot
from console.port.clusters import SavedCluster
from console.port.errors import Failed
from tests.support.console_stage import StagedConsole, console, sample_acts
from tests.support.fake_world import Flow
from tests.support.frame import FrameFile, frame_in_themes, frame_of
from tests.support.hand import at_rest, press
from tests.support.sample_alerts import sample_alerting
from tests.support.sample_clusters import AUDIT, LOCAL, PRODUCTION, STAGING
from tests.support.sample_logs import logs_read, sample_logs
from tests.support.sample_snapshots import VARIANTS, busy, hosted, loading
from tests.support.stage import lines_of

SIZES = {"narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}
OVERLAID = ["narrow", "normal", pytest.param("wide", marks=pytest.mark.long)]
"""Sizes for dialogs, which are as wide as they are wherever there is room for them."""
LEAST = (60, 20)
SCREENS = {
    "overview": ("1",),
    "topics": ("2",),
    "topic": ("2", "enter"),
    "segments": ("2", "enter", "tab"),
    "groups": ("3",),
    "group": ("3", "down", "down", "enter"),
    "retention": ("4",),
    "brokers": ("5",),
    "journal": ("6",),
    "diff": ("2", "=", *"orders.f", "tab", "enter"),
}
FACED = [name for name in SCREENS if name != "segments"]
"""A panel that comes with the focus goes again with a topic that is gone: see `faces/`."""
DIALOGS = {
    "help": ("?",),
    "prompt": (":", *"topic o", "tab"),
    "prompt-wrong": (":", *"topci", "enter"),
    "delete": ("2", "D"),
    "create-topic": ("n",),
    "create-topic-wrong": ("n", *"a/b", "tab", "backspace", "0", "ctrl+s"),
    "publish": ("2", "p"),
    "reset": ("3", "R"),
    "export-positions": ("3", "x"),
    "describe": ("6", "d"),
    "export-rows": ("2", "x"),
    "choose-config": ("2", "e"),
    "edit-config": ("2", "e", "e", *"1d"),
    "add-partitions": ("2", "A"),
    "empty-topic": ("2", "E"),
    "clone-topic": ("2", "N"),
    "filter": ("2", "/", *"!ord"),
    "what-if": ("4", "w"),
    "what-if-loses": ("4", "w", *["backspace"] * 3, *"5m"),
}
CLUSTERS = {
    "untried": ("C",),
    "tried": ("C", "down", "t"),
    "failed": ("C", "down", "down", "t"),
    "trying": ("C", "down", "down", "down", "t"),
}
RESETS = {
    "preview": ("50",),
    "refused": ("-1h",),
    "confirm": ("latest", "ctrl+s"),
    "result": ("earliest", "ctrl+s", "y"),
}
# Nothing read yet, nothing there, old, partly unknown, partly and wholly not allowed, one broker
# gone.
FACES = ("loading", "empty", "stale", "partial", "refused", "shut_out", "one_broker_down")


@pytest.fixture
def kept(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(FrameFile)


async def in_every_theme(keys: tuple[str, ...], size: tuple[int, int]) -> str:
    app = console(busy())
    sample_acts(app.journal)
    sample_logs(app.cluster)
    app.cluster.world.add_topic("orders.placed", 12, end=21_500_000)
    async with app.run_test(size=size):
        await press(app, *keys)
        await logs_read(app)
        return await frame_in_themes(app)


async def frame(keys: tuple[str, ...], size: tuple[int, int], snapshot: Snapshot) -> str:
    app = console(snapshot)
    async with app.run_test(size=size):
        await press(app, *keys)
        await at_rest(app)
        return frame_of(app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
async def test_screen(screen: str, size: str, kept: SnapshotAssertion) -> None:
    """Columns leave by priority and nothing is cut; every theme shows the same."""
    assert await in_every_theme(SCREENS[screen], SIZES[size]) == kept


@pytest.mark.parametrize("size", OVERLAID)
@pytest.mark.parametrize("dialog", DIALOGS)
async def test_dialog(dialog: str, size: str, kept: SnapshotAssertion) -> None:
    """The dialog stands whole over a screen that is dimmed."""
    assert await in_every_theme(DIALOGS[dialog], SIZES[size]) == kept


@pytest.mark.parametrize("screen", FACED)
async def test_faces(screen: str, kept: SnapshotAssertion) -> None:
    """Every box says what it knows and why it does not know the rest, whatever it said before."""
    app = console(busy())
    async with app.run_test(size=(100, 30)):
        await press(app, *SCREENS[screen])
        for face in FACES:
            app.feed.give(VARIANTS[face]())
            await at_rest(app)
            assert frame_of(app) == kept(name=face)


@pytest.mark.parametrize("screen", FACED)
async def test_faces_at_the_least(screen: str, kept: SnapshotAssertion) -> None:
    """Not too narrow for what a box has to say; colours are as in the others."""
    app = console(busy())
    async with app.run_test(size=LEAST):
        await press(app, *SCREENS[screen])
        for face in FACES:
            app.feed.give(VARIANTS[face]())
            await at_rest(app)
            assert "\n".join(lines_of(app)) == kept(name=face)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", ["overview", "brokers"])
async def test_hosted(screen: str, size: str, kept: SnapshotAssertion) -> None:
    """One broker of our own with its vital signs, all well: no red anywhere."""
    assert await frame(SCREENS[screen], SIZES[size], hosted()) == kept


@pytest.mark.parametrize("screen", SCREENS)
async def test_least_size(screen: str, kept: SnapshotAssertion) -> None:
    """At 60x20 every screen is still of use."""
    assert await frame(SCREENS[screen], LEAST, busy()) == kept


async def test_too_small(kept: SnapshotAssertion) -> None:
    """Below it the screen says so, and nothing else."""
    assert await frame((), (50, 15), busy()) == kept


@pytest.mark.parametrize("size", OVERLAID)
@pytest.mark.parametrize("state", CLUSTERS)
async def test_clusters(state: str, size: str, kept: SnapshotAssertion) -> None:
    """Saved clusters with their marks, and what came of trying one, whole at every size."""
    app = console(busy(), saved=LOCAL)
    async with app.run_test(size=SIZES[size]):
        await press(app, *CLUSTERS[state])
        await at_rest(app)
        assert frame_of(app) == kept


@pytest.mark.parametrize("size", OVERLAID)
@pytest.mark.parametrize("saved", [PRODUCTION, AUDIT, STAGING], ids=lambda each: each.name)
async def test_careful_cluster(saved: SavedCluster, size: str, kept: SnapshotAssertion) -> None:
    """Production colours the frame and says so; read only says so and offers no change."""
    app = console(busy(), saved=saved)
    async with app.run_test(size=SIZES[size]):
        await at_rest(app)
        assert frame_of(app) == kept


def resting_group(app: StagedConsole, *, members: int) -> None:
    """`billing` in twelve partitions, one of them without a leader and one that refuses commits."""
    world = app.cluster.world
    topic = world.add_topic("orders.placed", 12, end=120)
    group = world.add_group("billing", "orders.placed", committed=40, members=members)
    for index, partition in enumerate(topic.partitions):
        partition.start = 10 + index
        key = TopicPartition("orders.placed", index)
        group.committed[key] = Flow(20 + 5 * index)
    world.refusing[TopicPartition("orders.placed", 4)] = Failed("X", "the coordinator moved")
    topic.partitions[2].end = Flow(45)
    topic.partitions[3].leader = None
    group.state = GroupState.STABLE if members else GroupState.EMPTY


@pytest.mark.parametrize("size", OVERLAID)
@pytest.mark.parametrize("state", RESETS)
async def test_reset(state: str, size: str, kept: SnapshotAssertion) -> None:
    """What a reset would do, row by row; why it cannot; how it is asked; how it went."""
    to, *keys = RESETS[state]
    app = console(busy())
    resting_group(app, members=6 if state == "refused" else 0)
    async with app.run_test(size=SIZES[size]):
        await press(app, *":group billing", "enter", "R", *to, "ctrl+s", *keys)
        await at_rest(app)
        assert frame_of(app) == kept


@pytest.mark.parametrize("size", SIZES)
async def test_alerts(size: str, kept: SnapshotAssertion) -> None:
    """Rules above, what holds beneath; the header counts what fires."""
    app = console(busy(), alerting=sample_alerting())
    async with app.run_test(size=SIZES[size]):
        await press(app, "B")
        await at_rest(app)
        assert frame_of(app) == kept


async def test_alerts_faces(kept: SnapshotAssertion) -> None:
    """Nothing is quiet that cannot be judged, and what held stays with why it is old."""
    app = console(loading(), alerting=sample_alerting())
    async with app.run_test(size=(100, 30)):
        await press(app, "B")
        for face in FACES:
            app.feed.give(VARIANTS[face]())
            await at_rest(app)
            assert frame_of(app) == kept(name=face)


async def test_clusters_faces(kept: SnapshotAssertion) -> None:
    """The cluster in use says how its link is; the others stay to be chosen."""
    app = console(busy(), saved=LOCAL)
    async with app.run_test(size=(100, 30)):
        await press(app, "C")
        for face in FACES:
            app.feed.give(VARIANTS[face]())
            await at_rest(app)
            assert frame_of(app) == kept(name=face)


async def test_journal_that_is_not_kept(kept: SnapshotAssertion) -> None:
    """What is done is listed, with why it is not written for good."""
    app = console(busy())
    app.audit.error = OSError(28, "No space left on device")
    sample_acts(app.journal)
    async with app.run_test(size=(100, 30)):
        await press(app, *SCREENS["journal"])
        assert frame_of(app) == kept
