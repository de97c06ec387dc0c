"""Which files make up the segments of a partition, as the next start will find them.

A compaction that was decided and not finished has a `.log.swap`: it stands for the segments whose
base lies in its offsets, whatever is left of those (see `engine.storage.segment_swap`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from engine.kernel.ids import Offset
from engine.storage.file_names import (
    CLEANED,
    LOG,
    OFFSET_INDEX,
    SWAP,
    TIME_INDEX,
    base_offset_of,
    segment_file,
)
from engine.storage.filesystem import FileSystem
from engine.storage.segment_swap import end_offset_in


class SegmentFiles(NamedTuple):
    """The names of one segment's files; those of indexes need not exist."""

    base_offset: Offset
    log: str
    offset_index: str
    time_index: str

    @classmethod
    def of(cls, base_offset: Offset) -> "SegmentFiles":
        """Those of a segment that has its place."""
        suffixes = (LOG, OFFSET_INDEX, TIME_INDEX)
        return cls(base_offset, *(segment_file(base_offset, suffix) for suffix in suffixes))

    @property
    def is_swap(self) -> bool:
        """The segment waits to take the place of others."""
        return self.log.endswith(SWAP)


def segment_files(
    filesystem: FileSystem, directory: str, names: Sequence[str]
) -> list[SegmentFiles]:
    """The segments in a directory that has these names, in order. Blocks. Raises OSError."""
    found: dict[Offset, SegmentFiles] = {}
    for name in names:
        base_offset = base_offset_of(name, LOG)
        if base_offset is not None:
            found[base_offset] = SegmentFiles.of(base_offset)
    for name in names:
        base_offset = base_offset_of(name.removesuffix(SWAP), LOG) if name.endswith(SWAP) else None
        if base_offset is None:
            continue
        end_offset = end_offset_in(filesystem, f"{directory}/{name}", base_offset)
        for source in [each for each in found if base_offset <= each < end_offset]:
            del found[source]
        _, _, *indexes = SegmentFiles.of(base_offset)
        found[base_offset] = SegmentFiles(
            base_offset,
            name,
            *(index + CLEANED if index + CLEANED in names else index for index in indexes),
        )
    return [found[base_offset] for base_offset in sorted(found)]
