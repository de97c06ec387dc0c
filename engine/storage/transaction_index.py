"""The aborted transactions that end in a segment, in Kafka's `.txnindex` format.

An entry is version int16, producer id int64, first and last offset int64, last stable offset int64.
Source: Kafka's `TransactionIndex`, `AbortedTxn`.
"""

import struct
from collections.abc import Iterable
from typing import NamedTuple

from engine.kernel.ids import Offset
from engine.storage.errors import MalformedFile

_VERSION = 0
_ENTRY = struct.Struct(">hqqqq")


class TransactionEntry(NamedTuple):
    """One aborted transaction. First and last offset are inclusive, the last is its marker's."""

    producer_id: int
    first_offset: Offset
    last_offset: Offset
    last_stable_offset: Offset


def encode_entries(entries: Iterable[TransactionEntry]) -> bytes:
    """The file of some transactions, which come in the order of their last offsets."""
    return b"".join(_ENTRY.pack(_VERSION, *entry) for entry in entries)


def decode_entries(content: bytes, path: str) -> list[TransactionEntry]:
    """The transactions in a file. Raises MalformedFile."""
    if len(content) % _ENTRY.size:
        raise MalformedFile(path, f"{len(content)} bytes are no whole number of entries")
    entries = []
    for version, *fields in _ENTRY.iter_unpack(content):
        if version != _VERSION:
            raise MalformedFile(path, f"aborted transaction of version {version}")
        entries.append(TransactionEntry(*fields))
    return entries
