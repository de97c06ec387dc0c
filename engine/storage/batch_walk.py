"""Walking the batches of a segment file, and finding the next one behind damaged bytes.

A file proves nothing by its length: a batch counts only when its header is plausible and it is
whole; `walk_verified` checks the CRC as well. Zeros, a torn batch and garbage all end a walk; the
caller sees where, and decides whether that is the end of the log or damage.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.kernel.ids import Offset, Position
from engine.records.batch import (
    HEADER_SIZE,
    BatchHeader,
    has_valid_crc,
    is_plausible,
    read_header,
)
from engine.storage.filesystem import File

HEADER_WINDOW_BYTES = 4096
"""Bytes read at a time where headers are looked at: an index interval."""

VERIFY_WINDOW_BYTES = 1024 * 1024
"""Bytes read at a time where whole batches are checked."""

_ANY_HEADER = re.compile(rb"(?=.{8}[\x00-\x7f].{7}\x02)", re.DOTALL)


class BatchAt(NamedTuple):
    """A batch in a file. `content` is empty where only headers are walked."""

    position: Position
    header: BatchHeader
    content: memoryview

    @property
    def end_position(self) -> Position:
        return self.position + self.header.size_bytes


_NOTHING = memoryview(b"")


def walk_headers(file: File, start: Position, end: Position) -> Iterator[BatchAt]:
    """The batches from `start` whose headers are plausible and that end by `end`."""
    position = start
    window, window_start = b"", start
    while position + HEADER_SIZE <= end:
        at = position - window_start
        if at + HEADER_SIZE > len(window):
            window = file.read(min(HEADER_WINDOW_BYTES, end - position), position)
            window_start, at = position, 0
            if len(window) < HEADER_SIZE:
                return
        header = read_header(window, at)
        if not is_plausible(header) or position + header.size_bytes > end:
            return
        yield BatchAt(position, header, _NOTHING)
        position += header.size_bytes


def walk_verified(
    file: File, start: Position, end: Position, window_bytes: int = VERIFY_WINDOW_BYTES
) -> Iterator[BatchAt]:
    """The batches from `start` that are whole by `end`, each with its content and a valid CRC."""
    position = start
    window, window_start = memoryview(b""), start
    while position + HEADER_SIZE <= end:
        at = position - window_start
        if at + HEADER_SIZE > len(window):
            window = memoryview(file.read(min(window_bytes, end - position), position))
            window_start, at = position, 0
            if len(window) < HEADER_SIZE:
                return
        header = read_header(window, at)
        size = header.size_bytes
        if not is_plausible(header) or position + size > end:
            return
        if at + size > len(window):
            length = min(max(size, window_bytes), end - position)
            window = memoryview(file.read(length, position))
            window_start, at = position, 0
            if len(window) < size:
                return
        content = window[at : at + size]
        if not has_valid_crc(content):
            return
        yield BatchAt(position, header, content)
        position += size


def read_batch(file: File, position: Position, end: Position) -> BatchAt | None:
    """The whole and valid batch at a position; None when there is none."""
    return next(walk_verified(file, position, end, HEADER_WINDOW_BYTES), None)


def find_batch_behind(
    file: File, damaged: Position, end: Position, first_offset: Offset, end_offset: Offset
) -> BatchAt | None:
    """The first sound batch behind the damaged bytes that start at a position.

    Its offsets lie in [first_offset, end_offset). The damaged batch's own length is tried
    first; then every byte is a candidate. A candidate must be followed by another sound batch or
    by `end`, so that a batch that is the value of a record does not pass for one of the log.
    """
    prefix = file.read(min(HEADER_SIZE, end - damaged), damaged)
    if len(prefix) == HEADER_SIZE:
        header = read_header(prefix)
        if is_plausible(header) and damaged + header.size_bytes < end:
            found = _sound(file, damaged + header.size_bytes, end, first_offset, end_offset)
            if found is not None:
                return found
    position = damaged + 1
    while position + HEADER_SIZE <= end:
        window = file.read(min(VERIFY_WINDOW_BYTES, end - position), position)
        for match in _ANY_HEADER.finditer(window):
            at = match.start()
            if at + HEADER_SIZE > len(window):
                break
            header = read_header(window, at)
            if first_offset <= header.base_offset < end_offset and is_plausible(header):
                found = _sound(file, position + at, end, first_offset, end_offset)
                if found is not None and _leads_on(file, found, end):
                    return found
        position += max(1, len(window) - HEADER_SIZE + 1)
    return None


def _sound(
    file: File, position: Position, end: Position, first_offset: Offset, end_offset: Offset
) -> BatchAt | None:
    found = read_batch(file, position, end)
    if found is None:
        return None
    header = found.header
    return found if first_offset <= header.base_offset <= header.last_offset < end_offset else None


def _leads_on(file: File, batch: BatchAt, end: Position) -> bool:
    if batch.end_position == end:
        return True
    follower = read_batch(file, batch.end_position, end)
    return follower is not None and follower.header.base_offset > batch.header.last_offset
