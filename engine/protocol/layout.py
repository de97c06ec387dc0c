"""What a message looks like in one version: its fields in wire order, its tags, its least size.

Read from the declarations (`engine.protocol.fields`); the decoder and the encoder are compiled from
it. Nothing here runs per message.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import METADATA_KEY, Kind, Scalar, WireField


class Declared(Protocol):
    """A declaration that is encoded on its own: the versions that it has, bounds inclusive."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    MIN_VERSION: ClassVar[int]
    MAX_VERSION: ClassVar[int]
    FLEXIBLE_FROM: ClassVar[int]


class Message(Declared, Protocol):
    """A request or a response."""

    API_KEY: ClassVar[ApiKey]


@dataclass(frozen=True, slots=True)
class Slot:
    """One field in one version."""

    name: str
    wire: WireField
    is_present: bool
    is_nullable: bool

    @property
    def is_tagged(self) -> bool:
        return self.wire.tag is not None


def slots_of(structure: type[Any], version: int) -> list[Slot]:
    """Every declared field of a structure, in the order of its constructor's arguments."""
    slots = []
    for field in dataclasses.fields(structure):
        wire: WireField = field.metadata[METADATA_KEY]
        slots.append(Slot(field.name, wire, wire.is_in(version), wire.is_nullable_in(version)))
    return slots


def least_size_bytes(element: Scalar[Any] | type[Any], version: int, *, is_flexible: bool) -> int:
    """The fewest bytes that one value can take: what bounds an array's count before it is read."""
    if isinstance(element, Scalar):
        return _least_scalar_bytes(element, is_flexible=is_flexible)
    total = 1 if is_flexible else 0
    for slot in slots_of(element, version):
        if slot.is_present and not slot.is_tagged:
            total += _least_slot_bytes(slot, version, is_flexible=is_flexible)
    return total


def _least_scalar_bytes(scalar: Scalar[Any], *, is_flexible: bool) -> int:
    if scalar.kind is Kind.FIXED:
        return scalar.size_bytes
    if is_flexible:
        return 1
    return 2 if scalar.kind is Kind.STRING else 4


def _least_slot_bytes(slot: Slot, version: int, *, is_flexible: bool) -> int:
    if slot.wire.kind is Kind.ARRAY:
        return 1 if is_flexible else 4
    if slot.wire.kind is Kind.STRUCT and slot.is_nullable:
        return 1
    return least_size_bytes(slot.wire.element, version, is_flexible=is_flexible)
