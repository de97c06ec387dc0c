"""Kafka's checkpoint files of the data directory: one offset per partition.

Text: version 0, the number of lines, then `topic partition offset`. Source: `OffsetCheckpointFile`.
"""

from collections.abc import Mapping

from engine.kernel.ids import Offset, TopicPartition
from engine.storage.errors import MalformedFile

RECOVERY_POINTS = "recovery-point-offset-checkpoint"
LOG_STARTS = "log-start-offset-checkpoint"
_VERSION = "0"


def encode_offsets(offsets: Mapping[TopicPartition, Offset]) -> bytes:
    """The file of some offsets, in the order of the partitions."""
    lines = [
        f"{topic} {partition} {offset}\n" for (topic, partition), offset in sorted(offsets.items())
    ]
    return f"{_VERSION}\n{len(lines)}\n{''.join(lines)}".encode("ascii")


def decode_offsets(content: bytes, path: str) -> dict[TopicPartition, Offset]:
    """What a file says. Raises MalformedFile unless all of it can be read."""
    try:
        version, count, *lines = content.decode("ascii").splitlines()
        if version != _VERSION or int(count) != len(lines):
            raise ValueError("unexpected version or count")
        offsets: dict[TopicPartition, Offset] = {}
        for line in lines:
            topic, partition, offset = line.split(" ")
            if int(offset) < 0:
                raise ValueError("negative offset")
            offsets[TopicPartition(topic, int(partition))] = int(offset)
    except ValueError as error:
        raise MalformedFile(path, str(error)) from None
    return offsets
