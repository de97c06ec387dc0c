"""What can be done to a topic from any screen: to the one under the cursor, or to a named one."""

from dataclasses import replace

from console.model.section import Loading, Refused, content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.topic import ConfigEntry
from console.sampling.needs import Needs
from console.screens.routes import Host, TopicPart
from console.screens.topic_loss import TopicLoss


class TopicActs(TopicLoss):
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
