"""Frames of the messages of a topic and of one message: at three sizes, and every face.

A frame that changed is to be looked at; when it is right, `--snapshot-update` accepts it.
"""

from collections.abc import Awaitable, Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from console.forms.export_found import ExportFoundForm
from console.forms.replay import ReplayForm
from console.port.errors import Refused, Unreachable
from tests.console.screens.test_messages import browser_of, read_on, screen_of
from tests.support.console_stage import StagedConsole, console
from tests.support.frame import FrameFile, frame_in_themes, frame_of
from tests.support.hand import at_rest, press
from tests.support.sample_records import PARTITIONS, TOPIC, sample_records
from tests.support.sample_snapshots import busy
from tests.support.waiting import until

SIZES = {"narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}
STATES = {
    "list": (),
    "sought": ("@", *"end-3", "enter"),
    "asking": ("@", *"soon", "enter"),
    "found": ("f", *"value.total > 850", "enter"),
    "message": ("enter",),
    "bytes": ("f", *"offset == 0 and partition == 7", "enter", "enter"),
    "headers": ("enter", "left", "left"),
    "resend": ("R",),
    "replay": ("f", *"value.total > 850", "enter", "A", *"orders.placed", "tab", "tab", *"same"),
    "import": ("I",),
    "export": ("x",),
    "export-found": ("f", *"value.total > 850", "enter", "X"),
    "help": ("?",),
}


@pytest.fixture
def kept(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(FrameFile)


def staged() -> StagedConsole:
    app = console(busy())
    sample_records(app.cluster)
    return app


async def opened(app: StagedConsole) -> None:
    await press(app, "2", "m")
    await read_on(app)


async def lead(app: StagedConsole, keys: tuple[str, ...]) -> None:
    """Press keys, and let what they begin come to its end."""
    for key in keys:
        await press(app, key)
        if key == "enter" and len(app.screen_stack) == 2:
            await read_on(app)
    form = app.screen
    if isinstance(form, ReplayForm | ExportFoundForm):
        await until(lambda: form._original.amount.is_exact)
        await at_rest(app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
async def test_reading(state: str, size: str, kept: SnapshotAssertion) -> None:
    """Nothing is cut that matters; every theme shows the same."""
    app = staged()
    async with app.run_test(size=SIZES[size]):
        await opened(app)
        await lead(app, STATES[state])
        assert await frame_in_themes(app) == kept


async def asking(app: StagedConsole) -> None:
    app.cluster.hold("start_offsets")
    await press(app, "2", "m")


async def empty(app: StagedConsole) -> None:
    app.cluster.world.topics.pop(TOPIC)
    app.cluster.world.add_topic(TOPIC, PARTITIONS)
    await opened(app)


async def partial(app: StagedConsole) -> None:
    for index in (4, 7):
        app.cluster.world.topics[TOPIC].partitions[index].leader = 9
    app.cluster.world.silent.add(9)
    await opened(app)


async def refused(app: StagedConsole) -> None:
    app.cluster.fail("start_offsets", Refused("this user may not read orders.placed"))
    await opened(app)


async def unreachable(app: StagedConsole) -> None:
    app.cluster.fail("start_offsets", Unreachable("kafka-1:9092 refused the connection"))
    await opened(app)


async def searching(app: StagedConsole) -> None:
    """Part of the topic is searched, and the next answer does not come."""
    await opened(app)
    app.cluster.answer_records_max = 10
    reads = app.cluster.calls.count("read")
    await press(app, "f", *"expired")
    gate = app.cluster.hold("read")
    await press(app, "enter")
    gate.set()
    await until(lambda: app.cluster.calls.count("read") > reads + 2)
    gate.clear()
    app.cluster.world.clock.advance(2.0)  # type: ignore[attr-defined]
    screen_of(app).show()
    await at_rest(app)


async def stopped(app: StagedConsole) -> None:
    await searching(app)
    await press(app, "escape")
    await read_on(app)


async def live(app: StagedConsole) -> None:
    await opened(app)
    app.cluster.hold("read")
    await press(app, "t")
    await until(lambda: browser_of(app).is_live)


async def transactions(app: StagedConsole) -> None:
    """One message is of an aborted transaction, one of an open one."""
    partitions = app.cluster.world.topics[TOPIC].partitions
    partitions[10].aborted.add(39)
    partitions[9].open_transaction_at = 39
    await opened(app)


async def aborted(app: StagedConsole) -> None:
    await transactions(app)
    await press(app, "down", "enter")


FACES: dict[str, Callable[[StagedConsole], Awaitable[None]]] = {
    each.__name__: each
    for each in (
        *(asking, empty, partial, refused, unreachable),
        *(stopped, live, transactions, aborted),
    )
}


@pytest.mark.parametrize("face", FACES)
async def test_face(face: str, kept: SnapshotAssertion) -> None:
    """The list says what it knows, what it does not know and why, and what can be done."""
    app = staged()
    async with app.run_test(size=(100, 30)):
        await FACES[face](app)
        await at_rest(app)
        assert frame_of(app) == kept
