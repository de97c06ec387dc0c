"""What is copied is one clean line, and the whole record comes back from its JSON."""

import json

import pytest

from console.messages.copied import copied_record, copied_value
from console.messages.lane import Hit
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.readings import RecordReading
from tests.support.hostile import HOSTILE


def hit_of(value: bytes | None, key: bytes | None = b"k") -> Hit:
    record = RecordReading(7, 1_700_000_000_000, key, value, (("h", b"1"),))
    return Hit(TopicPartition("orders", 2), record)


@pytest.mark.parametrize(
    ("value", "copied"),
    [
        (b"plain words", "plain words"),
        (b'{\n  "a": "two  blanks",\n  "n": 1.50\n}\n', '{ "a": "two  blanks", "n": 1.50 } '),
        (b"\x00\xff\x10", "00ff10"),
        (b"", ""),
        (None, ""),
        (b"rm -rf /\n", "rm -rf /␊"),
    ],
)
def test_the_value_is_copied_in_one_line(value: bytes | None, copied: str) -> None:
    assert copied_value(hit_of(value)) == copied


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_steers_is_copied(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    hit = hit_of(content, content)
    for copied in (copied_value(hit), copied_record(hit)):
        assert plain(copied, limit=len(copied) + 1) == copied


def test_a_record_comes_back_whole_from_its_json() -> None:
    said = json.loads(copied_record(hit_of("Łódź \x1b[31m".encode())))
    assert said == {
        "topic": "orders",
        "partition": 2,
        "offset": 7,
        "timestamp": 1_700_000_000_000,
        "key": "k",
        "value": "Łódź \x1b[31m",
        "headers": [{"name": "h", "value": "1"}],
    }
