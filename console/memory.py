"""What is remembered from one run to the next, of each cluster and of all.

| of each cluster                              | of all              |
|----------------------------------------------|---------------------|
| each list: its columns, its order, its filter | how times are shown |
| whether internal topics are shown            |                     |
| how often it is asked                        |                     |

Nothing of it is secret, and nothing of it is configuration: a setting that was changed by key is
kept together with what the configuration said then, and holds until that says something else.

Changes are written soon, and by one writer at a time; what cannot be written is told once. Belongs
to one loop; reading and writing the file is done beside it.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Protocol, TypeAlias

from console.model.list_state import ListState, as_said, list_state_of

Spot: TypeAlias = tuple[str, ...]
"""Where something is said: the names of tables, one within the other, and a name."""
Changes: TypeAlias = Mapping[Spot, object]
"""What is said at places now; None is nothing."""

_CLUSTERS, _EVERYWHERE, _LISTS = "clusters", "everywhere", "lists"


class Store(Protocol):
    """Where things are kept."""

    def merge(self, changes: Changes) -> None:
        """Say this at these places and leave all others. Blocks; raises OSError, ValueError."""
        ...


class Memory:
    """What is remembered. Without a store it lasts as long as the process."""

    def __init__(
        self,
        said: Mapping[str, object] | None = None,
        store: Store | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        """`said` is what the store has, `aliases` by which names it has clusters."""
        self._said = dict(_leaves(said or {}))
        self._store = store
        self._aliases = dict(aliases or {})
        self._changed: dict[Spot, object] = {}
        self._has_news = asyncio.Event()
        self.problem = ""

    def list_state(self, cluster: str, name: str) -> ListState:
        """How a list was left; as it is made when nothing is known of it."""
        return list_state_of(self._said.get(self._of(cluster, _LISTS, name)))

    def keep_list(self, cluster: str, name: str, state: ListState) -> None:
        """Remember how a list is."""
        self._put(self._of(cluster, _LISTS, name), as_said(state))

    def setting(self, name: str, configured: object, cluster: str | None = None) -> object:
        """A setting as it was last changed by key; None when it was not, or is configured anew.

        Of one cluster, or without that of all.
        """
        said = self._said.get(self._setting(name, cluster))
        if not isinstance(said, Mapping) or said.get("instead_of") != configured:
            return None
        value: object = said.get("value")
        return value

    def keep_setting(
        self, name: str, value: object, configured: object, cluster: str | None = None
    ) -> None:
        """Remember a setting; one that is as configured is not remembered."""
        said = None if value == configured else {"value": value, "instead_of": configured}
        self._put(self._setting(name, cluster), said)

    async def save(self) -> bool:
        """Wait until something is new and write it; False once nothing can be written."""
        await self._has_news.wait()
        changes = self._take()
        if self._store is None or self.problem:
            return not self.problem
        try:
            await asyncio.to_thread(self._store.merge, changes)
        except (OSError, ValueError) as error:
            self.problem = f"what lists look like is not remembered: {error}"
        return not self.problem

    def save_now(self) -> None:
        """Write what is new before the process ends. Blocks."""
        changes = self._take()
        if changes and self._store is not None and not self.problem:
            try:
                self._store.merge(changes)
            except (OSError, ValueError) as error:
                self.problem = f"what lists look like is not remembered: {error}"

    def _take(self) -> Changes:
        self._has_news.clear()
        changes, self._changed = self._changed, {}
        return changes

    def _put(self, spot: Spot, value: object) -> None:
        if self._said.get(spot) == value:
            return
        self._said[spot] = self._changed[spot] = value
        self._has_news.set()

    def _of(self, cluster: str, *names: str) -> Spot:
        return (_CLUSTERS, self._aliases.get(cluster, cluster), *names)

    def _setting(self, name: str, cluster: str | None) -> Spot:
        return (_EVERYWHERE, name) if cluster is None else self._of(cluster, name)


def _leaves(said: Mapping[str, object]) -> Iterator[tuple[Spot, object]]:
    """What the file says, by the places that are asked for."""
    yield from _named((_EVERYWHERE,), said.get(_EVERYWHERE))
    for (_, cluster), each in _named((_CLUSTERS,), said.get(_CLUSTERS)):
        for spot, value in _named((_CLUSTERS, cluster), each):
            if spot[-1] == _LISTS:
                yield from _named(spot, value)
            else:
                yield spot, value


def _named(spot: Spot, said: object) -> Iterator[tuple[Spot, object]]:
    for name, value in said.items() if isinstance(said, Mapping) else ():
        if isinstance(name, str):
            yield (*spot, name), value
