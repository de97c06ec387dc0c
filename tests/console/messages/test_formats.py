"""Which format a content has."""

import json

import msgpack
import pytest

from console.messages.formats import Format, Part, default_decode, told_format
from console.messages.lane import Hit
from console.messages.structure import MISSING
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from engine.coordinator.journal import CommittedOffset, OffsetKey, offset_record

MEGABYTES_5 = 5 << 20


def hit(value: bytes | None, key: bytes | None = None, topic: str = "orders") -> Hit:
    """A record of a topic."""
    return Hit(TopicPartition(topic, 0), RecordReading(0, 0, key, value, ()))


@pytest.mark.parametrize(
    ("value", "format_"),
    [
        (None, Format.NULL),
        (b"", Format.EMPTY),
        (b' {"a": 1}', Format.JSON),
        (b"[]", Format.JSON),
        (b"42", Format.TEXT),
        (b"{not json", Format.TEXT),
        ("grün\ttab\n".encode(), Format.TEXT),
        (b"\x1b[31mred\x1b[0m and more text", Format.TEXT),
        (msgpack.packb({"a": [1, 2]}), Format.MESSAGE_PACK),
        (b"\x00\x00\x00\x2a", Format.BYTES),
        (b"\xff\xfe\xfd", Format.BYTES),
        (b"\x01\x02\x03", Format.BYTES),
    ],
)
def test_formats_are_told(value: bytes | None, format_: Format) -> None:
    assert told_format(hit(value), Part.VALUE).format is format_


def test_formats_of_long_contents_are_told_by_their_beginning() -> None:
    for beginning, unit, format_ in (
        (b'{"a": "', b"x", Format.JSON),
        (b"", b"\xc3\xbc", Format.TEXT),
        (b"", b"\x81", Format.BYTES),
    ):
        long = beginning + unit * MEGABYTES_5
        assert told_format(hit(long), Part.VALUE).format is format_


def test_group_records_are_told_in_their_topic_only() -> None:
    record = offset_record(OffsetKey("billing", "orders", 3), CommittedOffset(42, 7, "", 1))
    for part in Part:
        inside = told_format(hit(record.value, record.key, "__consumer_offsets"), part)
        assert inside.format is Format.GROUP_RECORD
        outside = told_format(hit(record.value, record.key), part)
        assert outside.format is Format.BYTES


def test_what_a_registry_knows_comes_before_what_it_looks_like() -> None:
    told = told_format(hit(b"{}"), Part.VALUE, schemas=lambda content: {"of": content})
    assert (told.format, told.data) == (Format.SCHEMA, {"of": b"{}"})
    told = told_format(hit(b"{}"), Part.VALUE, schemas=lambda _: MISSING)
    assert told.format is Format.JSON


def test_filters_decode_json_and_message_pack() -> None:
    for content in (json.dumps({"a": 1}).encode(), msgpack.packb({"a": 1})):
        assert default_decode(content) == {"a": 1}
