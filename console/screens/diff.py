"""Two topics beside each other: in which keys their configurations differ."""

from typing import ClassVar

from textual.app import ComposeResult

from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.config_diff import ConfigDiffPanel
from console.sampling.needs import Needs
from console.screens.gone import Gone
from console.screens.lists import ListScreen
from console.screens.routes import Host


class DiffScreen(ListScreen):
    """The keys that differ; `a` shows every key."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.DIFF)
    KIND: ClassVar[str] = "diff"

    def __init__(self, host: Host, first: str, second: str) -> None:
        super().__init__(host)
        self._pair = (first, second)
        self._is_whole = False

    @property
    def detail(self) -> str:
        return " ".join(self._pair)

    @property
    def needs(self) -> Needs:
        return Needs(frozenset(), topics=frozenset(self._pair))

    def compose_body(self) -> ComposeResult:
        yield ConfigDiffPanel(*self._pair)

    def missing(self, snapshot: Snapshot) -> Gone | None:
        found = (self.missing_topic(snapshot, name) for name in self._pair)
        return next(filter(None, found), None)

    def draw(self, snapshot: Snapshot) -> None:
        key = self.host.frame().keymap.first_key("diff.all")
        self.query_one(ConfigDiffPanel).show(snapshot, is_whole=self._is_whole, key=key)

    def action_all_keys(self) -> None:
        self._is_whole = not self._is_whole
        self.redraw()
