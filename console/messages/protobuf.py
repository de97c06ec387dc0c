"""Protobuf contents, where the library is installed (`pip install 'kconsole[protobuf]'`).

A content names its message by its place in the file of the schema: a count and that many indexes,
variable-length and zigzag-coded; a single zero stands for the first message.
"""

import base64
from collections.abc import Sequence

from console.messages.structure import MISSING, Decode

WELL_KNOWN = (
    *("any", "source_context", "type", "api", "duration", "empty"),
    *("field_mask", "struct", "timestamp", "wrappers"),
)
"""The files `google/protobuf/….proto` that every registry takes for granted.

Each comes behind those that it imports.
"""

INDEXES_MAX = 32


def protobuf_decoder(schema_text: str, references: Sequence[tuple[str, str]]) -> Decode:
    """Decodes contents of any message of a file. Raises ImportError, and ValueError for the schema.

    The schema and its `references`, by name, are file descriptors in base64.
    """
    import importlib

    from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
    from google.protobuf.message import DecodeError, Message

    pool = descriptor_pool.DescriptorPool()
    for name in WELL_KNOWN:
        module = importlib.import_module(f"google.protobuf.{name}_pb2")
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    files = [*references, ("schema.proto", schema_text)]
    described = descriptor_pb2.FileDescriptorProto()
    try:
        for name, text in files:
            described = descriptor_pb2.FileDescriptorProto()
            described.ParseFromString(base64.b64decode(text, validate=True))
            described.name = name
            pool.Add(described)
        pool.FindFileByName("schema.proto")
    except (DecodeError, ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"the registry does not give the schema as a file descriptor: {error}"
        ) from None

    def decode(content: bytes) -> object:
        place = _message_indexes(content)
        if place is None:
            return MISSING
        indexes, start = place
        name = _name_of(described, indexes)
        if name is None:
            return MISSING
        message: Message = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))()
        try:
            message.ParseFromString(content[start:])
            return json_format.MessageToDict(
                message, preserving_proto_field_name=True, descriptor_pool=pool
            )
        except (DecodeError, ValueError, TypeError, KeyError, RecursionError, json_format.Error):
            return MISSING

    return decode


def _name_of(file: object, indexes: Sequence[int]) -> str | None:
    """The full name of the message at a place in a file descriptor."""
    names = [package] if (package := getattr(file, "package", "")) else []
    messages = getattr(file, "message_type", ())
    for index in indexes:
        if not 0 <= index < len(messages):
            return None
        names.append(messages[index].name)
        messages = messages[index].nested_type
    return ".".join(names)


def _message_indexes(content: bytes) -> tuple[list[int], int] | None:
    """The indexes before a message, and where it begins."""
    numbers: list[int] = []
    position = 0
    count = 1
    while len(numbers) < count:
        value = shift = 0
        while True:
            if position >= len(content) or shift > 28:
                return None
            byte = content[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        number = (value >> 1) ^ -(value & 1)
        if count == 1 and not numbers:
            if number == 0:
                return [0], position
            if not 0 < number <= INDEXES_MAX:
                return None
            count = number + 1
        numbers.append(number)
    return numbers[1:], position
