"""The segments of partitions, from the folder of a broker of ours that runs on this machine.

The protocol has no such question. Only names and sizes are looked at; a broker that deletes or adds
a segment meanwhile makes the answer a moment older, never wrong.
"""

import os
from collections.abc import Collection
from pathlib import Path

from console.model.names import TopicPartition
from console.port.readings import SegmentReading
from engine.storage.file_names import LOG, base_offset_of


def segments_in(
    folder: Path, partitions: Collection[TopicPartition]
) -> dict[TopicPartition, tuple[SegmentReading, ...]]:
    """The segments of those partitions that have a directory there, oldest first. Blocks."""
    found: dict[TopicPartition, tuple[SegmentReading, ...]] = {}
    for key in partitions:
        try:
            with os.scandir(folder / str(key)) as entries:
                segments = [
                    SegmentReading(base_offset, entry.stat().st_size)
                    for entry in entries
                    if (base_offset := base_offset_of(entry.name, LOG)) is not None
                ]
        except OSError:
            continue
        if segments:
            found[key] = tuple(sorted(segments, key=_base_offset))
    return found


def _base_offset(segment: SegmentReading) -> int:
    return segment.base_offset
