"""Positions of a group as a file, in the form of Kafka's own `consumer-groups` tool. Pure.

A line is `topic,partition,offset`, or with the group in front when a file holds several groups;
there is no line of titles. `--export` of the tool writes it, `--from-file` reads it.
"""

import csv
import io
from collections.abc import Iterable, Mapping

from console.model.names import TopicPartition
from console.model.text import plain

FILE_BYTES_MAX = 64 << 20
"""A larger file is refused: no group has so many positions."""

_LONG_MIN, _LONG_MAX = -(2**63), 2**63 - 1
_INT_MAX = 2**31 - 1
_OWN, _WITH_GROUP = 3, 4


def positions_text(positions: Mapping[TopicPartition, int]) -> str:
    """The file of these positions, in the order of their names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for key, offset in sorted(positions.items()):
        writer.writerow((key.topic, key.partition, offset))
    return text.getvalue()


def positions_of_groups_text(positions: Mapping[str, Mapping[TopicPartition, int]]) -> str:
    """The file of the positions of several groups, each line with its group in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for group, of_group in sorted(positions.items()):
        for key, offset in sorted(of_group.items()):
            writer.writerow((group, key.topic, key.partition, offset))
    return text.getvalue()


def parse_positions(content: bytes, group: str) -> dict[TopicPartition, int]:
    """The positions that a file gives for a group. Raises ValueError with what is wrong where."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not a text in UTF-8") from None
    found: dict[TopicPartition, int] = {}
    others: set[str] = set()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if len(cells) == _WITH_GROUP and cells[0] != group:
                others.add(cells[0])
                continue
            key, offset = _position(cells, reader.line_num)
            if key in found:
                raise ValueError(f"line {reader.line_num}: {plain(str(key))} is there twice")
            found[key] = offset
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None
    if not found:
        raise ValueError(_nothing(others))
    return found


def _position(cells: list[str], number: int) -> tuple[TopicPartition, int]:
    if len(cells) not in (_OWN, _WITH_GROUP):
        raise ValueError(f"line {number}: expected topic,partition,offset")
    topic, partition, offset = cells[-_OWN:]
    try:
        index, position = int(partition), int(offset)
    except ValueError:
        raise ValueError(f"line {number}: partition and offset are whole numbers") from None
    if not topic or not 0 <= index <= _INT_MAX or not _LONG_MIN <= position <= _LONG_MAX:
        raise ValueError(f"line {number}: there is no such partition or offset")
    return TopicPartition(topic, index), position


def _nothing(others: Iterable[str]) -> str:
    names = ", ".join(plain(name, limit=60) for name in sorted(others)[:3])
    return f"it has positions of other groups only: {names}" if names else "it has no positions"
