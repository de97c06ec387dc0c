"""What can be done to all topics that are marked: the acts on one, each with one question for all.

Where nothing is marked, or a command names a topic, it is the act on one topic.
"""

from console.acts.job import Job
from console.model.care import Weight
from console.sampling.stake import UNCOUNTED
from console.screens.topic_acts import TopicActs


class MarkedTopics(TopicActs):
    """The acts on topics, where several may be marked."""

    def action_delete_topic(self) -> None:
        names = self.marked_topics
        if not names:
            super().action_delete_topic()
            return
        job = Job("Delete topics", "topic", "deleted", names, self.host.writes.delete_topic)
        self.do_to_all(job, f"{job.many} will be gone with all their records:")

    def action_empty_topic(self, topic: str = "") -> None:
        from console.acts.emptying import empty

        rows = [] if topic else [row for name in self.marked_topics if (row := self._row(name))]
        if not rows:
            super().action_empty_topic(topic)
            return
        writes, counts = self.host.writes, {row.name: row.partition_count for row in rows}

        async def empty_one(name: str) -> None:
            await empty(name, counts[name], writes)

        job = Job("Empty topics", "topic", "emptied", tuple(counts), empty_one)
        said = (
            f"{UNCOUNTED} of {job.many} will be gone for good; the topics, their "
            "configurations and the offsets of their groups stay:"
        )
        self.tell_stake(self.do_to_all(job, said), tuple(counts), self.host.reads)

    def action_edit_configs(self, topic: str = "") -> None:
        from console.forms.config_of_many import ConfigChange, ConfigOfManyForm

        names = self.marked_topics
        if topic or not names:
            super().action_edit_configs(topic)
            return
        writes, frame = self.host.writes, self.host.frame()

        def ask(change: ConfigChange) -> None:
            async def set_one(name: str) -> None:
                await writes.set_topic_configs(name, {change.key: change.value})

            def close(done: frozenset[str]) -> None:
                if done and form.is_attached:
                    form.dismiss(None)

            job = Job("Set configs", "topic", "changed", names, set_one)
            weight = Weight.NAME if change.loss else Weight.YES_OR_NO
            self.do_to_all(job, change.told, weight=weight, then=close)

        form = ConfigOfManyForm(names, writes, self.host.reads, frame.keymap, ask, frame.care)
        self.app.push_screen(form)

    def action_diff_topics(self, first: str = "", second: str = "") -> None:
        """Compare the two topics that are marked, or else what is named."""
        marked = self.marked_topics
        if not first and len(marked) == 2:
            first, second = marked
        super().action_diff_topics(first, second)
