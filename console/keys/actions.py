"""The table of actions: everything that a key can do, once.

Bindings, footer, help, palette and the reference page derive from it. A scope is where an action
works: `app` everywhere, a panel or screen by its name otherwise; a key may stand in several
scopes, and only once in each and in `app`. Lower-case keys are safe, upper-case ones are stronger;
no destructive action lies on ctrl+d or ctrl+k, which many hands use for moving.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from console.keys.action import Action as Action
from console.keys.action import Scope as Scope
from console.keys.action import row as _row
from console.keys.cluster_actions import CLUSTER_ROWS
from console.keys.dialog_actions import DIALOG_ROWS
from console.keys.message_actions import (
    MESSAGE_ROWS,
    RESEND_ROWS,
    MessageRow,
    bulk_rows,
    edit_rows,
)
from console.keys.table_actions import TABLE_ROWS
from console.keys.topic_actions import topic_rows
from console.keys.tour_actions import TOUR_ROWS


def _what_if_row(scope: str) -> Action:
    return _row(
        f"{scope}.what-if",
        "w",
        "what_if",
        "What if",
        "See what another retention would delete of this topic, and set it.",
        rank=23,
        of_row=scope != "topic",
    )


def _group_rows(scope: str, *, palette: bool) -> tuple[Action, ...]:
    """What is done to the group that is open, or under the cursor of a list."""
    of_group = partial(_row, of_row=scope != "group", names_group=palette)
    return (
        of_group(
            f"{scope}.reset",
            "R",
            "reset_offsets",
            "Reset",
            "Reset the offsets of this group; shows first what that would do.",
            rank=10,
            destructive=True,
            palette="reset" if palette else "",
        ),
        of_group(
            f"{scope}.export",
            "x ctrl+e",
            "export_positions",
            "Export",
            "Write the positions of this group, or of those marked, to a file that Kafka's own "
            "tool reads.",
            rank=32,
            palette="export-positions" if palette else "",
        ),
        of_group(
            f"{scope}.delete",
            "D delete",
            "delete_group",
            "Delete",
            "Delete this group with its positions; asks for its name.",
            rank=40,
            destructive=True,
            palette="delete-group" if palette else "",
            needs="deletes_groups",
        ),
    )


VIEWS_MAX = 9
"""Views that have a digit."""


def view_action(number: int) -> str:
    """The action that switches to a view, by its number from 1."""
    return f"app.view-{number}"


def _view_rows() -> Iterator[Action]:
    for number in range(1, VIEWS_MAX + 1):
        yield _row(
            view_action(number),
            str(number),
            f"app.view_at({number})",
            f"View {number}",
            f"Switch to view {number}; in it, go to its top.",
        )


def _messages_row(scope: str, rank: int = 0) -> Action:
    return _row(
        f"{scope}.messages",
        "m",
        "messages",
        "Messages",
        "Read the messages.",
        rank=rank,
        of_row=scope != "topic",
    )


def _groups_row(scope: str, rank: int = 0) -> Action:
    return _row(
        f"{scope}.groups",
        "c",
        "groups_of_topic",
        "Groups",
        "Show the groups that read this topic.",
        rank=rank,
        of_row=True,
    )


def _export_rows() -> Iterator[Action]:
    """Where rows are written as they are shown; groups and messages have a form of their own."""
    for scope in ("overview", "topics", "topic", "retention", "brokers", "broker", "journal"):
        yield _row(
            f"{scope}.export",
            "x ctrl+e",
            "export_list",
            "Export",
            "Write the rows that are shown to a file.",
        )


def _message_rows(rows: Iterable[MessageRow], *, changes: bool = False) -> Iterator[Action]:
    for name, keys, method, label, text, rank in rows:
        yield _row(name, keys, method, label, text, rank=rank, changes=changes)


ACTIONS: tuple[Action, ...] = (
    _row("app.palette", "colon ctrl+p", "palette", "Command", "Type a command.", rank=1),
    _row(
        "app.help",
        "question_mark f1",
        "help",
        "Help",
        "Show every key of this screen.",
        rank=90,
        palette="help",
    ),
    _row("app.back", "escape", "back", "Back", "Clear the filter, close what is open, or go back."),
    _row("app.next-panel", "tab", "app.focus_next", "Next panel", "Move to the next panel."),
    _row(
        "app.previous-panel",
        "shift+tab",
        "app.focus_previous",
        "Previous panel",
        "Move to the panel before.",
    ),
    _row(
        "app.quit",
        "q",
        "leave",
        "Quit",
        "Go back; at the first screen, press twice to quit.",
        rank=91,
    ),
    _row(
        "app.quit-now",
        "ctrl+q",
        "app.quit",
        "Quit at once",
        "Quit from anywhere.",
        palette="quit exit q",
    ),
    _row("app.quit-hint", "ctrl+c", "quit_hint", "Copy", "Copy the selection, or say how to quit."),
    _row(
        "app.refresh", "r f5", "app.refresh", "Refresh", "Ask the cluster now.", palette="refresh"
    ),
    _row(
        "app.interval",
        "ctrl+r",
        "app.interval",
        "Interval",
        "Step through how often to ask.",
        palette="interval",
    ),
    _row("app.pause", "P", "app.pause", "Pause", "Stop and resume all refresh.", palette="pause"),
    _row(
        "app.times",
        "T",
        "app.times",
        "Times",
        "Switch times: local, UTC, relative.",
        palette="times",
    ),
    _row(
        "app.theme",
        "ctrl+t",
        "app.toggle_theme",
        "Theme",
        "Switch between the dark and light theme.",
        palette="theme",
    ),
    *CLUSTER_ROWS,
    _row(
        "app.alerts",
        "B",
        "app.alerts",
        "Alerts",
        "Show the alerts: what fires, every rule, and to mute one.",
        palette="alerts",
    ),
    *TOUR_ROWS,
    _row("app.redraw", "ctrl+l", "redraw", "Redraw", "Draw the whole screen again."),
    _row("app.maximise", "z", "maximise", "Maximise", "Give the focused panel the whole screen."),
    _row(
        "app.history-back",
        "left_square_bracket",
        "app.history(-1)",
        "Back in history",
        "Return to the place before.",
    ),
    _row(
        "app.history-forward",
        "right_square_bracket",
        "app.history(1)",
        "Forward in history",
        "Return to the place after.",
    ),
    _row("app.last", "minus", "app.last_view", "Last view", "Switch to the view before this one."),
    _row(
        "app.create-topic",
        "n ctrl+n",
        "create_topic",
        "New topic",
        "Create a topic.",
        rank=20,
        changes=True,
        palette="create new",
        topics=1,
        names_new=True,
        needs="creates_topics",
    ),
    _row(
        "app.publish",
        "p",
        "publish",
        "Publish",
        "Publish messages to a topic.",
        rank=21,
        changes=True,
        palette="publish produce",
        topics=1,
    ),
    _row(
        "app.undo",
        "u",
        "undo",
        "Undo",
        "Undo the last change of configurations or offsets; in the journal, the one chosen.",
        changes=True,
        palette="undo",
    ),
    *_view_rows(),
    *TABLE_ROWS,
    _row("overview.internal", "i", "app.internal", "Internal", "Show or hide internal topics."),
    _messages_row("overview"),
    _groups_row("overview"),
    *topic_rows("overview"),
    _row(
        "topics.internal", "i", "app.internal", "Internal", "Show or hide internal topics.", rank=31
    ),
    _groups_row("topics", rank=22),
    _messages_row("topics", rank=22),
    *topic_rows("topics", rank=23),
    _row("topic.group", "c", "next_group", "Group", "Show the lag of the next group.", rank=22),
    _what_if_row("topic"),
    _messages_row("topic", rank=22),
    *topic_rows("topic", rank=24),
    _what_if_row("retention"),
    *_group_rows("groups", palette=False),
    *_group_rows("group", palette=True),
    _row(
        "group.forget",
        "F",
        "delete_offsets",
        "Forget topic",
        "Delete the positions of this group in the topic under the cursor; asks for its name.",
        rank=41,
        destructive=True,
        palette="forget",
        needs="deletes_offsets",
    ),
    _row(
        "broker.edit",
        "e",
        "edit_broker_config",
        "Edit config",
        "Change the key under the cursor for this broker alone.",
        rank=4,
        changes=True,
        needs="alters_configs",
    ),
    _row(
        "retention.internal",
        "i",
        "app.internal",
        "Internal",
        "Show or hide internal topics.",
        rank=31,
    ),
    _row(
        "clusters.try",
        "t",
        "try_cluster",
        "Try",
        "Connect to this cluster, or to all that are marked, and say what works there.",
        rank=20,
    ),
    _row(
        "alerts.mute",
        "m",
        "mute",
        "Mute",
        "Let this rule be silent, or be heard again; so with all that are marked.",
        rank=20,
        of_row=True,
    ),
    _messages_row("retention"),
    _groups_row("retention"),
    *topic_rows("retention", delete_rank=0),
    *_export_rows(),
    *_message_rows(MESSAGE_ROWS),
    *edit_rows(),
    *_message_rows(RESEND_ROWS, changes=True),
    *bulk_rows(),
    _row("diff.all", "a", "all_keys", "All keys", "Show every key, or those that differ.", rank=20),
    *DIALOG_ROWS,
    _row("demo.faster", "plus equals_sign", "faster", "Faster", "Raise the payment rate.", rank=3),
    _row("demo.slower", "minus", "slower", "Slower", "Lower the payment rate.", rank=4),
    _row("demo.pause", "space", "pause_worker", "Pause", "Pause or resume this worker.", rank=5),
    _row("demo.limit", "l", "limit", "Slow", "Slow this worker: full speed, 100/s, 20/s.", rank=6),
    _row("demo.kill", "x", "kill", "Kill", "Kill this worker as kill -9 does.", rank=7),
    _row("demo.restart", "enter", "restart", "Restart", "Start this worker again.", rank=8),
    _row(
        "demo.replay",
        "R",
        "replay",
        "Replay",
        "Let the warehouse start from the first record.",
        rank=9,
    ),
)

WIDGET_SCOPES = frozenset({Scope.TABLE, Scope.MARKS, Scope.TEXT})
"""The scopes whose keys are bound by the widgets that have them."""

BY_METHOD: Mapping[str, Action] = {action.method: action for action in ACTIONS}


@dataclass(frozen=True, slots=True)
class Possible:
    """What can be done on a cluster: nothing is changed on one that is only to be looked at, and
    nothing is offered that it has no operation for. `lacks` has names of `Capabilities`;
    `has_stopped`: what this console was attached to serves no longer."""

    has_changes: bool = True
    lacks: frozenset[str] = frozenset()
    has_stopped: bool = True

    def includes(self, action: Action) -> bool:
        """Whether the action can be done."""
        if action.of_stopped and not self.has_stopped:
            return False
        return (self.has_changes or not action.changes) and action.needs not in self.lacks


ANYTHING = Possible()

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def of_scopes(*scopes: Scope) -> tuple[Action, ...]:
    """The actions that work in these scopes, in the order of the table."""
    return tuple(action for action in ACTIONS if action.scope in scopes)
