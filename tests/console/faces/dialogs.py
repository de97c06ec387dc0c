"""The faces of the dialogs: of what asks, what says how it went, and of every form of topics and
groups."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.widgets import Input

from console.forms.add_partitions import AddPartitionsForm
from console.forms.config_of_many import ConfigOfManyForm
from console.forms.create_topic import CreateTopicForm
from console.forms.export_positions import ExportPositionsForm
from console.forms.export_rows import ExportRowsForm
from console.forms.publish import PublishForm
from console.forms.reset_offsets import ResetForm
from console.forms.topic_config import BrokerConfigForm, ConfigForm
from console.forms.what_if import WhatIfForm
from console.model import section
from console.model.names import TopicPartition
from console.model.snapshot import Snapshot
from console.palette.prompt import Prompt
from console.port.cluster import NewRecord, Published
from console.port.errors import ClusterError, Refused, Unreachable
from console.screens.help import HelpScreen
from console.screens.job_run import JobRun
from console.screens.reset_preview import ResetPreview
from console.screens.resets_preview import ResetsPreview
from console.widgets.columns_dialog import ColumnsDialog
from console.widgets.confirm import ConfirmDialog
from console.widgets.row_dialog import RowDialog
from tests.console.faces.place import Make, Place, Scene, failing, held, never, scene
from tests.console.screens.test_marked_groups import marked
from tests.console.screens.test_marked_groups import staged as three_groups
from tests.console.test_frames import resting_group
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import STAGING
from tests.support.sample_logs import PARTITIONS, TOPIC, logs_read, sample_logs
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import VARIANTS, busy, loading, stale
from tests.support.waiting import until

NO_RIGHT = Refused("this user may not do that: it needs Alter on the cluster")
GONE = Unreachable("kafka-1.eu:9092 refused the connection")
THREE = ("2", " ", " ", " ")
DELETED = (*THREE, "D", *"3 topics", "enter")
NEW_TOPIC = ("n", *"orders.new", "ctrl+s")
CONFIG = ("2", "e", "e", *"1d", "ctrl+s")
BROKER_CONFIG = ("5", "enter", "e", *["backspace"] * 12, *"1d", "ctrl+s")
CONFIG_OF_MANY = (*THREE, "e", *"retention.ms", "tab", *"7d", "ctrl+s")
RESET = ("3", "down", "down", "enter", "R")

TYPED = "it holds what was typed, and asks the cluster when it is sent"
STANDING = "it says what the console knows without the cluster"


def on(snapshot: Callable[[], Snapshot]) -> Make:
    """Makes the console on a snapshot."""
    return lambda theme: console(snapshot(), theme=theme)


async def no_such_folder(app: StagedConsole) -> None:
    await press(app, "2", "x")
    app.screen.query_one(Input).value = "nowhere/topics.csv"
    await press(app, "ctrl+s")
    form = app.screen
    assert isinstance(form, ExportRowsForm)
    # The file is written beside the loop.
    await until(lambda: not form.is_sending)
    await at_rest(app)


def without_configs() -> Snapshot:
    """Nobody may see how topics are configured."""
    whole = busy()
    hidden = section.Refused("user reader lacks DescribeConfigs on topics")
    details = {name: replace(each, configs=hidden) for name, each in whole.topic_details.items()}
    return replace(whole, topic_details=details)


def reading_only(theme: str) -> StagedConsole:
    return console(busy(), theme=theme, saved=STAGING)


def one_is_there(cluster: FakeCluster) -> None:
    cluster.world.add_topic("orders.placed", 12)


def with_records(cluster: FakeCluster) -> None:
    cluster.world.add_topic("orders.placed", 12, end=21_500_000)


def resting(members: int) -> Make:
    """Makes the console with a group that was read from a topic of twelve partitions."""

    def make(theme: str) -> StagedConsole:
        app = console(busy(), theme=theme)
        resting_group(app, members=members)
        return app

    return make


async def moved_meanwhile(app: StagedConsole) -> None:
    """The group goes on between the preview and the word to do it."""
    await press(app, *RESET, *"earliest", "ctrl+s", "ctrl+s")
    committed = app.cluster.world.groups["billing"].committed
    committed[TopicPartition("orders.placed", 5)] = Flow(99)
    await press(app, "y")


async def committing(app: StagedConsole) -> None:
    """The positions are being set, and the cluster does not answer."""
    await press(app, *RESET, *"earliest", "ctrl+s", "ctrl+s")
    app.cluster.hold("set_offsets")
    await press(app, "y")


async def at_the_end(app: StagedConsole) -> None:
    """Every position is where it is to go already."""
    world = app.cluster.world
    world.refusing.clear()
    for key in world.groups["billing"].committed:
        partition = world.topics[key.topic].partitions[key.partition]
        partition.leader = 1
        world.groups["billing"].committed[key] = Flow(world.end(partition))
    await press(app, *RESET, *"latest", "ctrl+s", "ctrl+s")


async def some_landed(app: StagedConsole) -> None:
    """The second batch of a thousand messages fails."""
    app.cluster.world.add_topic("orders.placed", 12)
    publish = app.cluster.publish
    calls: list[int] = []

    async def publish_once(
        topic: str, records: Sequence[NewRecord]
    ) -> tuple[Published | ClusterError, ...]:
        calls.append(len(records))
        if len(calls) > 1:
            raise GONE
        return await publish(topic, records)

    app.cluster.publish = publish_once  # type: ignore[method-assign]
    await press(app, "2", "p")
    app.screen.query_one("#count", Input).value = "1000"
    await press(app, "ctrl+s")


async def reset_of_many(app: StagedConsole) -> None:
    await marked(app, "billing", "fraud", "search")
    await press(app, "R", *"90", "ctrl+s")


async def all_have_members(app: StagedConsole) -> None:
    group = app.cluster.world.groups
    for name in ("billing", "search"):
        group[name].members, group[name].state = group["fraud"].members, group["fraud"].state
    await reset_of_many(app)


def many_groups(theme: str) -> StagedConsole:
    app = three_groups()
    app.choose_theme(theme)
    return app


async def topic_without_records(app: StagedConsole) -> None:
    app.cluster.world.add_topic(TOPIC, PARTITIONS)
    await press(app, "4", "w")
    await logs_read(app)


async def leaderless(app: StagedConsole) -> None:
    sample_logs(app.cluster)
    app.cluster.world.topics[TOPIC].partitions[3].leader = None
    await press(app, "4", "w")
    await logs_read(app)
    await at_rest(app)


async def not_read_again(app: StagedConsole) -> None:
    """The logs were read, and ten seconds later nobody answers."""
    sample_logs(app.cluster)
    await press(app, "4", "w")
    await logs_read(app)
    app.cluster.fail("topic_configs", GONE)
    app.feed.give(replace(busy(), at_ms=NOW_MS + 10_000))
    await logs_read(app)


QUESTIONS = (
    Place(
        "help",
        HelpScreen,
        {"partial": scene("2", "?", make=reading_only)},
        never(STANDING, "loading", "empty", "stale", "refused"),
    ),
    Place(
        "prompt",
        Prompt,
        {
            "loading": scene(":", *"topic o", make=on(loading)),
            "empty": scene(":", *"zz"),
            "stale": scene(":", *"topic o", make=on(stale)),
            "refused": scene(":", *"topci", "enter"),
        },
        never("what can be typed is known whole", "partial"),
    ),
    Place(
        "confirm",
        ConfirmDialog,
        {
            "loading": held("layout", "2", "D"),
            "empty": scene("2", "D", "enter", arrange=with_records),
            "partial": scene("2", "D", *"orders", "enter", arrange=with_records),
            "stale": failing("layout", GONE, "2", "D"),
            "refused": scene("2", "D", *"orders.gone", "enter", arrange=with_records),
        },
    ),
    Place(
        "columns",
        ColumnsDialog,
        {"partial": scene("2", "v", "j", " ")},
        never(STANDING, "loading", "empty", "stale", "refused"),
    ),
    Place(
        "row",
        RowDialog,
        {"partial": scene("2", "d", make=on(VARIANTS["partial"]))},
        never(STANDING, "loading", "empty", "stale", "refused"),
    ),
    Place(
        "export-rows",
        ExportRowsForm,
        {"refused": Scene(no_such_folder)},
        never("it is of the rows that were shown, and writes a file", "loading", "partial", "stale")
        | never("where no row is shown it does not open", "empty"),
    ),
    Place(
        "job",
        JobRun,
        {
            "loading": held("delete_topic", *DELETED),
            "partial": scene(*DELETED, arrange=one_is_there),
            "refused": failing("delete_topic", NO_RIGHT, *DELETED),
            "unreachable": failing("delete_topic", GONE, *DELETED),
        },
        never("there is something to do it to, or nobody is asked", "empty")
        | never("it does, and reads nothing", "stale"),
    ),
    Place(
        "reset-preview",
        ResetPreview,
        {
            "usual": scene(*RESET, *"50", "ctrl+s"),
            "loading": Scene(committing),
            "empty": Scene(at_the_end),
            "partial": scene(*RESET, *"earliest", "ctrl+s", "ctrl+s", "y"),
            "stale": Scene(moved_meanwhile),
            "refused": scene(*RESET, *"latest", "ctrl+s", make=resting(6)),
        },
        make=resting(0),
    ),
    Place(
        "resets-preview",
        ResetsPreview,
        {"partial": Scene(reset_of_many), "refused": Scene(all_have_members)},
        never("it opens once all is read", "loading")
        | never("where no group has a plan it does not open", "empty")
        | never("each group is looked at once more as it is reset", "stale"),
        make=many_groups,
    ),
)
"""What asks and what says how it went."""

FORMS = (
    Place(
        "create-topic",
        CreateTopicForm,
        {
            "loading": held("create_topic", *NEW_TOPIC),
            "empty": scene("n", "ctrl+s"),
            "partial": scene("2", "N", make=on(without_configs)),
            "refused": failing("create_topic", NO_RIGHT, *NEW_TOPIC),
        },
        never(TYPED, "stale"),
    ),
    Place(
        "add-partitions",
        AddPartitionsForm,
        {
            "loading": held("add_partitions", "2", "A", "ctrl+s"),
            "empty": scene("2", "A", "backspace", "backspace", "ctrl+s"),
            "refused": failing("add_partitions", NO_RIGHT, "2", "A", "ctrl+s"),
        },
        never(TYPED, "partial", "stale"),
    ),
    Place(
        "config",
        ConfigForm,
        {
            "loading": held("validate_configs", *CONFIG),
            "empty": scene("2", "e", "e", *["backspace"] * 12, "ctrl+s"),
            "refused": failing("validate_configs", NO_RIGHT, *CONFIG),
        },
        never(TYPED, "partial", "stale"),
    ),
    Place(
        "broker-config",
        BrokerConfigForm,
        {
            "usual": scene(*BROKER_CONFIG[:-1]),
            "loading": held("validate_configs", *BROKER_CONFIG),
            "empty": scene("5", "enter", "e", *["backspace"] * 12, "ctrl+s"),
            "refused": failing("validate_configs", NO_RIGHT, *BROKER_CONFIG),
        },
        never(TYPED, "partial", "stale"),
    ),
    Place(
        "config-of-many",
        ConfigOfManyForm,
        {
            "usual": scene(*CONFIG_OF_MANY[:-1]),
            "loading": held("topic_configs", *CONFIG_OF_MANY),
            "empty": scene(*THREE, "e", "ctrl+s"),
            "refused": failing("topic_configs", NO_RIGHT, *CONFIG_OF_MANY),
            "unknown-key": scene(
                *(*THREE, "e", *"retention.mx", "tab", *"7d", "ctrl+s"), arrange=one_is_there
            ),
        },
        never(TYPED, "partial", "stale"),
    ),
    Place(
        "publish",
        PublishForm,
        {
            "loading": held("publish", "2", "p", "ctrl+s"),
            "empty": scene("1", "p", "ctrl+s"),
            "partial": Scene(some_landed),
            "refused": failing("publish", NO_RIGHT, "2", "p", "ctrl+s"),
        },
        never(TYPED, "stale"),
    ),
    Place(
        "reset",
        ResetForm,
        {
            "loading": held("committed", "3", "R", *"latest", "ctrl+s"),
            "empty": scene("3", "R", "ctrl+s"),
            "refused": failing("committed", GONE, "3", "R", *"latest", "ctrl+s"),
        },
        never(TYPED, "partial", "stale"),
    ),
    Place(
        "export-positions",
        ExportPositionsForm,
        {
            "loading": held("committed", "3", "x", "ctrl+s"),
            "empty": scene("3", "x", "ctrl+s"),
            "refused": failing("committed", NO_RIGHT, "3", "x", "ctrl+s"),
        },
        never("it closes and says what is missing", "partial")
        | never("it asks for the positions as it is sent", "stale"),
    ),
    Place(
        "what-if",
        WhatIfForm,
        {
            "loading": held("topic_configs", "4", "w"),
            "empty": Scene(topic_without_records),
            "partial": Scene(leaderless),
            "stale": Scene(not_read_again),
            "refused": failing("topic_configs", GONE, "4", "w"),
        },
    ),
)
"""What is filled in and sent."""

DIALOGS = (*QUESTIONS, *FORMS)
