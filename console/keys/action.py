"""What an action is: a row of the table of actions, and the scopes in which rows work."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Where an action works."""

    APP = "app"
    TABLE = "table"
    MARKS = "marks"
    COLUMNS = "columns"
    TEXT = "text"
    OVERVIEW = "overview"
    TOPICS = "topics"
    TOPIC = "topic"
    GROUPS = "groups"
    GROUP = "group"
    RETENTION = "retention"
    BROKERS = "brokers"
    BROKER = "broker"
    JOURNAL = "journal"
    MESSAGES = "messages"
    RECORD = "record"
    DIFF = "diff"
    CLUSTERS = "clusters"
    ALERTS = "alerts"
    ROW = "row"
    HELP = "help"
    PROMPT = "prompt"
    DIALOG = "dialog"
    CONFIRM = "confirm"
    FORM = "form"
    CONFIG = "config"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Action:
    """One row: a stable id that `config.toml` can name, its keys, and its words.

    `method` is the Textual action; `rank` orders the footer, lower first, and 0 keeps it out of the
    footer. `is_destructive` actions ask before they act; what `changes` the cluster is neither
    shown nor done on one that is only to be looked at. `palette` is the command's name in the
    palette, with its aliases; empty when it makes no sense there; `topics` counts the names that
    may stand behind the command, of topics that are yet to be made where it `names_new` ones; one
    that `names_group` is about a group instead. Behind the others nothing may stand.
    `needs` is what the cluster must offer, as `Capabilities` has it. `before_line`: the
    keys act before the line that is typed in sees them. What is `of_row` needs a list with
    something in it: the footer of an empty one does not offer it. What is `of_stopped` is for where
    the broker that this console was attached to has stopped.
    """

    id: str
    scope: Scope
    keys: tuple[str, ...]
    method: str
    label: str
    help: str
    rank: int = 0
    is_destructive: bool = False
    changes: bool = False
    palette: tuple[str, ...] = ()
    topics: int = 0
    names_new: bool = False
    names_group: bool = False
    needs: str = ""
    before_line: bool = False
    of_row: bool = False
    of_stopped: bool = False


def row(
    name: str,
    keys: str,
    method: str,
    label: str,
    text: str,
    *,
    rank: int = 0,
    destructive: bool = False,
    changes: bool = False,
    palette: str = "",
    topics: int = 0,
    names_new: bool = False,
    names_group: bool = False,
    needs: str = "",
    before_line: bool = False,
    of_row: bool = False,
    of_stopped: bool = False,
) -> Action:
    """A row of the table, with keys and palette names written with blanks between them."""
    scope, _ = name.split(".", 1)
    return Action(
        id=name,
        scope=Scope(scope),
        keys=tuple(keys.split()),
        method=method,
        label=label,
        help=text,
        rank=rank,
        is_destructive=destructive,
        changes=changes or destructive,
        palette=tuple(palette.split()),
        topics=topics,
        names_new=names_new,
        names_group=names_group,
        needs=needs,
        before_line=before_line,
        of_row=of_row,
        of_stopped=of_stopped,
    )
