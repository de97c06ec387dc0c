"""`kconsole set configs`: what a change of a topic's configuration does, and then the change.

Values are understood and losses told as by the form of the console. The cluster is asked first
whether it would take the change. Between that and the change a person may be asked.
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
from console.port.errors import ClusterError, Rejected, Unreachable
from console.sampling.config_entries import config_entry
from console.scripting.agreement import permit_to
from console.scripting.cluster_command import run_change, run_on_cluster
from console.scripting.exits import CommandFailed, CommandWrong
from console.scripting.waiting import Waiting


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

    def plan(self, bootstrap: str | None, config: Path | None) -> None:
        """Print what would change."""
        run_on_cluster(bootstrap, config, self._plan)

    async def _plan(self, cluster: KafkaCluster) -> None:
        answer = (await cluster.reads.topic_configs([self._topic]))[self._topic]
        if isinstance(answer, Unreachable):
            raise cluster.link.advised(answer)
        if isinstance(answer, ClusterError):
            raise CommandFailed(f"{plain(self._topic)}: {plain(answer.reason)}") from answer
        entries = {each.name: config_entry(each) for each in answer}
        said = [self._plan_one(key, text, entries.get(key)) for key, text in self._wanted.items()]
        if self._changes:
            await self._try(cluster.writes)

        click.echo("\n".join(said))
        for loss in self._losses:
            click.echo(f"kconsole: {loss}", err=True)

    async def _try(self, writes: Writes) -> None:
        """Ask whether the cluster would take the change. Raises CommandWrong, ClusterError."""
        try:
            await writes.set_topic_configs(self._topic, self._changes, validate_only=True)
        except Rejected as error:
            raise CommandWrong(plain(error.reason)) from error

    def _plan_one(self, key: str, text: str | None, entry: ConfigEntry | None) -> str:
        """Note the change of one key; the line to print of it."""
        if entry is None:
            raise CommandWrong(f"a topic has no configuration {plain(key)}")
        try:
            value = None if text is None else config_value(key, entry.rule, text)
        except FieldFault as fault:
            raise CommandWrong(f"{key}: expected {fault}") from fault
        is_held = value == (entry.value or "")
        if is_held if entry.is_own else value is None:
            return f"{key}: that is what holds already"
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
        told = f"change {', '.join(self._changes)} of {plain(self._topic)}"
        usual = Weight.YES_OR_NO if self._losses else Weight.NOTHING
        permit = permit_to(told, is_agreed=is_agreed, usual=usual, name=self._topic)
        waiting = Waiting()

        async def change(writes: Writes, _reads: Reads) -> None:
            try:
                async with waiting.told():
                    await writes.set_topic_configs(self._topic, self._changes)
            except ClusterError as error:
                self.failed = plain(error.of_change)

        run_change(bootstrap, config, change, permit=permit, waiting=waiting, is_told=True)
