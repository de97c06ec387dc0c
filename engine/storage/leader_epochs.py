"""Which leader epoch wrote which offsets, and Kafka's `leader-epoch-checkpoint` file.

One entry per epoch: the first offset that was written in it. The batches carry their epoch too, so
the file is derived data. Source: Kafka's `LeaderEpochFileCache`.

Differs from Kafka: a file beside it holds its CRC-32C. What the epochs say is held against batches
read from disk, whose own CRC leaves out their epoch, so a changed digit must not pass.
"""

from bisect import bisect_right
from collections.abc import Iterator

from engine.kernel.ids import Offset
from engine.records.crc import crc32c
from engine.storage.errors import MalformedFile

UNKNOWN_EPOCH = -1
UNKNOWN_OFFSET = -1
_VERSION = "0"
NO_EPOCHS = b"0\n0\n"
"""The checkpoint file of a log in which no epoch wrote anything."""


class LeaderEpochs:
    """Epochs and their first offsets, both growing."""

    __slots__ = ("_epochs", "_starts")

    def __init__(self) -> None:
        self._epochs: list[int] = []
        self._starts: list[Offset] = []

    def __len__(self) -> int:
        return len(self._epochs)

    def __iter__(self) -> Iterator[tuple[int, Offset]]:
        """Epochs with their first offsets, in order."""
        return zip(self._epochs, self._starts, strict=True)

    @property
    def latest(self) -> int:
        """The epoch of the last batch; -1 when there is none."""
        return self._epochs[-1] if self._epochs else UNKNOWN_EPOCH

    def copy(self) -> "LeaderEpochs":
        """The same epochs, which change on their own."""
        other = LeaderEpochs()
        other._epochs, other._starts = list(self._epochs), list(self._starts)
        return other

    def assign(self, epoch: int, start_offset: Offset) -> bool:
        """Note that a batch of an epoch starts at an offset; True when the epoch is a new one.

        An entry at the same offset that wrote nothing gives way.
        """
        if epoch <= self.latest:
            return False
        while self._starts and self._starts[-1] >= start_offset:
            self._epochs.pop()
            self._starts.pop()
        self._epochs.append(epoch)
        self._starts.append(start_offset)
        return True

    def epoch_of(self, offset: Offset) -> int:
        """The epoch that wrote an offset; -1 when that is not known."""
        at = bisect_right(self._starts, offset) - 1
        return UNKNOWN_EPOCH if at < 0 else self._epochs[at]

    def end_offset_for(self, epoch: int, log_end_offset: Offset) -> tuple[int, Offset]:
        """The largest epoch not above `epoch` and the offset where it ends; (-1, -1) if unknown.

        An epoch before all that are known ends where the first known one starts, as in Kafka.
        """
        if epoch == self.latest and epoch != UNKNOWN_EPOCH:
            return epoch, log_end_offset
        if epoch == UNKNOWN_EPOCH or epoch > self.latest:
            return UNKNOWN_EPOCH, UNKNOWN_OFFSET
        at = bisect_right(self._epochs, epoch)
        if at == 0:
            return epoch, self._starts[0]
        return self._epochs[at - 1], self._starts[at]

    def cut_end(self, end_offset: Offset) -> bool:
        """Forget epochs that start at or behind an offset; True when there were any."""
        before = len(self._epochs)
        while self._starts and self._starts[-1] >= end_offset:
            self._epochs.pop()
            self._starts.pop()
        return len(self._epochs) != before

    def cut_start(self, start_offset: Offset) -> bool:
        """Forget epochs that end at or before an offset; True when anything changed."""
        at = bisect_right(self._starts, start_offset) - 1
        if at < 0 or self._starts[at] == start_offset == self._starts[0]:
            return False
        del self._epochs[:at]
        del self._starts[:at]
        self._starts[0] = start_offset
        return True

    def encode(self, end_offset: Offset) -> bytes:
        """The checkpoint file of the epochs that wrote anything before an offset.

        Differs from Kafka: an epoch without batches is not saved; it begins anew with each start.
        """
        kept = [(epoch, start) for epoch, start in self if start < end_offset]
        lines = [_VERSION, str(len(kept)), *(f"{epoch} {start}" for epoch, start in kept)]
        return "".join(f"{line}\n" for line in lines).encode("ascii")

    @staticmethod
    def checksum(content: bytes) -> bytes:
        """The file that goes with a checkpoint file."""
        return f"{crc32c(content):08x}\n".encode("ascii")

    @classmethod
    def decode_checked(cls, content: bytes, checksum: bytes, path: str) -> "LeaderEpochs":
        """What a checkpoint file says whose checksum was kept. Raises MalformedFile."""
        if checksum != cls.checksum(content):
            raise MalformedFile(path, "the checksum of the leader epochs is wrong")
        return cls.decode(content, path)

    @classmethod
    def decode(cls, content: bytes, path: str) -> "LeaderEpochs":
        """What a checkpoint file says. Raises MalformedFile."""
        epochs = cls()
        try:
            version, count, *lines = content.decode("ascii").splitlines()
            if version != _VERSION or int(count) != len(lines):
                raise ValueError("unexpected version or count")
            for line in lines:
                epoch, start = map(int, line.split())
                if epoch <= epochs.latest or (epochs._starts and start < epochs._starts[-1]):
                    raise ValueError("epochs out of order")
                epochs._epochs.append(epoch)
                epochs._starts.append(start)
        except ValueError as error:
            raise MalformedFile(path, str(error)) from None
        return epochs
