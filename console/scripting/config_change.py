"""`kconsole set configs`: what a change of a topic's configuration does, and then the change.

Values are understood and losses told as by the form of the console; a topic without records loses
none. The cluster is asked first whether it would take the change. Between that and the change a
person may be asked.
"""

from collections.abc import Mapping
from pathlib import Path

import click

from console.adapters.kafka import KafkaCluster
from console.forms.config_value import config_value, effect_of, loss_of
from console.forms.fields import FieldFault
from console.model.care import Weight
from console.model.text import plain
from console.model.topic import ConfigEntry
from console.port.cluster import Reads, Writes
from console.port.errors import ClusterError, NotFound, Rejected, Unreachable
from console.port.readings import LayoutReading
from console.sampling.config_entries import config_entry
from console.scripting.agreement import permit_to
from console.scripting.cluster_command import run_change, run_on_cluster
from console.scripting.exits import CommandFailed, CommandWrong
from console.scripting.waiting import Waiting
from engine.config.load import did_you_mean


class ConfigChange:
    """One run of the command. `failed` says in the end what could not be done, if anything."""

    hindrance = ""
    """A plan that would be refused is not made."""

    def __init__(self, topic: str, wanted: Mapping[str, str | None]) -> None:
        """`wanted` are texts by key; None returns a key to its default."""
        self._topic = topic
        self._wanted = wanted
        self._changes: dict[str, str | None] = {}
        self._losses: list[str] = []
        self.failed = ""

    def plan(self, bootstrap: str | None, config: Path | None) -> bool:
        """Print what would change, and say whether somebody read it."""
        return run_on_cluster(bootstrap, config, self._plan)

    async def _plan(self, cluster: KafkaCluster) -> None:
        reads = cluster.reads
        layout = await reads.layout()
        # A broker of ours is known by that, and then what its keys take.
        await reads.capabilities()
        answer = (await reads.topic_configs([self._topic]))[self._topic]
        if isinstance(answer, Unreachable):
            raise cluster.link.advised(answer)
        if isinstance(answer, NotFound):
            raise CommandFailed(f"there is no topic {plain(self._topic)}") from answer
        if isinstance(answer, ClusterError):
            raise CommandFailed(f"{plain(self._topic)}: {plain(answer.reason)}") from answer
        entries = {each.name: config_entry(each) for each in answer}
        said = [self._plan_one(key, text, entries) for key, text in self._wanted.items()]
        if self._changes:
            await self._try(cluster.writes)
        if self._losses and await self._is_empty(layout, reads):
            self._losses.clear()
        click.echo("\n".join(said))
        for loss in self._losses:
            click.echo(f"kconsole: {loss}", err=True)

    async def _try(self, writes: Writes) -> None:
        """Ask whether the cluster would take the change. Raises CommandWrong, ClusterError."""
        try:
            await writes.set_topic_configs(self._topic, self._changes, validate_only=True)
        except Rejected as error:
            raise CommandWrong(plain(error.reason)) from error

    async def _is_empty(self, layout: LayoutReading, reads: Reads) -> bool:
        """Whether the topic is known to have no record."""
        keys = [key for topic in layout.topics if topic.name == self._topic for key in topic.keys]
        starts, ends = await reads.start_offsets(keys), await reads.end_offsets(keys)
        empty = [isinstance(starts[key], int) and starts[key] == ends[key] for key in keys]
        return bool(empty) and all(empty)

    def _plan_one(self, key: str, text: str | None, entries: Mapping[str, ConfigEntry]) -> str:
        """Note the change of one key; the line to print of it."""
        entry = entries.get(key)
        if entry is None:
            near = did_you_mean(key, entries)
            raise CommandWrong(plain(f"a topic has no configuration {key}{near}"))
        try:
            value = None if text is None else config_value(key, entry.rule, text)
        except FieldFault as fault:
            raise CommandWrong(plain(f"{key} cannot be {text!r}: expected {fault}")) from fault
        is_held = value == (entry.value or "")
        if is_held if entry.is_own else value is None:
            return f"{key}: it has this value already"
        self._changes[key] = value
        loss = loss_of(entry, value)
        if loss:
            self._losses.append(loss)
        pinned = ", now the topic's own" if is_held else ""
        return f"{key}: {effect_of(entry, value)}{pinned}"

    def carry_out(self, bootstrap: str | None, config: Path | None, *, is_agreed: bool) -> None:
        """Change it, once it is agreed."""
        if not self._changes:
            return
        what = f"{', '.join(self._changes)} of {plain(self._topic)}"
        usual = Weight.YES_OR_NO if self._losses else Weight.NOTHING
        permit = permit_to(f"change {what}", is_agreed=is_agreed, usual=usual, name=self._topic)
        waiting = Waiting()

        async def change(writes: Writes, _reads: Reads) -> None:
            try:
                async with waiting.told():
                    await writes.set_topic_configs(self._topic, self._changes)
            except ClusterError as error:
                self.failed = plain(error.of_change)
            else:
                click.echo(f"kconsole: changed {what}", err=True)

        run_change(bootstrap, config, change, permit=permit, waiting=waiting, is_told=True)
