"""The segments of partitions, from the folder of a broker of ours that runs on this machine.

The protocol has no such question. Only names, sizes and the head of each file are looked at; a
broker that deletes or adds a segment meanwhile makes the answer a moment older, never wrong.
"""

import os
import struct
from collections.abc import Collection
from pathlib import Path

from console.model.names import TopicPartition
from console.port.readings import SegmentReading
from engine.storage.file_names import LOG, base_offset_of

_HEAD = struct.Struct(">16xb4xh4xqq14xi")
"""Of a batch: magic, attributes, the times of its first and of its newest record, how many."""
_MAGIC = 2
_LOG_APPEND_TIME = 0x08


def segments_in(
    folder: Path, partitions: Collection[TopicPartition]
) -> dict[TopicPartition, tuple[SegmentReading, ...]]:
    """The segments of those partitions that have a directory there, oldest first. Blocks."""
    found: dict[TopicPartition, tuple[SegmentReading, ...]] = {}
    for key in partitions:
        try:
            with os.scandir(folder / str(key)) as entries:
                segments = [
                    SegmentReading(base_offset, entry.stat().st_size, _first_ms(entry.path))
                    for entry in entries
                    if (base_offset := base_offset_of(entry.name, LOG)) is not None
                ]
        except OSError:
            continue
        if segments:
            found[key] = tuple(sorted(segments, key=_base_offset))
    return found


def _first_ms(path: str) -> int | None:
    """The time of the first record in a file; None where it holds none, or none with a time."""
    with Path(path).open("rb") as file:
        head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    magic, attributes, first_ms, newest_ms, count = _HEAD.unpack(head)
    if magic != _MAGIC or count <= 0:
        return None
    time_ms: int = newest_ms if attributes & _LOG_APPEND_TIME else first_ms
    return time_ms if time_ms >= 0 else None


def _base_offset(segment: SegmentReading) -> int:
    return segment.base_offset
