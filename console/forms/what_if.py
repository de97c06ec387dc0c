"""The form that changes what a topic keeps, and says while typing what goes, when, and from whom.

The topic's logs are read when the form opens, and again every few seconds for as long as snapshots
come, also where the first time failed; each keystroke is answered at once from those that were read
last. The age that is typed is looked up in the cluster as well, so that it does not stay a guess.
Groups stand where the newest snapshot has them. Where the logs cannot be read again, it is said how
old they are.
"""

from collections.abc import Mapping, Sequence

from rich.table import Column, Table
from rich.text import Text
from textual import on, work
from textual.containers import VerticalScroll
from textual.widgets import Input

from console.forms.field_line import FieldLine, FormField
from console.forms.fields import one_of, size_bytes, time_ms
from console.forms.form import Form
from console.forms.what_if_text import Line, as_of_line, loss_sentence, rolling_line, told
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.group import Group
from console.model.retention import RetentionPolicy, exact_size, exact_time, policy_from
from console.model.retention_cut import cut_moment
from console.model.section import content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.what_if import WhatIf, what_if
from console.port.cluster import Writes
from console.port.errors import ClusterError
from console.sampling.topic_logs import TopicLogs
from console.widgets import symbols
from console.widgets.palette import Role
from console.widgets.themed import Themed

POLICY, AGE, SIZE = "cleanup.policy", "retention.ms", "retention.bytes"
FIELDS = {POLICY: "policy", AGE: "age", SIZE: "size"}
"""The field of each key."""

LABEL_WIDTH = 17
READ_AGAIN_MS = 5_000
"""Logs that are younger are not read again: it takes more than a dozen questions."""

_SIGNS = {
    Severity.INFO: ("", Role.TEXT),
    Severity.UNKNOWN: (f"{symbols.UNKNOWN} ", Role.MUTED),
    Severity.OK: (f"{symbols.OK} ", Role.OK),
    Severity.WARNING: (f"{symbols.WARNING} ", Role.WARNING),
    Severity.ERROR: (f"{symbols.ERROR} ", Role.ERROR),
}


class Outcome(Themed):
    """Lines with their labels in a column of their own; long ones wrap beside their labels."""

    DEFAULT_CSS = """
    Outcome { height: auto; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.refresh(layout=True)

    def render(self) -> Table:
        style = self.palette.style
        table = Table.grid(Column(width=LABEL_WIDTH), Column(ratio=1), expand=True)
        for line in self._lines:
            sign, role = _SIGNS[line.severity]
            label = Text(line.label, style(Role.MUTED), no_wrap=True)
            table.add_row(label, Text(f"{sign}{line.text}", style(role)))
        return table


def fields() -> tuple[FormField, ...]:
    """The lines of the form; their texts come with the topic's configuration."""
    policies = ("delete", "compact", "compact,delete", "delete,compact")
    return (
        FormField(
            FIELDS[AGE],
            AGE,
            "the default",
            time_ms,
            help="how old a record gets, such as 7d; -1 for ever; empty for the default",
            is_optional=True,
        ),
        FormField(
            FIELDS[SIZE],
            SIZE,
            "the default",
            size_bytes,
            help="size of a partition from which old ones go, such as 1GiB; -1 for no limit",
            is_optional=True,
        ),
        FormField(
            FIELDS[POLICY],
            POLICY,
            "the default",
            one_of(*policies),
            help="delete | compact | compact,delete",
            is_optional=True,
        ),
    )


def readers_of(topic: str, snapshot: Snapshot) -> tuple[Group, ...]:
    """The groups that read a topic, and those of which it is not known yet whether they do."""
    return tuple(
        group
        for group in content(snapshot.groups) or ()
        if not group.is_enriched or topic in group.topics
    )


