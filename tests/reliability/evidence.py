"""The records that a verified load writes, and the journal in which it notes what was acknowledged.

A record names its producer and its place in that producer's sequence and carries a checksum of its
body, so that it can be recognised wherever it turns up. The journal is a text file per producer:
`acked PARTITION OFFSET SEQUENCE` for each acknowledged record, `sent SEQUENCE` for the highest
sequence that may have reached the broker. A record that was sent and neither acknowledged nor seen
is indeterminate: it may appear once, or not at all. The journal of a producer without idempotence
begins with `plain`: what it gave up may still be on its way over a connection that it has left, and
then stands behind what it sent over the next one. Kafka promises no more.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PLAIN = "plain\n"
"""The first line of the journal of a producer without idempotence."""


class Evidence(NamedTuple):
    """What a record says of itself."""

    producer: str
    sequence: int


class Unrecognised(ValueError):
    """The bytes are no record of this load, or were changed on the way."""


def make_value(producer: str, sequence: int, body: bytes) -> bytes:
    """The value of one record. The body holds no `|`."""
    return b"%s|%d|%08x|%s" % (producer.encode(), sequence, zlib.crc32(body), body)


def read_value(value: bytes) -> Evidence:
    """Read a value back; raises Unrecognised when its checksum or form is wrong."""
    parts = value.split(b"|", 3)
    if len(parts) != 4 or b"%08x" % zlib.crc32(parts[3]) != parts[2]:
        raise Unrecognised(repr(value[:80]))
    return Evidence(parts[0].decode(), int(parts[1]))


@dataclass(slots=True)
class Acknowledged:
    """All that the journals say: what must be there, and what may be there."""

    at: dict[tuple[int, int], Evidence] = field(default_factory=dict)
    """(partition, offset) of each acknowledged record."""
    sent: dict[str, int] = field(default_factory=dict)
    """The highest sequence each producer may have sent."""
    plain: set[str] = field(default_factory=set)
    """The producers without idempotence."""
    conflicts: list[str] = field(default_factory=list)
    """Offsets that were acknowledged for two different records."""

    def note(self, partition: int, offset: int, evidence: Evidence) -> None:
        """Take one acknowledgement in."""
        known = self.at.setdefault((partition, offset), evidence)
        if known != evidence:
            self.conflicts.append(f"{partition}@{offset} acked for {known} and for {evidence}")


def read_journals(directory: Path, producers: Iterable[str] = ()) -> Acknowledged:
    """Read the journals of these producers, or every `*.journal`; a line cut short is left out."""
    found = Acknowledged()
    paths = [directory / f"{each}.journal" for each in producers]
    for path in paths or sorted(directory.glob("*.journal")):
        producer = path.stem
        if is_plain(path):
            found.plain.add(producer)
        for kind, numbers in _lines(path):
            if kind == "acked":
                partition, offset, sequence = numbers
                found.note(partition, offset, Evidence(producer, sequence))
            elif kind == "sent":
                found.sent[producer] = max(found.sent.get(producer, -1), numbers[0])
    return found


def acknowledgements(path: Path) -> Iterator[tuple[int, int, int]]:
    """Partition, offset and sequence of each record that a journal says was acknowledged."""
    for kind, numbers in _lines(path):
        if kind == "acked":
            partition, offset, sequence = numbers
            yield partition, offset, sequence


def is_plain(path: Path) -> bool:
    """Whether a journal is that of a producer without idempotence."""
    with path.open() as lines:
        return lines.readline() == PLAIN


def sent_up_to(path: Path) -> int:
    """The highest sequence that a producer may have sent, by its journal."""
    return max((numbers[0] for kind, numbers in _lines(path) if kind == "sent"), default=-1)


def _lines(path: Path) -> Iterator[tuple[str, list[int]]]:
    with path.open() as lines:
        for line in lines:
            if line.endswith("\n"):
                kind, *numbers = line.split(" ")
                yield kind.rstrip(), [int(number) for number in numbers]
