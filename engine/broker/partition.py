"""One partition as this broker leads it: its log, its replication state and who waits for it.

Log end offset and high watermark are two numbers: records between them are written but not yet
promised, and no consumer sees them. The high watermark moves only through `advance`. Nothing here
assumes that this node is the only replica.
"""

from collections import deque
from typing import NamedTuple, Protocol

from engine.kernel.errors import EngineError
from engine.kernel.ids import BrokerId, Offset, TopicId, TopicPartition
from engine.storage.partition_log import PartitionLog


class CommitWaiter(Protocol):
    """Somebody whose append must reach a stage before it goes on. Called on the loop thread."""

    def committed(self, token: object) -> None:
        """The append behind the token has reached the stage that was waited for."""
        ...

    def failed(self, token: object, error: EngineError) -> None:
        """The append never will: it was rolled back, or its log is fenced or gone."""
        ...


class Waiting(NamedTuple):
    """An append that somebody waits for; `end_offset` is exclusive."""

    end_offset: Offset
    waiter: CommitWaiter
    token: object


class Watcher(Protocol):
    """Somebody who wants to know that more can be read, or that nothing ever will."""

    def advanced(self, size_bytes: int) -> None:
        """The high watermark has moved over about so many bytes of batches."""
        ...

    def interrupted(self) -> None:
        """The partition was deleted, or its state changed so that its readers must look anew."""
        ...


class Partition:
    """State of one partition. Loop thread only."""

    __slots__ = (
        "_opened_at_offset",
        "appended_bytes",
        "committed_bytes",
        "durable_waiters",
        "fetched_bytes",
        "high_watermark",
        "is_internal",
        "is_removed",
        "isr",
        "leader_epoch",
        "leader_id",
        "log",
        "min_insync_replicas",
        "replicas",
        "synced_bytes",
        "topic_id",
        "topic_partition",
        "watchers",
        "written_waiters",
    )

    def __init__(
        self,
        log: PartitionLog,
        *,
        leader_id: BrokerId,
        leader_epoch: int,
        is_internal: bool,
        min_insync_replicas: int,
    ) -> None:
        self.topic_partition: TopicPartition = log.topic_partition
        self.topic_id: TopicId = log.topic_id
        self.log = log
        self.leader_id = leader_id
        self.leader_epoch = max(leader_epoch, log.latest_epoch)
        log.lead(self.leader_epoch)
        self.replicas: tuple[BrokerId, ...] = (leader_id,)
        self.isr: tuple[BrokerId, ...] = (leader_id,)
        self.is_internal = is_internal
        self.min_insync_replicas = min_insync_replicas
        self.high_watermark: Offset = log.durable_end_offset
        self.is_removed = False
        self._opened_at_offset = log.log_end_offset
        self.appended_bytes = 0
        self.committed_bytes = 0
        self.synced_bytes = 0
        self.fetched_bytes = 0
        self.written_waiters: deque[Waiting] = deque()
        self.durable_waiters: deque[Waiting] = deque()
        self.watchers: dict[Watcher, None] = {}

    @property
    def appended_records(self) -> int:
        """Offsets given out since the log was opened."""
        return self.log.log_end_offset - self._opened_at_offset

    @property
    def last_stable_offset(self) -> Offset:
        """The end, exclusive, of what a read_committed consumer sees: no transaction is open."""
        return self.high_watermark

    @property
    def is_under_min_isr(self) -> bool:
        """Whether acks=all must be refused before anything is appended.

        A partition never needs more replicas in sync than it has (KIP-966,
        `Partition.effectiveMinIsr`).
        """
        return len(self.isr) < min(self.min_insync_replicas, len(self.replicas))

    def advance(self, end_offset: Offset, committed_bytes: int) -> None:
        """Move the high watermark forward, then tell waiters and watchers.

        `committed_bytes` is what `appended_bytes` was when the log ended at `end_offset`.
        """
        assert end_offset <= self.log.log_end_offset
        if end_offset > self.high_watermark:
            self.high_watermark = end_offset
        delta = committed_bytes - self.committed_bytes
        self.committed_bytes = committed_bytes
        waiters = self.durable_waiters
        while waiters and waiters[0].end_offset <= end_offset:
            _, waiter, token = waiters.popleft()
            waiter.committed(token)
        if delta > 0 and self.watchers:
            for watcher in tuple(self.watchers):
                watcher.advanced(delta)

    def tell_written(self) -> None:
        """Tell every append that waits for the write alone: all of them are written."""
        waiters = self.written_waiters
        while waiters:
            _, waiter, token = waiters.popleft()
            waiter.committed(token)

    def fail_waiters(self, error: EngineError, *, from_offset: Offset = -1) -> None:
        """Tell every append that ends after `from_offset` that it will not be committed."""
        failed: list[Waiting] = []
        for waiting in (self.written_waiters, self.durable_waiters):
            failed += [each for each in waiting if each.end_offset > from_offset]
            kept = [each for each in waiting if each.end_offset <= from_offset]
            waiting.clear()
            waiting.extend(kept)
        for each in failed:
            each.waiter.failed(each.token, error)

    def interrupt_watchers(self) -> None:
        """Wake every reader to look anew."""
        for watcher in tuple(self.watchers):
            watcher.interrupted()
