"""Tells what format the content of a record has, and decodes it. Pure.

In this order: nothing; the records of `__consumer_offsets`; what a schema registry knows; JSON;
MessagePack, where its library is installed; text; anything else is bytes. Of long contents only the
beginning is looked at, so that telling the format of 20 MB takes no longer than that of 64 KB.
"""

import codecs
from dataclasses import dataclass
from enum import Enum

from console.messages.group_records import (
    CONSUMER_OFFSETS,
    decoded_group_key,
    decoded_group_value,
)
from console.messages.json_text import laid_out
from console.messages.lane import Hit
from console.messages.message_pack import decoded_message_pack
from console.messages.structure import (
    DECODED_BYTES_MAX,
    MISSING,
    Decode,
    decoded_json,
    first_that_decodes,
)

LOOKED_AT_BYTES = 65_536
CONTROLS_SHARE_MAX = 0.3
"""A text with a larger share of control characters is taken for bytes."""

_CONTROLS = bytes(each for each in (*range(32), 127) if each not in b"\t\r\n")


class Part(Enum):
    """Which content of a record."""

    KEY = "key"
    VALUE = "value"


class Format(Enum):
    """What a content is; the value is how it is called."""

    NULL = "null"
    EMPTY = "empty"
    JSON = "JSON"
    TEXT = "text"
    MESSAGE_PACK = "MessagePack"
    GROUP_RECORD = "group record"
    SCHEMA = "schema"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Told:
    """A format, with the decoded content where it is a structure that is not its own text."""

    format: Format
    data: object = MISSING


default_decode: Decode = first_that_decodes([decoded_json, decoded_message_pack])
"""What filters decode keys, values and headers with where there is no schema registry."""


def content_of(hit: Hit, part: Part) -> bytes | None:
    """The key or the value of a record."""
    return hit.record.key if part is Part.KEY else hit.record.value


def told_format(hit: Hit, part: Part, *, schemas: Decode | None = None) -> Told:
    """The format of a content; `schemas` decodes what names a schema by its id."""
    content = content_of(hit, part)
    if content is None:
        return Told(Format.NULL)
    if not content:
        return Told(Format.EMPTY)
    if hit.key.topic == CONSUMER_OFFSETS:
        found: object = (
            decoded_group_key(content)
            if part is Part.KEY
            else decoded_group_value(hit.record.key, content)
        )
        if found is not MISSING:
            return Told(Format.GROUP_RECORD, found)
    is_small = len(content) <= DECODED_BYTES_MAX
    if schemas is not None and is_small:
        found = schemas(content)
        if found is not MISSING:
            return Told(Format.SCHEMA, found)
    text = beginning_as_text(content, LOOKED_AT_BYTES)
    if text is not None:
        return Told(Format.JSON if _is_json(content, text) else Format.TEXT)
    if is_small:
        found = decoded_message_pack(content)
        if found is not MISSING:
            return Told(Format.MESSAGE_PACK, found)
    return Told(Format.BYTES)


def beginning_as_text(content: bytes, limit_bytes: int) -> str | None:
    """The first bytes as text, without half a character at their end; None when they are none."""
    beginning = content[:limit_bytes]
    controls = len(beginning) - len(beginning.translate(None, _CONTROLS))
    if b"\x00" in beginning or controls > CONTROLS_SHARE_MAX * len(beginning):
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return decoder.decode(beginning, final=len(beginning) == len(content))
    except UnicodeDecodeError:
        return None


def _is_json(content: bytes, beginning: str) -> bool:
    """Whether it is an object or list; a plain number or word is as well called a text."""
    if beginning.lstrip(" \t\r\n")[:1] not in ("{", "["):
        return False
    if len(content) <= LOOKED_AT_BYTES:
        return decoded_json(content) is not MISSING
    return laid_out(beginning, is_cut=True) is not None
