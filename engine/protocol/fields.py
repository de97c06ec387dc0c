"""The vocabulary in which messages are declared: one function per wire type.

A message is a slotted dataclass that covers every version of itself. Each field is declared by the
function of its wire type, which returns a dataclass field and, to the type checker, a value of the
field's Python type:

    replica_id: int = int32(until=14, default=-1)
    cluster_id: str | None = string(since=12, nullable=12, tag=0, default=None)
    topics: list[FetchTopic] = array(FetchTopic)

`since` and `until` are the first and last version that carry the field, both inclusive; `nullable`
is the first version in which it may be null; `tag` makes it a tagged field (KIP-482). A message
decoded from a version without the field holds the field's default; encoding to such a version
leaves the field out. A tagged structure that is absent is None.

Source: the message specifications of Apache Kafka (clients/src/main/resources/common/message).
"""

import enum
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")

NEVER = 32_767
"""A version that no message reaches: FLEXIBLE_FROM of a message that has no flexible version."""

METADATA_KEY = "wire"
"""Where a dataclass field keeps its `WireField`."""

NULL_UUID = bytes(16)


class Payload(Protocol):
    """Record batches on their way in or out: a memoryview when decoded, anything sized to encode.

    The codec writes only the length; the object itself becomes an item of the encoded buffers.
    """

    def __len__(self) -> int: ...


class Kind(enum.Enum):
    """The wire types."""

    FIXED = "fixed"
    STRING = "string"
    BINARY = "binary"
    RECORDS = "records"
    ARRAY = "array"
    STRUCT = "struct"


@dataclass(frozen=True, slots=True)
class Scalar(Generic[T]):
    """A wire type without parts, as an array element or a field. `code` is its struct format."""

    kind: Kind
    code: str = ""
    size_bytes: int = 0


BOOL: Scalar[bool] = Scalar(Kind.FIXED, "?", 1)
INT8: Scalar[int] = Scalar(Kind.FIXED, "b", 1)
INT16: Scalar[int] = Scalar(Kind.FIXED, "h", 2)
INT32: Scalar[int] = Scalar(Kind.FIXED, "i", 4)
INT64: Scalar[int] = Scalar(Kind.FIXED, "q", 8)
UINT16: Scalar[int] = Scalar(Kind.FIXED, "H", 2)
FLOAT64: Scalar[float] = Scalar(Kind.FIXED, "d", 8)
UUID: Scalar[bytes] = Scalar(Kind.FIXED, "16s", 16)
STRING: Scalar[str] = Scalar(Kind.STRING)
SENTENCE: Scalar[str] = Scalar(Kind.STRING)
BINARY: Scalar[bytes] = Scalar(Kind.BINARY)
RECORDS: Scalar[Payload] = Scalar(Kind.RECORDS)


@dataclass(frozen=True, slots=True)
class WireField:
    """How a field travels: its type, the versions that carry it, and its tag."""

    kind: Kind
    element: Scalar[Any] | type[Any]
    since: int
    until: int
    nullable: int
    tag: int | None
    default: object
    factory: Callable[[], object] | None

    def is_in(self, version: int) -> bool:
        return self.since <= version <= self.until

    def is_nullable_in(self, version: int) -> bool:
        return version >= self.nullable


def _declare(
    kind: Kind,
    element: Scalar[Any] | type[Any],
    *,
    since: int,
    until: int | None,
    nullable: int | None,
    tag: int | None,
    default: object = MISSING,
    factory: Callable[[], object] | None = None,
) -> Any:
    wire = WireField(
        kind,
        element,
        since,
        NEVER if until is None else until,
        NEVER if nullable is None else nullable,
        tag,
        None if default is MISSING else default,
        factory,
    )
    metadata = {METADATA_KEY: wire}
    if factory is not None:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def _fixed(scalar: Scalar[T], since: int, until: int | None, tag: int | None, default: T) -> T:
    value: T = _declare(
        scalar.kind, scalar, since=since, until=until, nullable=None, tag=tag, default=default
    )
    return value


def boolean(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: bool = False
) -> bool:
    """One byte; any value but zero is true."""
    return _fixed(BOOL, since, until, tag, default)


def int8(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: int = 0
) -> int:
    """A signed byte."""
    return _fixed(INT8, since, until, tag, default)


def int16(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: int = 0
) -> int:
    """A signed number of two bytes."""
    return _fixed(INT16, since, until, tag, default)


