"""All groups of this broker: finds a group's shard, loads shards, keeps time, hands replies out.

A group lives in one partition of `__consumer_offsets`, which is created when the first coordinator
is looked for. Shards load in the background after the start, one read at a time, so that a long
journal delays nobody; a shard of a new topic, of which there is nothing to read, is active as soon
as it is asked for. One timer serves the earliest deadline of all shards.

A command carries who waits for its reply as its token: a future, or the pending answer of a direct
handler. The reply is its result.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, cast

from engine.broker.catalogue import Catalogue, Topic
from engine.broker.commit import GroupCommit
from engine.broker.context import Reply
from engine.broker.group_shard import GroupShard
from engine.broker.partition import Partition
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.broker.refusal import Refused
from engine.broker.topic_admin import TopicAdmin
from engine.broker.topic_names import CONSUMER_OFFSETS
from engine.coordinator.commands import ReadReply
from engine.coordinator.commands import Reply as CoordinatorReply
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.java_strings import group_partition
from engine.coordinator.outcome import Outcome
from engine.kernel.clock import Clock
from engine.kernel.clock_guard import ClockGuard
from engine.kernel.entropy import Entropy
from engine.kernel.errors import EngineError
from engine.kernel.event_log import EventLog
from engine.kernel.tasks import Tasks
from engine.protocol.layout import Message

LOAD_RETRY_S = 1.0
"""Time after a load that failed in which none is tried: clients ask again all the time."""

ReplyT = TypeVar("ReplyT")
Decide = Callable[[GroupCoordinator, object, Instant], Outcome]


class Waiter(Protocol):
    """Who waits for the reply to a command: a future, or what is as simple to tell."""

    def done(self) -> bool:
        """Whether nothing is waited for any more."""
        ...

    def set_result(self, result: object, /) -> None:
        """Take the reply, on the loop."""
        ...


class Answering:
    """A waiter that answers a request with what it gets."""

    __slots__ = ("_reply", "_respond")

    def __init__(self, reply: Reply, respond: Callable[[object], Message]) -> None:
        self._reply = reply
        self._respond = respond

    def done(self) -> bool:
        """The coordinator replies once."""
        return False

    def set_result(self, result: object, /) -> None:
        """Answer, on the loop."""
        self._reply.send(self._respond(result))


class GroupUnavailable(EngineError):
    """No shard can answer for the group now; `error` says why, for the client."""

    def __init__(self, error: GroupError) -> None:
        super().__init__(error.name)
        self.error = error


class GroupShell:
    """The coordinators of this broker. Loop thread only."""

    def __init__(
        self,
        settings: GroupSettings,
        *,
        catalogue: Catalogue,
        partitions: Partitions,
        topics: TopicAdmin,
        commit: GroupCommit,
        clock: Clock,
        guard: ClockGuard,
        entropy: Entropy,
        log: EventLog,
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._partitions = partitions
        self._topics = topics
        self._commit = commit
        self._clock = clock
        self._guard = guard
        self._entropy = entropy
        self._log = log
        self._tasks = Tasks(lambda name, error: log.error("task_failed", error, task=name))
        self._shards: dict[int, GroupShard] = {}
        self._not_loadable: set[int] = set()
        self._loading = False
        self._is_stopped = False
        self._retry_s = 0.0
        self._wakes: Deadlines[GroupShard] = Deadlines()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_ms: int | None = None
        topics.on_delete(self._topic_deleted)

    def start(self) -> None:
        """Load every shard in the background, if there are groups at all."""
        self._load_soon()

    async def stop(self) -> None:
        """Refuse who waits and who comes, and end the background work. Harmless when repeated."""
        self._is_stopped = True
        for shard in self._shards.values():
            shard.unload()
        if self._timer is not None:
            self._timer.cancel()
        await self._tasks.close()

    async def ensure_topic(self) -> None:
        """Create `__consumer_offsets` on first use. Raises Refused."""
        if self._catalogue.by_name(CONSUMER_OFFSETS) is None:
            try:
                await self._topics.ensure_internal(CONSUMER_OFFSETS)
            except Refused as refused:
                # Clients are only told that there is no coordinator, and ask for ever.
                self._log.limited_error("offsets_topic_not_created", why=str(refused))
                raise
        self._load_soon()

    async def ask(self, group_id: str, decide: Decide) -> object:
        """Give a command to the group's coordinator and wait for its reply; see `begin`."""
        return await self.begin(group_id, decide)

    def begin(self, group_id: str, decide: Decide) -> asyncio.Future[object]:
        """Give a command to the group's coordinator; the future is for its reply. See `tell`."""
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.tell(group_id, decide, answer)
        return answer

    def tell(self, group_id: str, decide: Decide, waiter: Waiter) -> None:
        """Give a command to the group's coordinator; the waiter gets its reply, perhaps at once.

        `decide` is called with the coordinator, the token to put into the command, and the moment.
        Raises GroupUnavailable.
        """
        shard = self._active_shard(group_id)
        shard.follow(decide(shard.coordinator, waiter, shard.now()))
        self._wake_for(shard)

    def read(
        self, group_id: str, show: Callable[[GroupCoordinator], object], waiter: Waiter
    ) -> None:
        """Let the waiter have a `ReadReply` with what is shown, once that is durable: at once if
        it is. Raises GroupUnavailable.
        """
        shard = self._active_shard(group_id)
        shown = ReadReply(error=GroupError.NONE, shown=show(shard.coordinator))
        shard.follow(Outcome(replies=(CoordinatorReply(waiter, shown),)))
        self._wake_for(shard)

    def look(self, group_id: str, read: Callable[[GroupCoordinator, Instant], ReplyT]) -> ReplyT:
        """Read something of a group's coordinator at once, durable or not: what the client does
        not build on. Raises GroupUnavailable.
        """
        shard = self._active_shard(group_id)
        answer = read(shard.coordinator, shard.now())
        self._wake_for(shard)
        return answer

    def coordinators(self) -> list[GroupCoordinator]:
        """Every coordinator but, as in Kafka, those that could not be loaded.

        Raises GroupUnavailable while any of them is loading.
        """
        topic = self._catalogue.by_name(CONSUMER_OFFSETS)
        found: list[GroupCoordinator] = []
        for index in range(0 if topic is None else len(topic.partitions)):
            shard = self._active_at(index)
            if shard is not None:
                found.append(shard.coordinator)
                continue
            self._load_soon()
            if index not in self._not_loadable:
                raise GroupUnavailable(GroupError.COORDINATOR_LOAD_IN_PROGRESS)
        return found

    def _active_shard(self, group_id: str) -> GroupShard:
        topic = self._catalogue.by_name(CONSUMER_OFFSETS)
        if topic is None or self._is_stopped:
            raise GroupUnavailable(GroupError.COORDINATOR_NOT_AVAILABLE)
        index = group_partition(group_id, len(topic.partitions))
        shard = self._active_at(index)
        if shard is None:
            self._load_soon()
            if index in self._not_loadable:
                raise GroupUnavailable(GroupError.NOT_COORDINATOR)
            raise GroupUnavailable(GroupError.COORDINATOR_LOAD_IN_PROGRESS)
        return shard

    def _active_at(self, index: int) -> GroupShard | None:
        """The shard of a partition, if it can answer; None when it has yet to be loaded.

        A shard without a journal needs no loading: clients that retry but a few times would give a
        group up whose coordinator was made for them a moment ago.
        """
        shard = self._shards.get(index)
        if shard is None and not self._is_stopped:
            shard = self._shard_of_open_log(index)
        if shard is None or shard.is_active:
            return shard
        if self._is_stopped or not shard.is_blank:
            return None
        shard.begin_load()
        has_more = shard.load_some()
        assert not has_more, "there is something in a partition that nothing was written to"
        self._not_loadable.discard(index)
        self._wake_for(shard)
        return shard

    def _shard_of_open_log(self, index: int) -> GroupShard | None:
        """The shard of a partition that is open: one of a new topic opens at once."""
        try:
            partition = self._partitions.find(CONSUMER_OFFSETS, index)
        except PartitionUnavailable:
            return None
        return None if partition is None else self._made_shard(index, partition)

    def _load_soon(self) -> None:
        if self._loading or self._is_stopped or self._clock.monotonic_s() < self._retry_s:
            return
        if self._catalogue.by_name(CONSUMER_OFFSETS) is not None:
            self._loading = True
            self._tasks.spawn(self._load_all(), name="load groups")

    async def _load_all(self) -> None:
        """Load what is not loaded, giving way to others after each read."""
        try:
            topic = self._catalogue.by_name(CONSUMER_OFFSETS)
            count = 0 if topic is None else len(topic.partitions)
            self._partitions.awaited([(CONSUMER_OFFSETS, range(count))])
            for index in range(count):
                shard = self._shards.get(index) or await self._shard_once_open(index)
                if shard is not None and (shard.is_active or await self._load(shard)):
                    self._not_loadable.discard(index)
                else:
                    self._not_loadable.add(index)
                    self._retry_s = self._clock.monotonic_s() + LOAD_RETRY_S
        finally:
            self._loading = False

    async def _shard_once_open(self, index: int) -> GroupShard | None:
        try:
            partition = await self._partitions.ready(CONSUMER_OFFSETS, index)
        except PartitionUnavailable:
            return None
        if partition is None:
            return None
        # Somebody may have asked for the shard while its log was being opened.
        return self._shards.get(index) or self._made_shard(index, partition)

    def _made_shard(self, index: int, partition: Partition) -> GroupShard:
        coordinator = GroupCoordinator(self._settings, self._entropy, self._catalogue)
        shard = GroupShard(
            partition,
            coordinator,
            self._commit,
            settings=self._settings,
            clock=self._clock,
            log=self._log,
            deliver=deliver,
        )
        self._shards[index] = shard
        return shard

    async def _load(self, shard: GroupShard) -> bool:
        shard.begin_load()
        try:
            has_more = True
            while has_more:
                has_more = shard.load_some()
                await asyncio.sleep(0)  # let others go on between two reads
        except EngineError as error:
            shard.load_failed(error)
            return False
        self._wake_for(shard)
        return True

    def _topic_deleted(self, topic: Topic) -> None:
        for shard in self._shards.values():
            if shard.is_active:
                deleted = {topic.name: topic.topic_id}
                shard.follow(shard.coordinator.topics_deleted(deleted, shard.now()))
                self._wake_for(shard)

    def _wake_for(self, shard: GroupShard) -> None:
        """See to it that the shard is woken no later than at its next deadline.

        Most commands are heartbeats, which move deadlines back: then the timer stays as it is, and
        finds nothing due when it fires too early.
        """
        wake_ms = shard.wake_ms()
        if wake_ms is not None:
            self._wakes.set(shard, wake_ms)
        self._set_timer()

    def _set_timer(self) -> None:
        wake_ms = self._wakes.wake_ms()
        if wake_ms is None or (self._timer_ms is not None and self._timer_ms <= wake_ms):
            return
        if self._timer is not None:
            self._timer.cancel()
        wait_s = max(0.0, wake_ms / 1000 - self._clock.monotonic_s())
        self._timer_ms = wake_ms
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._tick)

    def _tick(self) -> None:
        """Let what is due happen in the shards that have something."""
        self._timer = self._timer_ms = None
        now_ms = int(self._clock.monotonic_s() * 1000)
        due: list[GroupShard] = []
        while (shard := self._wakes.pop_due(now_ms)) is not None:
            due.append(shard)
        may_expire = self._guard.trusted_now_ms() is not None
        try:
            for shard in due:
                shard.tick(may_expire=may_expire)
        finally:
            for shard in due:
                self._wake_for(shard)
            self._set_timer()


def deliver(replies: Sequence[CoordinatorReply]) -> None:
    """Tell those who wait for these replies."""
    for token, value in replies:
        waiter = cast(
            Waiter, token
        )  # The coordinator, which is pure, hands on what `tell` gave it.
        if not waiter.done():
            waiter.set_result(value)
