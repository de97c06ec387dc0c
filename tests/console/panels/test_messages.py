"""Messages as rows: order, cells, and what is said of partitions that cannot be read."""

from dataclasses import replace

import pytest

from console.messages.lane import Hit
from console.model.names import TopicPartition
from console.panels.messages import COLUMNS, ORDER, failures_said, name_of_row, record_row, row_key
from console.panels.times import Times
from console.port.errors import Unreachable
from console.port.readings import RecordReading, Standing
from console.settings import TimeStyle
from console.widgets.table_rows import arranged

NOW_MS = 1_700_000_000_000


def hit_of(
    offset: int,
    at_ms: int = NOW_MS,
    *,
    partition: int = 0,
    key: bytes | None = b"k",
    value: bytes | None = b"v",
) -> Hit:
    record = RecordReading(offset, at_ms, key, value, ())
    return Hit(TopicPartition("orders", partition), record)


def keys_of(*hits: Hit) -> list[str]:
    rows = [record_row(hit, Times(TimeStyle.UTC), NOW_MS) for hit in hits]
    return [row.key for row in arranged(rows, ORDER, lambda _: True)]


def test_the_newest_comes_first_and_of_one_millisecond_the_last() -> None:
    assert keys_of(hit_of(9), hit_of(10), hit_of(11), hit_of(3, NOW_MS + 1)) == [
        *("0:3", "0:11", "0:10", "0:9"),
    ]


def test_a_message_without_a_time_is_the_oldest() -> None:
    assert keys_of(hit_of(5, -1), hit_of(4, 0)) == ["0:5", "0:4"]


def test_a_row_names_its_message() -> None:
    assert name_of_row(row_key((12, 3_400))) == (12, 3_400)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b'{\n "a": 1\n}', '{ "a": 1 }'),
        (b"two\nlines", "two␊lines"),
        (None, "∅"),
        (b"", ""),
        (b"\x00\x01\xff", "00 01 ff"),
        ("日本".encode(), "日本"),
    ],
)
def test_a_value_stands_on_one_line(value: bytes | None, said: str) -> None:
    row = record_row(hit_of(1, value=value), Times(TimeStyle.UTC), NOW_MS)
    at = [column.key for column in COLUMNS].index("value")
    assert row.cells[at].text == said


def test_partitions_that_cannot_be_read_are_named_with_the_first_reason() -> None:
    down = Unreachable("kafka-2 refused the connection")
    assert failures_said({}) == ""
    one = {TopicPartition("orders", 4): down}
    assert failures_said(one) == "without partition 4: kafka-2 refused the connection"
    many = {TopicPartition("orders", index): down for index in range(12)}
    said = failures_said(many)
    assert said.startswith("without partitions 0, 1, 2, 3, 4, 5, 6, 7 and 4 more: kafka-2")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing.SETTLED, "v"),
        (Standing.ABORTED, "■ aborted  v"),
        (Standing.OPEN, "▲ open  v"),
        (Standing.HELD_BACK, "▲ held back  v"),
    ],
)
def test_what_not_every_reader_sees_is_marked_in_words(standing: Standing, said: str) -> None:
    hit = hit_of(1)
    marked = replace(hit, record=replace(hit.record, standing=standing))
    row = record_row(marked, Times(TimeStyle.UTC), NOW_MS)
    assert row.cells[[column.key for column in COLUMNS].index("value")].text == said
