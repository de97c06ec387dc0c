"""One partition of `__consumer_offsets` with its coordinator: the shell around a pure machine.

It gives commands to the coordinator, replays the journal records of the outcome at once, appends
those of a whole turn as one batch, and sends the replies when that is durable. A reply without
records may tell what earlier ones have made true, and waits for these: no client is told what a
power cut can undo. Who waits too long (`owed_replies`) is refused: the disk hangs, and what was
decided may become durable or not. At start the whole partition is replayed.

States:

    UNLOADED --load--> LOADING --all replayed--> ACTIVE --append lost--> UNLOADED

While it is not ACTIVE every command is refused: with COORDINATOR_LOAD_IN_PROGRESS, or once loading
has failed with NOT_COORDINATOR; clients retry after both. An append whose records were replayed and
then not made durable cannot be taken back one by one: the shard forgets everything, refuses who
waits, and loads again from what the log holds.
"""

from collections.abc import Callable, Sequence
from enum import Enum

from engine.broker.commit import GroupCommit
from engine.broker.owed_replies import Owed, OwedReplies
from engine.broker.partition import Partition
from engine.coordinator.commands import Reply, refused
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.journal import JournalRecord
from engine.coordinator.outcome import Outcome
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.clock import Clock
from engine.kernel.errors import EngineError
from engine.kernel.event_log import EventLog
from engine.kernel.ids import Offset
from engine.records.batch import HEADER_SIZE, read_header, split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.record import iterate_records
from engine.records.validation import Origin
from engine.storage.errors import InvalidBatch, StorageDamaged, StorageError

BATCH_BYTES_MAX = 512 * 1024
"""Journal bytes of one batch; a turn with more goes out as several."""
LOAD_BYTES = 1024 * 1024
"""Bytes that loading reads at a time before it lets others go on."""
RECORD_OVERHEAD_BYTES = 32
"""More than a record takes beside its key and value."""
BATCH_INFLATED_MAX = 64 * 1024 * 1024

Deliver = Callable[[Sequence[Reply]], None]


class ShardState(Enum):
    """Where a shard is in its life."""

    UNLOADED = "unloaded"
    LOADING = "loading"
    ACTIVE = "active"


