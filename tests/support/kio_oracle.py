"""Random messages made with kio, an independent implementation, and what ours should hold for each.

`random_entity` builds a kio message from a seeded generator; `expected` is the same message in our
declarations, matched field by field in the order of Kafka's specifications. Only bytes that kio
itself wrote may ever be given to kio: hostile ones abort the process.
"""

import dataclasses
import datetime
import importlib
import random
import types
import typing
import uuid
from typing import Any

from kio.schema.errors import ErrorCode as KioErrorCode
from kio.schema.index import api_key_map

from engine.protocol.fields import Kind, Payload
from engine.protocol.layout import Message, Slot, slots_of

_RANGES = {
    "int8": (-128, 127),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint16": (0, 2**16 - 1),
}
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_ERROR_CODES = list(KioErrorCode)
_LETTERS = "abcXYZ09._-äß語😀"
_LENGTHS = (0, 0, 1, 2, 7, 126, 127, 128, 300)


def kio_class(message: type[Message], version: int) -> type[Any]:
    """The kio class of one of our messages in one version."""
    name = api_key_map[message.API_KEY]
    kind = "request" if message.__name__.endswith("Request") else "response"
    module = importlib.import_module(f"kio.schema.{name}.v{version}.{kind}")
    cls: type[Any] = getattr(module, message.__name__)
    return cls


def random_entity(cls: type[Any], rng: random.Random) -> Any:
    """A kio entity with random values in all of its fields; lists are short."""
    hints = _hints(cls)
    values = {}
    for field in dataclasses.fields(cls):
        is_default = field.default is not dataclasses.MISSING and rng.random() < 0.3
        if not is_default:
            values[field.name] = _random_value(hints[field.name], field.metadata, rng)
    return cls(**values)


def expected(ours: type[Any], entity: Any, version: int) -> Any:
    """Our message that says what the kio entity says."""
    slots = [slot for slot in slots_of(ours, version) if slot.is_present]
    fields = dataclasses.fields(entity)
    assert len(slots) == len(fields), (ours, version, [field.name for field in fields])
    values = {}
    for slot, field in zip(slots, fields, strict=True):
        assert slot.name.startswith(field.name.rstrip("_")), (slot.name, field.name)
        value = getattr(entity, field.name)
        values[slot.name] = _our_value(slot, value, version, field)
    return ours(**values)


_hints_of: dict[type[Any], dict[str, Any]] = {}


def _hints(cls: type[Any]) -> dict[str, Any]:
    if cls not in _hints_of:
        _hints_of[cls] = typing.get_type_hints(cls)
    return _hints_of[cls]


def _random_value(hint: Any, metadata: Any, rng: random.Random) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        if rng.random() < 0.3:
            return None
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is tuple:
        item = typing.get_args(hint)[0]
        many = 140 if rng.random() < 0.01 else rng.choice((0, 1, 1, 2, 3))
        return tuple(_random_value(item, metadata, rng) for _ in range(many))
    if dataclasses.is_dataclass(hint):
        return random_entity(typing.cast(type[Any], hint), rng)
    return _random_primitive(hint, metadata["kafka_type"], rng)


def _random_primitive(hint: Any, kafka_type: str, rng: random.Random) -> Any:
    if kafka_type in _RANGES:
        low, high = _RANGES[kafka_type]
        return hint(rng.choice((low, high, 0, -1 if low else 1, rng.randint(low, high))))
    match kafka_type:
        case "bool":
            return rng.random() < 0.5
        case "float64":
            return hint(rng.choice((0.0, -1.5, 1e300, rng.random())))
        case "string":
            return hint("".join(rng.choices(_LETTERS, k=rng.choice(_LENGTHS))))
        case "bytes" | "records":
            return hint(rng.randbytes(rng.choice(_LENGTHS)))
        case "uuid":
            return uuid.UUID(bytes=rng.randbytes(16))
        case "error_code":
            return rng.choice(_ERROR_CODES)
        case "timedelta_i32" | "timedelta_i64":
            milliseconds = rng.choice((0, -1, 1, 2**31 - 1, rng.randint(-(2**31), 2**31 - 1)))
            return hint.parse(datetime.timedelta(milliseconds=milliseconds))
        case "datetime_i64":
            seconds = rng.randint(0, 2**31)
            return hint.parse(_EPOCH + datetime.timedelta(seconds=seconds))
    raise AssertionError(f"kio has a type that the oracle does not know: {kafka_type}")


def _our_value(slot: Slot, value: Any, version: int, field: Any) -> Any:
    element = slot.wire.element
    if slot.wire.kind is Kind.STRUCT:
        assert isinstance(element, type)
        if value is None or (slot.is_tagged and value == field.default):
            return None
        return expected(element, value, version)
    if slot.wire.kind is Kind.ARRAY:
        if value is None:
            return None
        if isinstance(element, type):
            return [expected(element, item, version) for item in value]
        return [_our_primitive(item, field) for item in value]
    return _our_primitive(value, field)


def _our_primitive(value: Any, field: Any) -> Any:
    match field.metadata["kafka_type"]:
        case "uuid":
            return bytes(16) if value is None else value.bytes
        case "error_code":
            return value.value
        case "timedelta_i32" | "timedelta_i64":
            return value // datetime.timedelta(milliseconds=1)
        case "datetime_i64":
            return -1 if value is None else (value - _EPOCH) // datetime.timedelta(milliseconds=1)
        case "records":
            return None if value is None else bytes(value)
    return value


def joined(buffers: list[Payload]) -> bytes:
    """The bytes of encoded buffers whose record batches are bytes."""
    return b"".join(typing.cast(list[bytes], buffers))
