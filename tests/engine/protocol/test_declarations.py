"""The vocabulary of declarations beyond what Kafka's messages happen to use together."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from engine.protocol.codec import decode, encode_bytes
from engine.protocol.errors import MalformedMessage
from engine.protocol.fields import (
    STRING,
    UUID,
    array,
    binary,
    float64,
    int16,
    optional_struct,
    string,
    struct,
    uint16,
    uuid,
)

# ruff: noqa: RUF009 - the functions of engine.protocol.fields declare fields


@dataclass(slots=True)
class Part:
    name: str = string()
    number: int = int16(since=1, default=-1)


@dataclass(slots=True)
class Whole:
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = 2

    ids: list[bytes] = array(UUID)
    one_id: bytes = uuid(since=1)
    part: Part = struct(Part, since=1)
    maybe: Part | None = optional_struct(Part, since=1, nullable=1)
    labels: list[str] | None = array(STRING, nullable=1)
    port: int = uint16()
    share: float = float64(until=2)
    hidden: list[str] | None = array(STRING, since=2, nullable=2, tag=0, default=None)
    blob: bytes | None = binary(since=2, nullable=2, tag=1, default=None)
    late: Part | None = optional_struct(Part, since=3, tag=200)


IDS = [bytes([n]) * 16 for n in range(3)]


@pytest.mark.parametrize("version", [1, 2])
def test_everything_comes_back(version: int) -> None:
    whole = Whole(IDS, IDS[1], Part("p", 4), Part("m", 5), None, 65_535, 0.5)
    assert decode(Whole, encode_bytes(whole, version), version) == whole


def test_tagged_fields_of_every_kind_come_back_with_tags_of_two_bytes() -> None:
    whole = Whole(IDS, hidden=["a", "b"], blob=b"x" * 200, late=Part("l" * 130, 3), labels=[])
    assert decode(Whole, encode_bytes(whole, 3), 3) == whole


def test_a_structure_that_the_version_lacks_is_made_anew() -> None:
    body = encode_bytes(Whole(labels=[]), 0)
    first, second = decode(Whole, body, 0), decode(Whole, body, 0)
    assert first.part == Part()
    assert first.part is not second.part


def test_a_nullable_structure_may_be_null() -> None:
    assert decode(Whole, encode_bytes(Whole(maybe=None), 1), 1).maybe is None


def test_more_ids_than_bytes_are_malformed() -> None:
    body = bytearray(encode_bytes(Whole(IDS), 1))
    body[3] = 60
    with pytest.raises(MalformedMessage):
        decode(Whole, body, 1)


def test_a_record_in_a_place_without_null_is_an_error_of_the_program() -> None:
    with pytest.raises(TypeError):
        encode_bytes(Whole(ids=None), 1)  # type: ignore[arg-type]  # what the test is about