class WhatIfForm(Form):
    """What a topic keeps: the policy as it is, and what becomes of another."""

    DEFAULT_CSS = """
    WhatIfForm > VerticalScroll { width: 100; }
    """

    def __init__(
        self,
        writes: Writes,
        logs: TopicLogs,
        groups: tuple[Group, ...],
        keymap: Keymap,
        care: Care = USUAL,
    ) -> None:
        """`logs` are not read yet, see `is_read`; `groups` are those that read the topic or may."""
        self._shown_name = plain(logs.topic)
        title = f"Retention of {plain(logs.topic, limit=40)}"
        super().__init__(
            title, fields(), "saves", keymap=keymap, care=care, subject=self._shown_name
        )
        self._writes = writes
        self._logs = logs
        self._groups = groups
        self._filled = dict.fromkeys(FIELDS, "")
        """What stands in the fields of itself: who typed something else has the say."""
        self._now_ms = logs.now_ms
        self._trouble = ""
        """Why the logs cannot be read again."""
        self._is_reading = False
        self.is_read = False

    def hints(self) -> tuple[tuple[str, str], ...]:
        submit, close = super().hints()
        return (close,) if self._care.is_read_only else (submit, close)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).mount(Outcome(), before="#help")
        self.answer("Reading the topic's logs …", "busy")
        self.read()

    @work(group="what-if", exit_on_error=False)
    async def read(self) -> None:
        """Read the topic, then show its policy and what that does."""
        self._is_reading = True
        try:
            await self._logs.read()
        except ClusterError as error:
            reason = plain(error.reason)
            self.answer(f"{symbols.ERROR} This topic cannot be read: {reason}", "error")
            return
        finally:
            self._is_reading = False
        self.is_read = True
        self.answer("")
        self._fill()
        self.show()
        self.look_up()

    def _fill(self) -> None:
        """Have the topic's own values in the fields where nobody has typed another."""
        for key, field_id in FIELDS.items():
            box = self.line_of(field_id).input
            entry = self._logs.configs.get(key)
            value = "" if entry is None or entry.value is None else entry.value
            is_own = entry is not None and entry.source == "topic"
            if not is_own:
                box.placeholder = plain(f"{_as_written(key, value)}  the default")
            if box.value == self._filled[key]:
                box.value = self._filled[key] = _as_written(key, value) if is_own else ""

    def follow(self, snapshot: Snapshot) -> None:
        """Judge by the groups of this snapshot, and by the logs as they are by now."""
        self._now_ms = snapshot.at_ms
        self._groups = readers_of(self._logs.topic, snapshot)
        self.show()
        is_due = self._now_ms - self._logs.now_ms >= READ_AGAIN_MS
        if not is_due or self._is_reading or self.is_sending:
            return
        rows = content(snapshot.topics)
        row = next((each for each in rows or () if each.name == self._logs.topic), None)
        if row is None:
            if rows is not None:
                self._trouble = "the topic is not there any more"
                self.show()
            return
        # Before the worker begins: another snapshot may come first.
        self._is_reading = True
        logs = self._logs.anew(row.partition_count, snapshot.at_ms)
        if self.is_read:
            self.read_again(logs)
        else:
            self._logs = logs
            self.read()

    @work(group="what-if-again", exit_on_error=False)
    async def read_again(self, logs: TopicLogs) -> None:
        """Read the topic as it is by now, and judge by that once all of it is known."""
        try:
            await logs.read()
            what = self.what(logs)
            moment_ms = None if what is None else cut_moment(what.policy, what.now_ms)
            if moment_ms is not None:
                await logs.look_up(moment_ms)
        except ClusterError as error:
            self._trouble = plain(error.reason)
        else:
            self._logs, self._trouble = logs, ""
            self._fill()
        finally:
            self._is_reading = False
        self.show()
        self.look_up()

    @property
    def changes(self) -> dict[str, str | None]:
        """What saving would set; None returns a key to its default. Raises FieldFault."""
        changes: dict[str, str | None] = {}
        for key, field_id in FIELDS.items():
            text = self.text_of(field_id).strip()
            value = str(self.line_of(field_id).field.check(text)) if text else None
            if value != self._own_value(key):
                changes[key] = value
        return changes

    def _own_value(self, key: str) -> str | None:
        """What the topic itself sets a key to."""
        entry = self._logs.configs.get(key)
        return entry.value if entry is not None and entry.source == "topic" else None

    def policy(self, logs: TopicLogs) -> RetentionPolicy | None:
        """What the fields say; None where a default comes in that the cluster has not told.

        Raises FieldFault.
        """
        configs = {key: each.value for key, each in logs.configs.items() if each.value is not None}
        for key, value in self.changes.items():
            if value is None:
                return None
            configs[key] = value
        return policy_from(configs)

    def what(self, logs: TopicLogs | None = None) -> WhatIf | None:
        """What the fields would do to the logs, those that were read last unless others are given;
        None where that cannot be said."""
        if not self.is_read:
            return None
        logs = logs or self._logs
        try:
            policy = self.policy(logs)
        except ValueError:
            return None
        if policy is None:
            return None
        return what_if(logs.logs, self._groups, logs.topic, policy, logs.rolling, logs.now_ms)

    def loss(self) -> str:
        """What saving deletes for good, as a sentence; empty when it deletes nothing."""
        what = self.what()
        return "What this deletes is not known." if what is None else loss_sentence(what)

    def show(self) -> None:
        """Say what the fields would do."""
        if not self.is_read:
            return
        outcome = self.query_one(Outcome)
        what = self.what()
        if what is None:
            said = "say first what to keep"
            if not any(line.fault() for line in self.query(FieldLine)):
                said = "the cluster does not tell its default: what it does is not known"
            outcome.show([Line("", said, Severity.UNKNOWN)])
            return
        moment_ms = cut_moment(what.policy, what.now_ms)
        is_looked_up = moment_ms is None or self._logs.has_looked_up(moment_ms)
        lines = told(what, self._groups, self._logs.topic, is_looked_up=is_looked_up)
        lines.append(rolling_line(self._logs.rolling))
        if self._trouble:
            lines.append(as_of_line(self._logs.now_ms, self._now_ms, self._trouble))
        outcome.show(lines)

    @on(Input.Changed)
    def ask_again(self) -> None:
        """Answer from what is known, and ask for what is not."""
        self.show()
        self.look_up()

    # Exclusive: what was asked for another age is of no use any more.
    @work(group="what-if-look-up", exclusive=True, exit_on_error=False)
    async def look_up(self) -> None:
        """Ask the cluster which records are older than the age that is typed."""
        what = self.what()
        moment_ms = None if what is None else cut_moment(what.policy, what.now_ms)
        if moment_ms is not None:
            await self._logs.look_up(moment_ms)
        self.show()

    def begin(self) -> None:
        """Every field is right: go on if the topic is read and something is changed."""
        if not self.is_read:
            self.answer(f"{symbols.ERROR} The topic is not read yet", "error")
        elif not self.changes:
            self.answer("Nothing is changed", "busy")
        elif self._care.is_read_only:
            self.answer(f"{symbols.ERROR} This cluster is only to be looked at", "error")
        else:
            self.proceed()

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.save(self.changes)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def save(self, changes: Mapping[str, str | None]) -> None:
        """Set the keys and close, or say why not."""
        try:
            with self.changing():
                await self._writes.set_topic_configs(self._logs.topic, changes)
        except ClusterError as error:
            self.answer(f"{symbols.ERROR} {plain(error.of_change)}", "error")
            return
        self.app.notify(f"{self._shown_name} keeps its records by the new rules", markup=False)
        self.dismiss(None)


def _as_written(key: str, value: str) -> str:
    """A value as people write it."""
    try:
        if key == AGE:
            return exact_time(int(value))
        return exact_size(int(value)) if key == SIZE else value
    except ValueError:
        return value
