"""Which errors a response tells: a function compiled once for each kind of response.

Every `error_code` of the response and of the structures in it counts, as often as it stands there.
What is not an error (0) is not told. Versions do not matter: a field that a version leaves out
holds 0, or an error that the version tells by other means. Source: Kafka's
`AbstractResponse.errorCounts`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from engine.protocol.fields import Kind
from engine.protocol.layout import Message, Slot, slots_of
from engine.protocol.wire import SourceWriter

ErrorFinder = Callable[[Any], Sequence[int]]

_ERROR_CODE = "error_code"
_finders: dict[type[Any], ErrorFinder] = {}


def errors_told(response: Message) -> Sequence[int]:
    """The error codes in a response, in its order; empty when all went well."""
    kind = response.__class__
    return (_finders.get(kind) or _finder(kind))(response)


def _finder(kind: type[Any]) -> ErrorFinder:
    out = SourceWriter("find(message)")
    out.line("found = []")
    _look_at(kind, "message", out)
    out.line("return found")
    return _finders.setdefault(kind, out.compile("find", f"errors of {kind.__name__}"))


def _look_at(structure: type[Any], value: str, out: SourceWriter) -> None:
    """Write what finds the errors of one structure and of those in it."""
    for slot in _slots(structure):
        field = f"{value}.{slot.name}"
        if slot.name == _ERROR_CODE:
            out.line(f"if {field}:")
            out.indent()
            out.line(f"found.append({field})")
            out.dedent()
        elif isinstance(slot.wire.element, type) and _can_tell(slot.wire.element):
            item = out.name("item")
            if slot.wire.kind is Kind.ARRAY:
                out.line(f"for {item} in {field} or ():")
            else:
                out.line(f"if ({item} := {field}) is not None:")
            out.indent()
            _look_at(slot.wire.element, item, out)
            out.dedent()


def _can_tell(structure: type[Any]) -> bool:
    """Whether a structure, or one in it, has an error code."""
    return any(
        slot.name == _ERROR_CODE
        or (isinstance(slot.wire.element, type) and _can_tell(slot.wire.element))
        for slot in _slots(structure)
    )


def _slots(structure: type[Any]) -> list[Slot]:
    return slots_of(structure, 0)
