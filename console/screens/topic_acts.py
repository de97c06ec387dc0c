"""What can be done to a topic from any screen: to the one under the cursor, or to a named one."""

from dataclasses import replace

from console.acts.job import NotDone
from console.keys.actions import ACTIONS
from console.model import units
from console.model.care import Weight
from console.model.figures import Known
from console.model.section import Loading, Refused, content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.topic import ConfigEntry, Topic
from console.port.cluster import Writes
from console.port.errors import ClusterError
from console.sampling.needs import Needs
from console.screens.list_acts import ListActs
from console.screens.routes import Host, TopicPart

READERS_MAX = 4
"""Groups that are named in a question."""
READER_MAX = 40


class TopicActs(ListActs):
    """The acts on topics. Where no topic is under the cursor, they say how to name one."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._to_clone = ""

    @property
    def all_needs(self) -> Needs:
        needs = self.needs
        return replace(needs, topics=needs.topics | {self._to_clone}) if self._to_clone else needs

    def on_screen_suspend(self) -> None:
        self._to_clone = ""

    def act_on(self, method: str, *topics: str) -> None:
        """Do what a command says, to the topics that it names."""
        getattr(self, f"action_{method}")(*topics)

    def action_groups_of_topic(self) -> None:
        """Open the topic at the groups that read it."""
        if self.subject is not None:
            self.post_message(self.TopicWanted(self.subject, TopicPart.GROUPS))

    def action_edit_configs(self, topic: str = "") -> None:
        """Open the topic at its configuration, where a key is chosen."""
        name = self._named(topic, "edit_configs")
        if name:
            self.post_message(self.TopicWanted(name, TopicPart.CONFIGS))

    def edit_config(self, topic: str, entry: ConfigEntry) -> None:
        """Open the form of one key."""
        from console.forms.topic_config import ConfigForm

        if entry.is_read_only:
            self.notify(f"{plain(entry.name)} cannot be changed", severity="warning", markup=False)
            return
        frame = self.host.frame()
        form = ConfigForm(self.host.writes, topic, entry, frame.keymap, frame.care)
        self.app.push_screen(form)

    def action_add_partitions(self, topic: str = "") -> None:
        from console.forms.add_partitions import AddPartitionsForm

        name = self._named(topic, "add_partitions")
        row = self._row(name)
        if row is not None:
            frame = self.host.frame()
            form = AddPartitionsForm(
                self.host.writes, row.name, row.partition_count, frame.keymap, frame.care
            )
            self.app.push_screen(form)

    def action_empty_topic(self, topic: str = "") -> None:
        """Ask for the topic's name; its records go when it was typed."""
        name = self._named(topic, "empty_topic")
        row = self._row(name)
        if row is None:
            return
        shown = plain(name)
        typed = self.host.frame().care.typed_name(Weight.NAME, shown)
        what = "its name" if typed == shown else f"{typed}"
        text = (
            f"{_amount(row)} of {shown} will be gone for good; the topic, its configuration and "
            f"the offsets of its groups stay. Type {what} to empty it."
        )
        count, writes = row.partition_count, self.host.writes

        def empty_it(is_agreed: bool | None) -> None:
            if is_agreed:
                self.see_through("empty topic", self.empty_topic(name, count, writes))

        self.ask("Empty topic", text, typed, empty_it)

    async def empty_topic(self, name: str, partitions: int, writes: Writes) -> None:
        """Delete the records of every partition up to its end, and say how that went."""
        from console.acts.emptying import empty

        shown = plain(name)
        try:
            await empty(name, partitions, writes)
        except ClusterError as error:
            self.tell_failed(error, f"{shown} is not emptied", f"{shown} may be emptied")
        except NotDone as error:
            title = f"{shown} is not emptied wholly"
            self.notify(str(error), title=title, severity="error", timeout=10, markup=False)
        else:
            self.notify(f"{shown} is empty", markup=False)

    def action_delete_topic(self) -> None:
        """Ask for the topic's name; the topic goes when it was typed."""
        name = self.subject
        if name is None:
            return
        shown = plain(name)
        typed = self.host.frame().care.typed_name(Weight.NAME, shown)
        what = "its name" if typed == shown else f"{typed}"
        row = self._row(name)
        amount = "All records" if row is None else _amount(row)
        parts = [
            f"{amount} of {shown} will be gone.",
            _readers_said(self.host.snapshot, name),
            f"Type {what} to delete it.",
        ]
        text = " ".join(filter(None, parts))
        writes = self.host.writes

        def delete(is_agreed: bool | None) -> None:
            if is_agreed:
                self.see_through("delete topic", self.delete_topic(name, writes))

        self.ask("Delete topic", text, typed, delete)

    async def delete_topic(self, name: str, writes: Writes) -> None:
        """Delete a topic and say how that went."""
        shown = plain(name)
        try:
            await writes.delete_topic(name)
        except ClusterError as error:
            self.tell_failed(error, f"{shown} stays", f"{shown} may be deleted")
        else:
            self.notify(f"{shown} is deleted", markup=False)
            self.leave_deleted(name)

    def action_clone_topic(self, topic: str = "") -> None:
        """Open the form of a new topic, filled in like another, once that one is read."""
        name = self._named(topic, "clone_topic")
        if self._row(name) is None or self.host.snapshot is None:
            return
        self._to_clone = name
        self.clone_when_read(self.host.snapshot)
        if self._to_clone:
            self.notify(f"Reading the configuration of {plain(name)} …", timeout=2, markup=False)
            self.post_message(self.Shown(self))

    def clone_when_read(self, snapshot: Snapshot) -> None:
        """Open the form that waits for a topic's configuration, if it was read or cannot be."""
        from console.forms.create_topic import CreateTopicForm, Model

        row = self._row(self._to_clone) if self._to_clone else None
        detail = snapshot.topic_details.get(self._to_clone)
        if row is None or detail is None:
            return
        configs, problem = content(detail.configs), ""
        if isinstance(detail.configs, Refused):
            problem = detail.configs.reason
        elif isinstance(detail.configs, Loading):
            problem = detail.configs.problem
        if configs is None and not problem:
            return
        self._to_clone = ""
        model = Model(row.name, row.partition_count, row.replication_factor, configs or (), problem)
        frame = self.host.frame()
        form = CreateTopicForm(
            self.host.writes, self._broker_count(), frame.keymap, frame.care, model
        )
        self.app.push_screen(form)

    def action_diff_topics(self, first: str = "", second: str = "") -> None:
        """Compare two topics; ask at the prompt for those that are not named."""
        if second:
            self.post_message(self.DiffWanted(first, second))
            return
        name = first or self.subject or ""
        known = f"{name} " if name and plain(name) == name else ""
        self.post_message(self.PromptWanted(f"diff {known}"))

    def _named(self, topic: str, method: str) -> str:
        """The topic that was named or is under the cursor; says what to do when there is none."""
        name = topic or self.subject or ""
        if not name:
            names = [each.palette[0] for each in ACTIONS if each.method == method and each.palette]
            hint = f": name it, :{names[0]} TOPIC" if names else ""
            self.notify(f"No topic is chosen here{hint}", severity="warning", markup=False)
        return name

    def _row(self, name: str) -> Topic | None:
        """What is known of a topic; None when it is not on the list."""
        snapshot = self.host.snapshot
        topics = content(snapshot.topics) if snapshot is not None else None
        return next((each for each in topics or () if each.name == name), None)


def _readers_said(snapshot: Snapshot | None, topic: str) -> str:
    """Which groups have members that read a topic, as far as that is known; empty for none."""
    groups = content(snapshot.groups) if snapshot is not None else None
    names = [plain(group.name, limit=READER_MAX) for group in groups or () if group.reads(topic)]
    if not names:
        return ""
    more = len(names) - READERS_MAX
    listed = ", ".join(names[:READERS_MAX]) + (f" and {more:,} more" if more > 0 else "")
    one = "A group with live members reads it"
    return f"{one if len(names) == 1 else 'Groups with live members read it'}: {listed}."


def _amount(row: Topic) -> str:
    """`All 12K records (1.2 GB)`, as far as that is known."""
    count, size = row.message_count, row.size_bytes
    many = f"{units.count(count.value)} records" if isinstance(count, Known) else "records"
    return f"All {many} ({units.size(size.value)})" if isinstance(size, Known) else f"All {many}"
