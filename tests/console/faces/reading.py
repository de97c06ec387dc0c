"""The faces of the messages of a topic, of one message, and of the forms that open from there."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.widgets import Input

from console.forms.export import ExportForm
from console.forms.export_found import ExportFoundForm
from console.forms.import_records import ImportForm
from console.forms.replay import ReplayForm
from console.forms.resend import ResendForm
from console.messages.lane import Hit
from console.messages.rendering import SHOWN_BYTES
from console.model.names import TopicPartition
from console.port.errors import ClusterError, Refused, Unreachable
from console.port.readings import RecordReading
from console.screens.messages import MessagesScreen
from console.screens.record import RecordScreen
from tests.console.faces.place import Do, Place, Scene, given, never
from tests.console.screens.test_messages import opened, read_on
from tests.console.screens.test_messages_frames import (
    aborted,
    asking,
    empty,
    live,
    partial,
    refused,
    searching,
    stopped,
    transactions,
    unreachable,
)
from tests.support.clock import FAKE_EPOCH_MS
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press
from tests.support.sample_records import sample_records
from tests.support.sample_snapshots import busy
from tests.support.waiting import until

FOUND = ("f", *"value.total > 850", "enter")
FILE = "messages.jsonl"
GOOD, BAD = '{"key": "a", "value": "b"}\n', "no JSON\n"
NO_RIGHT = Refused("this user may not write to orders.placed")
GONE = Unreachable("kafka-1.eu:9092 refused the connection")
WRITTEN = "it is of the messages that were shown, and writes a file"


def staged(theme: str = "midnight") -> StagedConsole:
    """The console with messages to read."""
    app = console(busy(), theme=theme)
    sample_records(app.cluster)
    return app


async def stale(app: StagedConsole) -> None:
    await opened(app)
    await given("stale")(app)


def record(key: bytes | None, value: bytes | None, *keys: str) -> Scene:
    """One message, and keys that turn it."""
    reading = RecordReading(1_204, FAKE_EPOCH_MS - 60_000, key, value, ())

    async def show(app: StagedConsole) -> None:
        await app.push_screen(RecordScreen(app, Hit(TopicPartition("orders", 3), reading)))
        await at_rest(app)
        await press(app, *keys)

    return Scene(show)


async def old_record(app: StagedConsole) -> None:
    await opened(app)
    await press(app, "enter")
    await given("stale")(app)


def done(*keys: str) -> Do:
    """Press keys on the messages, and let what they begin come to its end."""

    async def press_them(app: StagedConsole) -> None:
        for key in keys:
            if key == "ctrl+s":
                await finished(app)
            await press(app, key)
            if key == "enter" and isinstance(app.screen, MessagesScreen):
                await read_on(app)
        await finished(app)

    return press_them


async def finished(app: StagedConsole) -> None:
    """Let the workers of the form in front come to their end."""
    form = app.screen
    await until(lambda: all(each.is_finished for each in app.workers if each.node is form))
    await at_rest(app)


def publishing(error: ClusterError, do: Do) -> Scene:
    """What is published is answered with an error."""

    def arrange(cluster: FakeCluster) -> None:
        cluster.fail("publish", error)

    return Scene(do, arrange)


def while_held(operation: str, before: Do, *keys: str) -> Scene:
    """Do something, then press keys whose question the cluster does not answer."""

    async def wait(app: StagedConsole) -> None:
        await before(app)
        app.cluster.hold(operation)
        await press(app, *keys)

    return Scene(wait)


def write_file(name: str, text: str) -> None:
    """Write a file where the test runs."""
    Path(name).write_text(text)


def from_file(text: str, *keys: str) -> Do:
    """Import a file that holds a text; it lies where the test runs."""

    async def do(app: StagedConsole) -> None:
        write_file(FILE, text)
        await done("I", *FILE, *keys)(app)

    return do


async def file_is_there(app: StagedConsole) -> None:
    await press(app, "x")
    write_file(app.screen.query_one(Input).value, "there already")
    await done("ctrl+s")(app)


async def no_file_name(app: StagedConsole) -> None:
    await press(app, "x")
    app.screen.query_one(Input).value = ""
    await done("ctrl+s")(app)


def named(*scenes: Callable[[StagedConsole], Awaitable[None]]) -> dict[str, Scene]:
    """Scenes by the names of what is done."""
    return {each.__name__: Scene(each) for each in scenes}


AGREED = ("ctrl+s", "y")
REPLAYED = done(*FOUND, "A", *"orders.placed", *AGREED)

READING = (
    Place(
        "messages",
        MessagesScreen,
        {
            "loading": Scene(asking),
            **named(empty, partial, stale, refused, unreachable),
            **named(searching, stopped, live, transactions),
        },
        make=staged,
    ),
    Place(
        "message",
        RecordScreen,
        {
            "empty": record(b"", b""),
            "partial": record(b"customer-1", b"all work and no play " * (SHOWN_BYTES // 20)),
            "stale": Scene(old_record),
            "refused": record(None, b"plain words", "left"),
            "tombstone": record(b"customer-1", None),
            "no-headers": record(b"customer-1", b"{}", "left", "left"),
            **named(aborted),
        },
        never("it is opened from a list that has read it", "loading"),
        make=staged,
    ),
    Place(
        "resend",
        ResendForm,
        {
            "loading": while_held("publish", done("R"), *AGREED),
            "partial": Scene(done("f", *"offset == 0 and partition == 7", "enter", "R")),
            "refused": publishing(NO_RIGHT, done("R", *AGREED)),
        },
        never("it is of one message that was shown", "empty", "stale"),
        open=opened,
        make=staged,
    ),
    Place(
        "replay",
        ReplayForm,
        {
            "loading": while_held("read", done(*FOUND), "A"),
            "refused": publishing(NO_RIGHT, REPLAYED),
            "unreachable": publishing(GONE, REPLAYED),
        },
        never("what fails is told as refused is", "partial")
        | never("it counts what there is when it opens", "stale")
        | never("where nothing was found it does not open", "empty"),
        open=opened,
        make=staged,
    ),
    Place(
        "import",
        ImportForm,
        {
            "empty": Scene(from_file("", "ctrl+s")),
            "partial": Scene(from_file(GOOD + BAD + GOOD, *AGREED)),
            "refused": Scene(done("I", *"gone.jsonl", "ctrl+s")),
            "unreachable": publishing(GONE, from_file(GOOD * 3, *AGREED)),
            "loading": while_held("publish", from_file(GOOD * 3), *AGREED),
            "bad-line": Scene(from_file(GOOD + BAD + GOOD)),
        },
        never("the file is read as it is sent", "stale"),
        open=opened,
        make=staged,
    ),
    Place(
        "export-found",
        ExportFoundForm,
        {"loading": while_held("read", done(*FOUND), "X")},
        never("what fails is told as of a replay, or of an export", "partial", "refused")
        | never("it counts what there is when it opens", "stale")
        | never("where nothing was found it does not open", "empty"),
        open=opened,
        make=staged,
    ),
    Place(
        "export",
        ExportForm,
        {"empty": Scene(no_file_name), "refused": Scene(file_is_there)},
        never(WRITTEN, "loading", "partial", "stale"),
        open=opened,
        make=staged,
    ),
)
"""The messages of a topic, one message, and what is done with messages."""
