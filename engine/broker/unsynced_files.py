"""Which partitions keep files open because no sync has covered them, and how many files those are.

A file that was written stays open until it is synced, so that a failed write-back is told to us.
Files that may be open are few where descriptors are, and partitions may be many. So when these are
more than a share of all, the oldest are to be synced, whatever the durability; and when they are
nearly all, no partition that has none may get one.

A partition is here from its first write after a sync until everything that was written is durable.
The syncs of a checkpoint are not told here: they are seen when the oldest are looked for.
"""

from typing import Final

from engine.broker.partition import Partition

SYNCED_FROM: Final = 1 / 2
"""The share of the files of logs from which on the oldest unsynced ones are synced."""

FULL_FROM: Final = 3 / 4
"""The share from which on no more may be held: the rest is for readers, for logs that roll, for a
checkpoint, and for the broker's own topics."""


class UnsyncedFiles:
    """The count, by partition. Loop thread only."""

    __slots__ = ("_counts", "_files", "_full", "_synced_from", "_to_sync")

    def __init__(self, files_max: int) -> None:
        """`files_max` files of logs may be open at once, 1 or more."""
        self._synced_from = int(files_max * SYNCED_FROM)
        self._full = max(1, int(files_max * FULL_FROM))
        self._counts: dict[Partition, int] = {}
        self._files = 0
        self._to_sync: dict[Partition, None] = {}
        """Those for which no sync has begun since they were written, by age of the first write."""

    @property
    def are_full(self) -> bool:
        """Whether a partition without a file may not get one."""
        return self._files >= self._full

    def note_written(self, partition: Partition, files: int) -> None:
        """A partition was written to; so many of its files are unsynced."""
        self._files += files - self._counts.get(partition, 0)
        self._counts[partition] = files
        self._to_sync[partition] = None

    def note_begun(self, partition: Partition) -> None:
        """A sync of what was written so far has begun."""
        self._to_sync.pop(partition, None)

    def note_synced(self, partition: Partition) -> None:
        """A sync has ended."""
        if is_durable(partition):
            self.forget(partition)

    def forget(self, partition: Partition) -> None:
        """A partition has no files that a sync would let go of."""
        self._files -= self._counts.pop(partition, 0)
        self._to_sync.pop(partition, None)

    def surplus(self) -> list[Partition]:
        """The oldest partitions that have to be synced so that no more than the share is left."""
        found: list[Partition] = []
        excess = self._files - self._synced_from
        if excess <= 0:
            return found
        for partition in list(self._to_sync):
            if is_durable(partition):
                excess -= self._counts[partition]
                self.forget(partition)
            elif excess > 0:
                excess -= self._counts[partition]
                found.append(partition)
            else:
                break
        return found


def is_durable(partition: Partition) -> bool:
    """Whether everything that was written is on disk."""
    log = partition.log
    return log.durable_end_offset == log.written_end_offset
