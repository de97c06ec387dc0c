"""Two topics beside each other: in which keys their configurations differ.

The second may be of another cluster, `staging/orders`. That one is read by itself, again and again
while this is looked at, since no snapshot has it.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from console.keys.actions import Scope
from console.model.section import LOADING, Loading, Ready, Refused, Section, after_failure
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.topic import ConfigEntry
from console.panels.config_diff import ConfigDiffPanel
from console.port.errors import ClusterError
from console.port.errors import Refused as RefusedByCluster
from console.sampling.config_entries import config_entry
from console.sampling.needs import Needs
from console.screens.gone import Gone
from console.screens.lists import ListScreen
from console.screens.routes import Host

Configs: TypeAlias = Section[tuple[ConfigEntry, ...]]

ELSEWHERE_MS = 10_000
"""Time between two readings of another cluster, in milliseconds."""


class DiffScreen(ListScreen):
    """The keys that differ; `a` shows every key."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.DIFF)
    KIND: ClassVar[str] = "diff"

    @dataclass
    class ReadElsewhere(Message):
        """A reading of the other cluster came to its end."""

        outcome: tuple[ConfigEntry, ...] | ClusterError

    def __init__(self, host: Host, first: str, second: str) -> None:
        super().__init__(host)
        self._pair = (first, second)
        self._cluster, _, self._topic = second.rpartition("/")
        self._elsewhere: Configs | None = LOADING if self._cluster else None
        self._asked_ms: int | None = None
        self._is_asking = False
        self._is_whole = False

    @property
    def detail(self) -> str:
        return " ".join(self._pair)

    @property
    def _own(self) -> tuple[str, ...]:
        """Those of the topics that the cluster in use has."""
        return self._pair[:1] if self._cluster else self._pair

    @property
    def needs(self) -> Needs:
        return Needs(frozenset(), topics=frozenset(self._own))

    def compose_body(self) -> ComposeResult:
        yield ConfigDiffPanel(*self._pair)

    def missing(self, snapshot: Snapshot) -> Gone | None:
        found = (self.missing_topic(snapshot, name) for name in self._own)
        return next(filter(None, found), None)

    def draw(self, snapshot: Snapshot) -> None:
        if self._cluster and self._is_due(snapshot.at_ms):
            self._asked_ms, self._is_asking = snapshot.at_ms, True
            self.read_elsewhere()
        key = self.host.frame().keymap.first_key("diff.all")
        panel = self.query_one(ConfigDiffPanel)
        panel.show(snapshot, is_whole=self._is_whole, key=key, elsewhere=self._elsewhere)

    def _is_due(self, now_ms: int) -> bool:
        is_old = self._asked_ms is None or now_ms - self._asked_ms >= ELSEWHERE_MS
        return is_old and not self._is_asking

    @work(group="elsewhere", exclusive=True, exit_on_error=False)
    async def read_elsewhere(self) -> None:
        """Read the second topic's configuration from the cluster that it is of."""
        outcome: tuple[ConfigEntry, ...] | ClusterError
        try:
            if self.host.clusters is None:
                raise ClusterError(f"no cluster {self._cluster} is saved")
            readings = await self.host.clusters.topic_configs(self._cluster, self._topic)
            outcome = tuple(map(config_entry, readings))
        except ClusterError as error:
            outcome = error
        self.post_message(self.ReadElsewhere(outcome))

    @on(ReadElsewhere)
    def take_elsewhere(self, message: ReadElsewhere) -> None:
        self._is_asking = False
        snapshot, outcome = self.host.snapshot, message.outcome
        now_ms = 0 if snapshot is None else snapshot.at_ms
        before = self._elsewhere or LOADING
        if not isinstance(outcome, ClusterError):
            self._elsewhere = Ready(outcome, now_ms)
        elif isinstance(outcome, RefusedByCluster):
            self._elsewhere = Refused(plain(outcome.reason))
        elif isinstance(before, Loading):
            self._elsewhere = Loading(plain(outcome.reason))
        else:
            self._elsewhere = after_failure(before, plain(outcome.reason), now_ms)
        self.redraw()

    def action_all_keys(self) -> None:
        self._is_whole = not self._is_whole
        self.redraw()
