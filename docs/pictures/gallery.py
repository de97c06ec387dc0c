"""The pictures that the documents show: a table of screens, and how the page of them is written.

Each is drawn by the running program on the sample cluster of the tests, or on the demonstration in
memory: `stage` builds it, `keys` lead to the screen.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.console.test_frames import CLUSTERS, DIALOGS, SCREENS, resting_group
from tests.support.console_stage import StagedConsole, console, sample_acts
from tests.support.sample_alerts import sample_alerting
from tests.support.sample_clusters import LOCAL, PRODUCTION
from tests.support.sample_demo import guided
from tests.support.sample_engine import busy_engine
from tests.support.sample_logs import sample_logs
from tests.support.sample_records import sample_records
from tests.support.sample_snapshots import busy

Stage = Callable[[str], StagedConsole]
"""Builds the console in a theme."""

WIDE, USUAL, NARROW = (120, 40), (100, 30), (80, 24)


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen to draw: file name, title, what it shows, and how it is come by."""

    name: str
    title: str
    caption: str
    stage: Stage
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = USUAL
    theme: str = "midnight"
    face: str = ""
    """The variant of the sample cluster that comes after the keys; empty: none."""


def cluster(theme: str) -> StagedConsole:
    """The busy cluster, with some changes made to it."""
    app = console(busy(), theme=theme)
    sample_acts(app.journal)
    sample_logs(app.cluster)
    return app


def messages(theme: str) -> StagedConsole:
    """A topic with messages of several kinds."""
    app = console(busy(), theme=theme)
    sample_records(app.cluster)
    return app


def group_at_rest(theme: str) -> StagedConsole:
    """A group without members, so that its positions can be set."""
    app = console(busy(), theme=theme)
    resting_group(app, members=0)
    return app


def alerted(theme: str) -> StagedConsole:
    return console(busy(), theme=theme, alerting=sample_alerting())


def saved_clusters(theme: str) -> StagedConsole:
    return console(busy(), theme=theme, saved=LOCAL)


def production(theme: str) -> StagedConsole:
    return console(busy(), theme=theme, saved=PRODUCTION)


def inside(theme: str) -> StagedConsole:
    """A broker of ours that tells of its inside."""
    return console(busy_engine(), theme=theme)


def demonstration(theme: str) -> StagedConsole:
    return guided(theme=theme)


