"""Several clusters behind one feed: one is asked at a time, and another can be put in its place.

| event             | what happens                                                             |
|-------------------|--------------------------------------------------------------------------|
| `run`             | what the first one takes is loaded, if anything, then it is opened       |
| `switch(other)`   | the old one is closed at once, the other opened, a blank picture is shown |
| `switch(current)` | nothing                                                                  |
| `offer(ways)`     | all are replaced; one in use that was had stays as it is until it is left|
| the feed publishes| shown, if its cluster is still the one in use                            |

Implements `console.sampling.feed.Feed` and `console.port.clusters.Clusters`. Belongs to one loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from console.model.cluster import Connection, ConnectionState
from console.model.snapshot import Snapshot
from console.port.clock import Clock
from console.port.cluster import Reads, Writes
from console.port.clusters import SavedCluster, Trial
from console.port.errors import ClusterError
from console.port.readings import ConfigReading
from console.port.source import Source
from console.sampling.feed import Feed
from console.sampling.needs import Needs

Publish = Callable[[Snapshot], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A cluster in use; `close` gives everything back that it holds."""

    feed: Feed
    reads: Reads
    writes: Writes
    source: Source
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How one cluster is opened, and how it is tried without that."""

    saved: SavedCluster
    open: Callable[[], Opened]
    tried: Callable[[], Awaitable[Trial]]
    load: Callable[[], None] | None = None
    """Loads what opening takes, beside the loop, before the first is opened; None: nothing."""
    start: Callable[[], None] | None = None
    """Starts a broker where the one that served has stopped; None where it is not ours to start."""


class Switchboard:
    """The clusters of one console; `first` is the name of the one in use at first."""

    def __init__(self, ways: Sequence[Way], clock: Clock, *, first: str, interval_s: float) -> None:
        self._ways = {way.saved.name: way for way in ways}
        assert len(self._ways) == len(ways), "each cluster has a name of its own"
        assert first in self._ways, "the cluster in use is one of them"
        self._clock = clock
        self._interval_s = interval_s
        self._needs = Needs()
        self._is_paused = False
        self._current = self._ways[first]
        self._opened = self._current.open() if self._current.load is None else None
        self._is_had = False
        """The one in use answered."""
        self._was_switched = asyncio.Event()
        self._has_answered = asyncio.Event()

    @property
    def saved(self) -> tuple[SavedCluster, ...]:
        return tuple(way.saved for way in self._ways.values())

    @property
    def current(self) -> SavedCluster:
        return self._current.saved

    @property
    def reads(self) -> Reads:
        return self._in_use.reads

    @property
    def writes(self) -> Writes:
        return self._in_use.writes

    @property
    def source(self) -> Source:
        return self._in_use.source

    @property
    def _in_use(self) -> Opened:
        """The cluster in use, opened when it is first wanted."""
        if self._opened is None:
            self._opened = self._asked_likewise(self._current.open())
        return self._opened

    def switch(self, name: str) -> None:
        """Close the cluster in use and open another. Raises KeyError for a name that is none."""
        way = self._ways[name]
        if name != self._current.saved.name:
            self._open(way)

    def start_broker(self) -> None:
        """Start a broker of our own, if it is in use and what it was attached to has stopped."""
        if self._current.start is not None:
            self._current.start()

    def _open(self, way: Way) -> None:
        if self._opened is not None:
            self._opened.close()
        self._is_had = False
        self._current, self._opened = way, self._asked_likewise(way.open())
        self._was_switched.set()

    def _asked_likewise(self, opened: Opened) -> Opened:
        """A cluster that is asked from now on as was asked before it was opened."""
        feed = opened.feed
        feed.set_interval(self._interval_s)
        feed.pause(is_paused=self._is_paused)
        feed.need(self._needs)
        return opened

    def offer(self, ways: Sequence[Way]) -> None:
        """Offer these clusters from now on, and the one in use whether it is among them or not.

        One that has not been had yet is opened anew: what keeps us out may be mended.
        """
        offered = {way.saved.name: way for way in ways}
        name = self._current.saved.name
        self._ways = offered if name in offered else {**offered, name: self._current}
        if not self._is_had and not self._current.saved.is_hosted:
            self._open(self._ways[name])

    async def topic_configs(self, name: str, topic: str) -> tuple[ConfigReading, ...]:
        way = self._ways.get(name)
        if way is None:
            raise ClusterError(f"no cluster {name} is saved")
        if way is self._current:
            return await _topic_configs(self._in_use.reads, topic)
        opened = way.open()
        try:
            return await _topic_configs(opened.reads, topic)
        finally:
            opened.close()

    async def answered(self) -> None:
        """Wait until any cluster in use has answered for the first time."""
        await self._has_answered.wait()

    async def tried(self, name: str) -> Trial:
        return await self._ways[name].tried()

    async def run(self, publish: Publish) -> None:
        """Ask the cluster in use and publish, until cancelled."""
        try:
            if self._opened is None and self._current.load is not None:
                publish(self._blank(is_starting=self._current.saved.is_hosted))
                await asyncio.to_thread(self._current.load)
            while True:
                self._was_switched.clear()
                await self._follow(self._in_use, publish)
                publish(self._blank())
        finally:
            if self._opened is not None:
                self._opened.close()

    async def _follow(self, opened: Opened, publish: Publish) -> None:
        """Publish what one cluster says until another is in use."""

        def publish_current(snapshot: Snapshot) -> None:
            if opened is self._opened:
                if snapshot.connection.state is ConnectionState.CONNECTED:
                    self._is_had = True
                    self._has_answered.set()
                publish(snapshot)

        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(opened.feed.run(publish_current), name="feed")
            await self._was_switched.wait()
            asking.cancel()

    def _blank(self, *, is_starting: bool = False) -> Snapshot:
        """The picture of a cluster of which nothing is known yet; our own broker has to start."""
        now_ms, saved = self._clock.wall_ms(), self._current.saved
        connection = Connection(
            ConnectionState.STARTING if is_starting else ConnectionState.CONNECTING,
            saved.address,
            is_hosted=saved.is_hosted,
            detail="the broker is starting" if is_starting else "connecting",
            since_ms=now_ms,
        )
        return Snapshot(
            0, now_ms, saved.name, connection, self._interval_s, is_paused=self._is_paused
        )

    def need(self, needs: Needs) -> None:
        self._needs = needs
        if self._opened is not None:
            self._opened.feed.need(needs)

    def refresh(self) -> None:
        if self._opened is not None:
            self._opened.feed.refresh()

    def pause(self, *, is_paused: bool) -> None:
        self._is_paused = is_paused
        if self._opened is not None:
            self._opened.feed.pause(is_paused=is_paused)

    def set_interval(self, seconds: float) -> None:
        self._interval_s = seconds
        if self._opened is not None:
            self._opened.feed.set_interval(seconds)


async def _topic_configs(reads: Reads, topic: str) -> tuple[ConfigReading, ...]:
    """The configuration of one topic. Raises ClusterError."""
    answer = (await reads.topic_configs([topic]))[topic]
    if isinstance(answer, ClusterError):
        raise answer
    return answer
