"""Which partitions keep files open because no sync has covered them, and how many files those are.

A file that was written stays open until it is synced, so that a failed write-back is told to us.
Files that may be open are few where descriptors are, and partitions may be many. So when these are
more than a share of all, the oldest are to be synced, whatever the durability; and when they are
nearly all, no partition that has none may get one.

A partition is here from its first write after a sync until everything that was written is durable:
first it is left, then asked to be synced, then its sync has begun; a write during that sync leaves
it anew. The syncs of a checkpoint are not told here: they are seen when the oldest are looked for.
"""

from collections import OrderedDict
from typing import Final

from engine.broker.partition import Partition

SYNCED_FROM: Final = 1 / 2
"""The share of the files of logs from which on the oldest unsynced ones are synced."""

FULL_FROM: Final = 3 / 4
"""The share from which on no more may be held: the rest is for readers, for logs that roll, for a
checkpoint, and for the broker's own topics."""


class UnsyncedFiles:
    """The count, by partition. Loop thread only."""

    __slots__ = ("_asked", "_counts", "_files", "_full", "_left", "_left_files", "_synced_from")

    def __init__(self, files_max: int) -> None:
        """`files_max` files of logs may be open at once, 1 or more."""
        self._synced_from = int(files_max * SYNCED_FROM)
        self._full = max(1, int(files_max * FULL_FROM))
        self._counts: dict[Partition, int] = {}
        self._files = 0
        self._left: OrderedDict[Partition, None] = OrderedDict()
        """Those that no sync is to come for, by age of the first write. The oldest is taken out
        often: of a plain dictionary that costs a walk over all that were taken out before."""
        self._left_files = 0
        self._asked: set[Partition] = set()
        """Those that are to be synced, and whose sync has not begun: it will cover any write."""

    @property
    def are_full(self) -> bool:
        """Whether a partition without a file may not get one."""
        return self._files >= self._full

    def note_written(self, partition: Partition, files: int) -> None:
        """A partition was written to; so many of its files are unsynced."""
        more = files - self._counts.get(partition, 0)
        self._counts[partition] = files
        self._files += more
        if partition in self._left:
            self._left_files += more
        elif partition not in self._asked:
            self._left[partition] = None
            self._left_files += files

    def note_begun(self, partition: Partition) -> None:
        """A sync of what was written so far has begun."""
        self._asked.discard(partition)
        self._take(partition)

    def note_synced(self, partition: Partition) -> None:
        """A sync has ended."""
        if is_durable(partition):
            self.forget(partition)

    def forget(self, partition: Partition) -> None:
        """A partition has no files that a sync would let go of."""
        self._asked.discard(partition)
        self._take(partition)
        self._files -= self._counts.pop(partition, 0)

    def surplus(self) -> list[Partition]:
        """The oldest partitions that are to be synced so that no more than the share is left.

        Each is told once: the caller begins a sync of it some time, or forgets it.
        """
        found: list[Partition] = []
        left = self._left
        while left and self._files > self._synced_from:
            partition = next(iter(left))
            if is_durable(partition):
                self.forget(partition)
            elif self._left_files > self._synced_from:
                self._take(partition)
                self._asked.add(partition)
                found.append(partition)
            else:
                break
        return found

    def _take(self, partition: Partition) -> None:
        """Count a partition no more among those that are left."""
        if partition in self._left:
            del self._left[partition]
            self._left_files -= self._counts[partition]


def is_durable(partition: Partition) -> bool:
    """Whether everything that was written is on disk."""
    log = partition.log
    return log.durable_end_offset == log.written_end_offset