GALLERY = (
    Picture(
        "overview",
        "Overview",
        "Rates, topics, brokers, the lag of the groups furthest behind, throughput.",
        cluster,
        SCREENS["overview"],
        WIDE,
    ),
    Picture(
        "overview-light",
        "Overview in the light theme",
        "`ctrl+t` switches.",
        cluster,
        SCREENS["overview"],
        WIDE,
        theme="paper",
    ),
    Picture(
        "topics",
        "Topics",
        "Every topic with its rate, size, worst lag, retention and status.",
        cluster,
        SCREENS["topics"],
    ),
    Picture(
        "topic",
        "A topic",
        "Its partitions with leader, offsets, size and lag; who reads it; its configuration.",
        cluster,
        SCREENS["topic"],
        WIDE,
    ),
    Picture(
        "edit-config",
        "Change a configuration",
        "What is allowed, and what the new value does, while it is typed.",
        cluster,
        DIALOGS["edit-config"],
    ),
    Picture(
        "diff",
        "Compare two topics",
        "What differs in their configurations, and who set it.",
        cluster,
        SCREENS["diff"],
    ),
    Picture(
        "messages",
        "Messages",
        "Newest first; sought, searched, followed live.",
        messages,
        ("2", "m"),
    ),
    Picture(
        "search",
        "Search",
        "An expression over parts of the records; the whole topic is searched.",
        messages,
        ("2", "m", "f", *"value.total > 850", "enter"),
    ),
    Picture(
        "message",
        "A message",
        "As JSON, text or hex, with headers and key.",
        messages,
        ("2", "m", "enter"),
    ),
    Picture(
        "publish",
        "Publish",
        "One message, or many at a rate; it says where they landed.",
        cluster,
        DIALOGS["publish"],
    ),
    Picture(
        "replay",
        "Replay",
        "All that a search found, published again: to a topic, or where a header says.",
        messages,
        ("2", "m", "f", *"value.total > 850", "enter", "A"),
    ),
    Picture(
        "import",
        "Import",
        "The messages of a file; it shows them first.",
        messages,
        ("2", "m", "I"),
    ),
    Picture(
        "groups",
        "Groups",
        "Verdict, lag in records and in time, when it has caught up, when retention takes records.",
        cluster,
        SCREENS["groups"],
        WIDE,
    ),
    Picture(
        "group",
        "A group",
        "Its lag by partition and over time, its members, what happened to it.",
        cluster,
        SCREENS["group"],
        WIDE,
    ),
    Picture(
        "reset",
        "Reset positions: the preview",
        "What would be read again or skipped, partition by partition, before anything is changed.",
        group_at_rest,
        (*":group billing", "enter", "R", *"earliest", "ctrl+s"),
    ),
    Picture(
        "retention",
        "Retention",
        "How far back each topic reaches, what goes next, who would lose unread records.",
        cluster,
        SCREENS["retention"],
    ),
    Picture(
        "what-if",
        "What another retention would delete",
        "Counted from the segments, while it is typed, with who has not read them.",
        cluster,
        DIALOGS["what-if-loses"],
    ),
    Picture(
        "brokers",
        "Brokers",
        "A broker of the console's own with its vital signs.",
        cluster,
        SCREENS["brokers"],
        WIDE,
        face="hosted",
    ),
    Picture(
        "findings",
        "What is wrong",
        "In words, worst first, with what to do.",
        cluster,
        SCREENS["brokers"],
    ),
    Picture(
        "journal",
        "Journal",
        "What this console changed, and what can be undone.",
        cluster,
        SCREENS["journal"],
    ),
    Picture(
        "engine",
        "The inside of a kconsole broker",
        "Flush times, what waits, clients by software, and every request with size and latency.",
        inside,
        ("7",),
        WIDE,
    ),
    Picture(
        "request",
        "A request from near",
        "Latency and the broker's own work in it, sizes, who makes it, its errors.",
        inside,
        ("7", "enter"),
        WIDE,
    ),
    Picture(
        "alerts",
        "Alerts",
        "The rules above, what holds beneath; the header counts what fires.",
        alerted,
        ("B",),
    ),
    Picture(
        "clusters",
        "Clusters",
        "Saved clusters, and what came of trying one.",
        saved_clusters,
        CLUSTERS["tried"],
    ),
    Picture(
        "production",
        "A production cluster",
        "Marked on every screen; what is done to it is asked about twice.",
        production,
        ("2",),
    ),
    Picture("help", "Help", "Every key of the screen.", cluster, ("2", "?"), WIDE),
    Picture(
        "prompt",
        "Commands",
        "Typed with completion.",
        cluster,
        DIALOGS["prompt"],
        NARROW,
    ),
    Picture(
        "demo",
        "The demonstration",
        "Its workers, their groups, what to try.",
        demonstration,
        ("f4", "7"),
        WIDE,
    ),
    Picture(
        "tour",
        "The guided tour",
        "Beneath everything: what there is to know, what to do, and what was just done.",
        demonstration,
        ("f2", ">", "2", "g", "enter", ">"),
        NARROW,
    ),
)


def page() -> str:
    """The page of the pictures."""
    lead = """<!-- Written by `python -m docs.pictures`, which draws the pictures. -->
# Pictures

Every screen of the console, drawn by the program itself on the sample cluster of its tests.

"""
    return lead + "\n".join(
        f"## {each.title}\n\n{each.caption}\n\n![{each.title}]({each.name}.svg)\n"
        for each in GALLERY
    )
