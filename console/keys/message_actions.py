"""The rows of the table of actions for reading messages: the list of them, one record, its text.

Each is a name, keys, method, label, help and rank, as `actions` makes actions of them.
"""

from collections.abc import Iterator

from console.keys.action import Action, row

MessageRow = tuple[str, str, str, str, str, int]

MESSAGE_ROWS: tuple[MessageRow, ...] = (
    (
        "messages.search",
        "f",
        "search",
        "Find",
        'Find records: text, or an expression such as value.total > 100 and key contains "x".',
        4,
    ),
    (
        "messages.seek",
        "at",
        "seek",
        "Seek",
        "Go to a place: -1h, 2026-11-22 09:00, end-500, an offset, p3:1200, beginning, end.",
        5,
    ),
    ("messages.tail", "t", "tail", "Live", "Follow what is written; again: pause, go on.", 6),
    (
        "messages.more",
        "space enter",
        "more",
        "Go on",
        "Go on with what was stopped or came to its limit.",
        7,
    ),
    ("messages.reload", "r f5", "reload", "Reload", "Read the messages anew from here.", 0),
    (
        "messages.copy-record",
        "Y",
        "copy_record",
        "Copy record",
        "Copy the whole message as JSON; y copies its value.",
        0,
    ),
    ("text.up", "up k", "move(-1)", "Up", "Move up.", 0),
    ("text.down", "down j", "move(1)", "Down", "Move down.", 0),
    ("text.page-up", "pageup ctrl+b", "page(-1)", "Page up", "Move up a page.", 0),
    ("text.page-down", "pagedown ctrl+f space", "page(1)", "Page down", "Move down a page.", 0),
    ("text.first", "home g", "edge(-1)", "Beginning", "Move to the first line.", 0),
    ("text.last", "end G", "edge(1)", "End", "Move to the last line.", 0),
    ("text.wrap", "w", "wrap", "Wrap", "Wrap long lines, or cut them.", 5),
    ("record.next-view", "right l", "leaf(1)", "Next view", "Show JSON, text, hex, headers.", 2),
    ("record.last-view", "left h", "leaf(-1)", "Last view", "Show the view before.", 0),
    ("record.next", "J shift+down", "record(1)", "Next", "Show the next message of the list.", 4),
    ("record.previous", "K shift+up", "record(-1)", "Previous", "Show the message before.", 0),
    ("record.full", "enter", "full", "Open full", "Show all of what is shown cut.", 3),
    ("record.copy", "y", "copy_value", "Copy value", "Copy the value in one line.", 6),
    ("record.copy-record", "Y", "copy_record", "Copy record", "Copy the message as JSON.", 7),
)

_RESEND = ("R", "resend", "Resend", "Publish this message again, where one says; asks first.", 9)

RESEND_ROWS: tuple[MessageRow, ...] = (("messages.resend", *_RESEND), ("record.resend", *_RESEND))
"""What changes the cluster."""


def edit_rows() -> Iterator[Action]:
    """What opens one message in an editor; it may be looked at where nothing may be changed."""
    said = "Open this message in $EDITOR: key, headers, value. Changed, it is offered to publish."
    yield row("messages.edit", "o", "edit", "Editor", said, palette="editor")
    yield row("record.edit", "o", "edit", "Editor", said, rank=8)


def bulk_rows() -> Iterator[Action]:
    """What writes or publishes many messages."""
    yield row(
        "messages.export",
        "x ctrl+e",
        "export",
        "Export",
        "Write what is shown to a file.",
        rank=8,
        palette="export",
    )
    yield row(
        "messages.export-found",
        "X",
        "export_found",
        "Export all",
        "Write all that is found to a file, not only what is shown; counts it first.",
        rank=12,
        palette="export-all",
    )
    yield row(
        "messages.replay",
        "A",
        "replay_found",
        "Replay",
        "Publish again all that was found, to a topic or where a header says; shows it first.",
        rank=10,
        changes=True,
        palette="replay",
    )
    yield row(
        "messages.import",
        "I",
        "import_file",
        "Import",
        "Publish the messages of a file; shows them first.",
        rank=11,
        changes=True,
        palette="import",
    )
