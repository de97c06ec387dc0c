"""MessagePack: maps and arrays that fill the bytes, and nothing else."""

import sys

import msgpack
import pytest
from hypothesis import given

from console.messages.message_pack import decoded_message_pack
from console.messages.structure import MISSING
from tests.support.expressions import documents


@given(documents)
def test_containers_come_back(document: object) -> None:
    found = decoded_message_pack(msgpack.packb(document))
    assert found == (document if isinstance(document, list | dict) else MISSING)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x81",
        b"\x81\xa1a\x01x",
        b"\x2a",
        b"\x91" * 2000,
        b"\x81\x90\x01",
        b"\xdf\xff\xff\xff\xff",
    ],
)
def test_other_bytes_are_not_taken_for_it(content: bytes) -> None:
    assert decoded_message_pack(content) is MISSING


def test_without_the_library_it_is_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgpack", None)
    assert decoded_message_pack(msgpack.packb({"a": 1})) is MISSING
