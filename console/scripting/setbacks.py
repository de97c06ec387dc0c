"""Partitions that cannot be read at the moment: what is told of them, and when each is asked again.

| whoever reads       | a partition that cannot be read                                  |
|---------------------|------------------------------------------------------------------|
| without an end      | is asked again each `RETRY_S` for ever, as Kafka's consumer does |
| up to an end        | is given up: where data is damaged after `TRIES_MAX` tries in a  |
|                     | row, else, as nobody leads it for a while, after `PATIENCE_S`    |

Others are read meanwhile. What is the matter is told once, until it changes.
"""

from collections.abc import Callable, Collection, Mapping

import click

from console.model.names import TopicPartition
from console.model.text import plain
from console.port.errors import ClusterError, Failed

RETRY_S = 0.5
TRIES_MAX = 10
PATIENCE_S = 60.0
NAMED_MAX = 3

_OF_THE_DISK = frozenset({"KAFKA_STORAGE_ERROR", "CORRUPT_MESSAGE"})
"""Kafka's names for what a disk does, or what stands on it."""


class Setbacks:
    """Those of one run. `given_up` has why, by partition. Loop thread only."""

    def __init__(self, now_s: Callable[[], float], *, gives_up: bool) -> None:
        self._now_s = now_s
        self._gives_up = gives_up
        self._tries: dict[TopicPartition, int] = {}
        self._since_s: dict[TopicPartition, float] = {}
        self._due_s: dict[TopicPartition, float] = {}
        self._told: dict[TopicPartition, str] = {}
        self.given_up: dict[TopicPartition, str] = {}

    def ready(self, positions: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Those that may be asked now."""
        now_s = self._now_s()
        return {key: at for key, at in positions.items() if self._due_s.get(key, now_s) <= now_s}

    def rest_s(self, positions: Collection[TopicPartition]) -> float:
        """How long it is until one of these, of which none is ready, may be asked."""
        return max(0.0, min(self._due_s[key] for key in positions) - self._now_s())

    def met(
        self,
        troubles: Mapping[TopicPartition, ClusterError],
        positions: Mapping[TopicPartition, int],
    ) -> None:
        """Take in what kept some from being read at their positions, and tell what is new of it."""
        now_s = self._now_s()
        news: dict[str, list[TopicPartition]] = {}
        for key, error in troubles.items():
            self._due_s[key] = now_s + RETRY_S
            self._since_s.setdefault(key, now_s)
            self._tries[key] = self._tries.get(key, 0) + 1
            if self._told.get(key) != error.reason:
                self._told[key] = error.reason
                news.setdefault(error.reason, []).append(key)
            spent = self._spent(key, error)
            if self._gives_up and spent:
                place = _place(key, error, positions)
                self.given_up[key] = f"cannot read {place}, tried {spent}: {plain(error.reason)}"
        for reason, keys in news.items():
            more = f" and {len(keys) - NAMED_MAX:,} more" if len(keys) > NAMED_MAX else ""
            places = ", ".join(_place(key, troubles[key], positions) for key in keys[:NAMED_MAX])
            _tell(f"cannot read {places}{more}: {plain(reason)}; trying again")
        damaged = [key for keys in news.values() for key in keys if _is_of_disk(troubles[key])]
        if damaged:
            behind = f"`--from p{damaged[0].partition}:OFFSET` reads what lies behind"
            _tell(f"the broker's log names what is damaged; {behind}")

    def over(
        self, keys: Collection[TopicPartition], positions: Mapping[TopicPartition, int]
    ) -> None:
        """Take in that some were read."""
        for key in self._tries.keys() & keys:
            del self._tries[key], self._since_s[key], self._due_s[key], self._told[key]
            _tell(f"reading on: {plain(str(key))} at offset {positions[key]:,}")

    def _spent(self, key: TopicPartition, error: ClusterError) -> str:
        """How much was tried, once it is enough."""
        if _is_of_disk(error):
            return f"{TRIES_MAX} times" if self._tries[key] >= TRIES_MAX else ""
        is_long = self._now_s() - self._since_s[key] >= PATIENCE_S
        return f"for {PATIENCE_S:.0f} s" if is_long else ""


def _is_of_disk(error: ClusterError) -> bool:
    return isinstance(error, Failed) and error.code in _OF_THE_DISK


def _place(
    key: TopicPartition, error: ClusterError, positions: Mapping[TopicPartition, int]
) -> str:
    """Where something was met. What is said of a disk has the offset itself."""
    offset = "" if _is_of_disk(error) else f" at offset {positions[key]:,}"
    return f"{plain(str(key))}{offset}"


def _tell(said: str) -> None:
    click.echo(f"kconsole: {said}", err=True)
