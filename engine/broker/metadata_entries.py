"""The entries of the metadata log: what they look like, and who understands them.

An entry is a kind and a body of JSON values. Every durable fact of the broker that is not a record
of a topic is one: topics, configurations set while running, blocks of producer ids, the leader
epoch. A `MetadataState` owns some kinds: it alone writes their bodies, and `replay` is the only way
its facts change - live, once the entry is on disk, and at start. Several entries that stand or fall
together go into one batch.

The bytes are JSON with the version of the format beside the kind. A kind or a version that is not
known is refused, never skipped: skipping would lose what a newer version meant to keep.
"""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from engine.kernel.errors import EngineError

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Body: TypeAlias = Mapping[str, Json]

_FORMAT_VERSION = 1


class UnknownMetadata(EngineError):
    """An entry that this version cannot read: written by a newer one, or damaged."""


class MalformedEntry(UnknownMetadata):
    """An entry that no version can read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact, addressed to the state that owns its kind."""

    kind: str
    body: Body


class MetadataState(Protocol):
    """A part of the broker's durable state."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of entries that this state owns."""
        ...

    def reset(self) -> None:
        """Forget everything: a snapshot of the whole state follows."""
        ...

    def replay(self, entry: Entry) -> None:
        """Take over a fact. Raises UnknownMetadata for a body it cannot read."""
        ...

    def snapshot(self) -> Iterator[Entry]:
        """Entries that, replayed on a fresh state, lead to this one."""
        ...


def encode_entry(entry: Entry) -> bytes:
    """The bytes of an entry."""
    document = {"version": _FORMAT_VERSION, "kind": entry.kind, "body": entry.body}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def decode_entry(data: bytes) -> Entry:
    """The entry that `encode_entry` wrote. Raises MalformedEntry, UnknownMetadata."""
    try:
        document = json.loads(data)
    except ValueError as error:
        raise MalformedEntry(f"an entry of the metadata log is not JSON: {error}") from error
    match document:
        case {"version": 1, "kind": str(kind), "body": dict(body)}:
            return Entry(kind, body)
        case _:
            raise UnknownMetadata(
                f"an entry of the metadata log is of no known form: {data[:80]!r}"
            )


def text(entry: Entry, name: str) -> str:
    """A text of a body. Raises UnknownMetadata."""
    value = entry.body.get(name)
    if not isinstance(value, str):
        raise UnknownMetadata(f"{entry.kind} has no text {name!r}")
    return value


def number(entry: Entry, name: str) -> int:
    """A whole number of a body. Raises UnknownMetadata."""
    value = entry.body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnknownMetadata(f"{entry.kind} has no number {name!r}")
    return value


def texts(entry: Entry, name: str) -> dict[str, str]:
    """A table of texts of a body. Raises UnknownMetadata."""
    value = entry.body.get(name)
    if not isinstance(value, dict):
        raise UnknownMetadata(f"{entry.kind} has no table {name!r}")
    return {key: inner for key, inner in value.items() if isinstance(inner, str)}


def known_texts(entry: Entry, name: str, known: Container[str]) -> dict[str, str]:
    """A table of texts whose keys are all known. Raises UnknownMetadata.

    A newer version may have written others; to drop them would lose what somebody has set.
    """
    found = texts(entry, name)
    unknown = next((key for key in found if key not in known), None)
    if unknown is not None:
        raise UnknownMetadata(f"{entry.kind} has {unknown!r}, which this version does not know")
    return found