def int32(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: int = 0
) -> int:
    """A signed number of four bytes."""
    return _fixed(INT32, since, until, tag, default)


def int64(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: int = 0
) -> int:
    """A signed number of eight bytes."""
    return _fixed(INT64, since, until, tag, default)


def uint16(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: int = 0
) -> int:
    """An unsigned number of two bytes."""
    return _fixed(UINT16, since, until, tag, default)


def float64(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: float = 0.0
) -> float:
    """An IEEE 754 double."""
    return _fixed(FLOAT64, since, until, tag, default)


def uuid(*, since: int = 0, until: int | None = None, tag: int | None = None) -> bytes:
    """16 raw bytes; all zero means none."""
    return _fixed(UUID, since, until, tag, NULL_UUID)


@overload
def string(
    *, since: int = 0, until: int | None = None, tag: int | None = None, default: str = ""
) -> str: ...
@overload
def string(
    *,
    nullable: int,
    since: int = 0,
    until: int | None = None,
    tag: int | None = None,
    default: str | None = "",
) -> str | None: ...
def string(
    *,
    since: int = 0,
    until: int | None = None,
    nullable: int | None = None,
    tag: int | None = None,
    default: str | None = "",
) -> str | None:
    """UTF-8 text: at most 32,767 bytes in the versions that are not flexible."""
    text: str | None = _declare(
        Kind.STRING, STRING, since=since, until=until, nullable=nullable, tag=tag, default=default
    )
    return text


def sentence(
    *, nullable: int, since: int = 0, until: int | None = None, default: str | None = ""
) -> str | None:
    """Text for people, made here: cut where it is longer than a string may be."""
    text: str | None = _declare(
        Kind.STRING,
        SENTENCE,
        since=since,
        until=until,
        nullable=nullable,
        tag=None,
        default=default,
    )
    return text


@overload
def binary(*, since: int = 0, until: int | None = None, tag: int | None = None) -> bytes: ...
@overload
def binary(
    *,
    nullable: int,
    since: int = 0,
    until: int | None = None,
    tag: int | None = None,
    default: bytes | None = b"",
) -> bytes | None: ...
def binary(
    *,
    since: int = 0,
    until: int | None = None,
    nullable: int | None = None,
    tag: int | None = None,
    default: bytes | None = b"",
) -> bytes | None:
    """Opaque bytes, copied out of the frame when decoded."""
    raw: bytes | None = _declare(
        Kind.BINARY, BINARY, since=since, until=until, nullable=nullable, tag=tag, default=default
    )
    return raw


def record_batches(*, nullable: int = 0) -> Payload | None:
    """Record batches, never copied: a slice of the frame when decoded."""
    payload: Payload | None = _declare(
        Kind.RECORDS, RECORDS, since=0, until=None, nullable=nullable, tag=None, default=None
    )
    return payload


@overload
def array(
    element: type[T] | Scalar[T],
    *,
    since: int = 0,
    until: int | None = None,
    tag: int | None = None,
) -> list[T]: ...
@overload
def array(
    element: type[T] | Scalar[T],
    *,
    nullable: int,
    since: int = 0,
    until: int | None = None,
    tag: int | None = None,
    default: None = ...,
) -> list[T] | None: ...
def array(
    element: type[T] | Scalar[T],
    *,
    since: int = 0,
    until: int | None = None,
    nullable: int | None = None,
    tag: int | None = None,
    default: object = MISSING,
) -> list[T] | None:
    """A list; empty by default, or None where `default=None` says so."""
    items: list[T] | None = _declare(
        Kind.ARRAY,
        element,
        since=since,
        until=until,
        nullable=nullable,
        tag=tag,
        default=default,
        factory=list if default is MISSING else None,
    )
    return items


def struct(element: type[T], *, since: int = 0, until: int | None = None) -> T:
    """A structure that is always there."""
    value: T = _declare(
        Kind.STRUCT, element, since=since, until=until, nullable=None, tag=None, factory=element
    )
    return value


def optional_struct(
    element: type[T],
    *,
    since: int = 0,
    until: int | None = None,
    nullable: int | None = None,
    tag: int | None = None,
) -> T | None:
    """A structure that may be absent: null, or a tagged field that was not sent."""
    value: T | None = _declare(
        Kind.STRUCT, element, since=since, until=until, nullable=nullable, tag=tag, default=None
    )
    return value
