"""A shard of groups on a disk under a test's control, and the replies that it has given."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine.broker.group_shard import Deliver, GroupShard
from engine.broker.partition import Partition
from engine.coordinator.commands import JoinReply, ReadReply, Reply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupConfig, GroupSettings
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.outcome import Outcome
from engine.coordinator.topic_image import TopicImage
from engine.kernel.entropy import Entropy
from engine.kernel.event_log import EventLog
from engine.kernel.ids import NULL_TOPIC_ID
from tests.support.changing_topics import ChangingTopics
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.group_commands import (
    commit_command,
    join_command,
    leave_command,
    sync_command,
)
from tests.support.partitions import Disk

GROUP = "orders"
CONFIG = GroupConfig(initial_rebalance_delay_ms=0)


class LoneShard:
    """A shard on a disk under control, and the replies that it has given, unless to `deliver`."""

    def __init__(
        self,
        disk: Disk,
        partition: Partition,
        *,
        settings: GroupSettings = CONFIG,
        catalogue: TopicImage | None = None,
        entropy: Entropy | None = None,
        deliver: Deliver | None = None,
    ) -> None:
        self.disk = disk
        self.partition = partition
        self.clock = FakeClock()
        self.replies: dict[object, object] = {}
        coordinator = GroupCoordinator(
            settings,
            entropy or SeededEntropy(id(self)),
            ChangingTopics().catalogue if catalogue is None else catalogue,
        )
        self.shard = GroupShard(
            partition,
            coordinator,
            disk.commit,
            settings=settings,
            clock=self.clock,
            log=EventLog(logging.getLogger("tests.group_shard"), self.clock),
            deliver=deliver or self._deliver,
        )

    def _deliver(self, replies: Sequence[Reply]) -> None:
        for token, value in replies:
            assert token not in self.replies, "a token is answered once"
            self.replies[token] = value

    def load(self) -> int:
        """Load to the end; how many reads it took."""
        self.shard.begin_load()
        reads = 1
        while self.shard.load_some():
            reads += 1
        return reads

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One turn of the broker: what is decided is staged and written, not synced."""
        self.disk.commit.begin_turn()
        yield
        self.disk.commit.flush()

    def follow(self, outcome: Outcome) -> None:
        """A turn of one outcome, and of what it makes due."""
        with self.turn():
            self.shard.follow(outcome)
        self._see_to_what_is_due()

    def _see_to_what_is_due(self) -> None:
        deadline_ms = self.shard.coordinator.next_deadline_ms()
        if deadline_ms is not None and deadline_ms <= self.shard.now().monotonic_ms:
            self.tick()

    def tick(self) -> None:
        """Let everything happen that is due."""
        with self.turn():
            self.shard.tick()
        self._see_to_what_is_due()

    def join(self, token: object, member_id: str = "", **how: object) -> None:
        command = join_command(token, GROUP, member_id, **how)
        self.follow(self.shard.coordinator.join(command, self.shard.now()))

    def sync(self, token: object, joined: JoinReply, assignment: bytes = b"all") -> None:
        command = sync_command(token, GROUP, joined.member_id, joined.generation_id, assignment)
        self.follow(self.shard.coordinator.sync(command, self.shard.now()))

    def leave(self, token: object, member_id: str) -> None:
        command = leave_command(token, GROUP, member_id)
        self.follow(self.shard.coordinator.leave(command, self.shard.now()))

    def decide_commit(self, token: object, *offsets: int) -> None:
        """Commit within a turn."""
        command = commit_command(token, GROUP, *offsets)
        self.shard.follow(self.shard.coordinator.commit(command, self.shard.now()))

    def show(self, token: object) -> None:
        """Ask for a committed offset, within a turn or without one."""
        shown = ReadReply(error=GroupError.NONE, shown=self.position())
        self.shard.follow(Outcome(replies=(Reply(token, shown),)))

    def commit(self, token: object, *offsets: int, group: str = GROUP, metadata: str = "") -> None:
        command = commit_command(token, group, *offsets, metadata=metadata)
        self.follow(self.shard.coordinator.commit(command, self.shard.now()))

    def stable_member(self) -> JoinReply:
        """One member that has its assignment, durably."""
        self.join("join")
        self.disk.syncs.finish_all()
        joined = self.replies["join"]
        assert isinstance(joined, JoinReply)
        self.sync("sync", joined)
        self.disk.syncs.finish_all()
        return joined

    def position(self, partition: int = 0, group: str = GROUP) -> int | None:
        """A committed offset; None when there is none."""
        (found,) = self.shard.coordinator.fetch_offsets(
            group, [("clicks", NULL_TOPIC_ID, partition)], require_stable=False
        )
        return None if found.value is None else found.value.offset

    def state(self) -> str:
        described = self.shard.coordinator.describe(GROUP)
        return "Dead" if described is None else described.state.value