class GroupShard:
    """The groups of one partition. Loop thread only; `deliver` is called on the loop."""

    def __init__(
        self,
        partition: Partition,
        coordinator: GroupCoordinator,
        commit: GroupCommit,
        *,
        settings: GroupSettings,
        clock: Clock,
        log: EventLog,
        deliver: Deliver,
    ) -> None:
        self.partition = partition
        self.coordinator = coordinator
        self.state = ShardState.UNLOADED
        self._commit = commit
        self._settings = settings
        self._clock = clock
        self._log = log
        self._deliver = deliver
        self._records: list[JournalRecord] = []
        self._owed = OwedReplies()
        self._turn = Owed()
        """What rests on the records that have yet to be appended."""
        self._end_offset: Offset = 0
        """Up to where the partition is replayed: loaded, or appended by this shard."""
        self._load_error = ""

    @property
    def is_active(self) -> bool:
        return self.state is ShardState.ACTIVE

    @property
    def is_blank(self) -> bool:
        """Whether nothing was ever written to the partition, so that loading it takes no time."""
        return self.state is ShardState.UNLOADED and not self.partition.log.log_end_offset

    def now(self) -> Instant:
        """This moment on both clocks."""
        return Instant(int(self._clock.monotonic_s() * 1000), self._clock.wall_ms())

    def begin_load(self) -> None:
        """Start to replay the partition from its first record, into an empty coordinator."""
        assert not self.is_active
        self.coordinator.unload(GroupError.COORDINATOR_NOT_AVAILABLE, self.now())
        self.state = ShardState.LOADING
        self._end_offset = self.partition.log.log_start_offset

    def load_failed(self, error: EngineError) -> None:
        """Give loading up; logged once for each reason, since it is tried again and again."""
        self.state = ShardState.UNLOADED
        if str(error) != self._load_error:
            self._load_error = str(error)
            partition = str(self.partition.topic_partition)
            why = str(error)
            if isinstance(error, StorageDamaged):
                why += "; stop the broker and see with `kconsole repair DIR` what can be kept"
            self._log.error("groups_not_loaded", partition=partition, why=why)

    def load_some(self) -> bool:
        """Replay some of the partition; says whether there is more. Blocks for one read.

        Raises StorageError: StorageDamaged, too, for a sound batch whose records cannot be read.
        """
        log = self.partition.log
        # Of a log that has failed nothing more becomes durable, and that was refused to clients.
        end_offset = self.partition.high_watermark if log.is_fenced else log.written_end_offset
        region = log.read(self._end_offset, LOAD_BYTES, end_offset=end_offset)
        if region is None:
            self._activate()
            return False
        try:
            self._replay_batches(region.read())
        finally:
            region.release()
        return True

    def _replay_batches(self, content: bytes) -> None:
        for batch in split_batches(content):
            header = read_header(batch)
            end_offset = header.last_offset + 1
            if not header.is_control and end_offset > self._end_offset:
                try:
                    self._replay_records(batch)
                except (InvalidBatch, MalformedRecordError) as error:
                    partition, what = self.partition.topic_partition, f"cannot be read: {error}"
                    raise StorageDamaged(partition, header.base_offset, end_offset, what) from error
            self._end_offset = end_offset

    def _replay_records(self, batch: memoryview) -> None:
        for record in iterate_records(batch, BATCH_INFLATED_MAX):
            if record.key is not None:
                self.coordinator.replay(record.key, record.value)

    def _activate(self) -> None:
        self.state = ShardState.ACTIVE
        self._load_error = ""
        self.follow(self.coordinator.finish_loading(self.now()))

    def follow(self, outcome: Outcome) -> None:
        """Replay the records of an outcome; send its replies when all that is replayed is durable.

        All that one turn decides is appended together when the turn ends. Replies are sent within
        this call when nothing is on its way to the disk.

        Source: Kafka's `CoordinatorRuntime.CoordinatorContext.append`, for empty records too.
        """
        if not outcome.records:
            self._answer(outcome.replies)
            return
        log = self.partition.log
        if log.is_fenced or log.is_closed:
            self._abandon(outcome, GroupError.COORDINATOR_NOT_AVAILABLE, "the log takes no more")
            return
        sizes = map(_size_bytes, outcome.records)
        if max(sizes) > self._record_bytes_max:
            self._abandon(outcome, GroupError.UNKNOWN_SERVER_ERROR, "a record is too large")
            return
        for record in outcome.records:
            self.coordinator.replay(record.key, record.value)
        self._records += outcome.records
        self._owe(self._turn, outcome.replies)
        self._commit.gather(self)

    def _answer(self, replies: Sequence[Reply]) -> None:
        partition = self.partition
        if self._records:
            self._owe(self._turn, replies)
        elif self._end_offset <= partition.high_watermark:
            self._deliver(replies)
        elif replies:
            lot = Owed()
            self._owe(lot, replies)
            self._commit.enlist(partition, self._end_offset, 0, self, lot)

    def _owe(self, lot: Owed, replies: Sequence[Reply]) -> None:
        self._owed.add(lot, replies, int(self._clock.monotonic_s() * 1000))

    def wake_ms(self) -> int | None:
        """A time no later than the next at which `tick` has something to do; None without any."""
        owed_ms = self._owed.wake_ms(self._settings.now.offsets_commit_timeout_ms)
        due_ms = self.coordinator.wake_ms() if self.is_active else None
        if owed_ms is None or due_ms is None:
            return due_ms if owed_ms is None else owed_ms
        return min(owed_ms, due_ms)

    def tick(self, *, may_expire: bool = True) -> None:
        """Let everything happen that is due: refuse who has waited too long for the disk, and see
        to the coordinator's deadlines. `may_expire` says whether the clock is trusted.
        """
        now = self.now()
        timeout_ms = self._settings.now.offsets_commit_timeout_ms
        overdue = self._owed.take_overdue(now.monotonic_ms, timeout_ms)
        if overdue:
            partition = str(self.partition.topic_partition)
            self._log.limited("group_journal_slow", partition=partition, refused=len(overdue))
            self._refuse(overdue, GroupError.COORDINATOR_NOT_AVAILABLE)
        if self.is_active:
            self.follow(self.coordinator.tick(now, may_expire=may_expire))

    def _abandon(self, outcome: Outcome, code: GroupError, why: str) -> None:
        partition = str(self.partition.topic_partition)
        self._log.limited("group_journal_refused", partition=partition, why=why)
        self._deliver(self.coordinator.abandon(outcome, code, self.now()).replies)

    @property
    def _record_bytes_max(self) -> int:
        """Bytes of the records that surely fit into one batch of the partition."""
        config = self.partition.log.config
        return min(config.max_message_bytes, config.segment_bytes) - HEADER_SIZE

    def append_gathered(self) -> None:
        """Append what the turn has decided, as one batch unless it is large."""
        if not self._records:
            return
        now_ms = self._clock.wall_ms()
        records, self._records = self._records, []
        lot, self._turn = self._turn, Owed()
        end_offset, size_bytes = 0, 0
        try:
            for part in in_parts(records, min(BATCH_BYTES_MAX, self._record_bytes_max)):
                batch = build_batch([NewRecord(now_ms, *record) for record in part])
                result = self.partition.log.append(
                    batch, leader_epoch=self.partition.leader_epoch, origin=Origin.COORDINATOR
                )
                end_offset = result.last_offset + 1
                size_bytes += len(batch)
        except (StorageError, InvalidBatch) as error:
            self.failed(lot, error)
            return
        self._end_offset = end_offset
        self._commit.enlist(self.partition, end_offset, size_bytes, self, lot)

    def committed(self, token: object) -> None:
        """The records behind these replies are durable."""
        assert isinstance(token, Owed)
        self._deliver(token.take())

    def failed(self, token: object, error: EngineError) -> None:
        """They never will be: refuse the replies and start over from what the log holds.

        What was decided since then rests on what is lost, and is refused as well.
        """
        assert isinstance(token, Owed)
        code = GroupError.COORDINATOR_NOT_AVAILABLE
        self._records.clear()
        self._refuse([*token.take(), *self._turn.take()], code)
        if self.is_active:
            self._log.limited_error(
                "group_journal_lost", partition=str(self.partition.topic_partition), why=str(error)
            )
            self.state = ShardState.UNLOADED
            self._deliver(self.coordinator.unload(code, self.now()).replies)

    def _refuse(self, replies: Sequence[Reply], code: GroupError) -> None:
        self._deliver([Reply(reply.token, refused(reply.value, code)) for reply in replies])

    def unload(self) -> None:
        """Refuse who waits, because the broker stops."""
        if self.is_active:
            self.state = ShardState.UNLOADED
            code = GroupError.COORDINATOR_NOT_AVAILABLE
            self._deliver(self.coordinator.unload(code, self.now()).replies)


def in_parts(records: Sequence[JournalRecord], size_bytes_max: int) -> list[list[JournalRecord]]:
    """The records in order, in parts of bounded size; a record that is larger comes alone."""
    parts: list[list[JournalRecord]] = [[]]
    size = 0
    for record in records:
        length = _size_bytes(record)
        if parts[-1] and size + length > size_bytes_max:
            parts.append([])
            size = 0
        parts[-1].append(record)
        size += length
    return parts


def _size_bytes(record: JournalRecord) -> int:
    """A little more than a record takes."""
    return len(record.key) + len(record.value or b"") + RECORD_OVERHEAD_BYTES
