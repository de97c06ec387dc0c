"""What was typed to filter records."""

import pytest

from console.messages.filter import RecordFilter, parse_record_filter
from console.messages.tokens import ExpressionError
from console.model.names import TopicPartition
from console.port.readings import RecordReading

KEY = TopicPartition("orders", 0)


def filter_of(text: str) -> RecordFilter:
    """A filter that is not empty."""
    found = parse_record_filter(text, 0)
    assert found is not None
    return found


def record(value: bytes | None, key: bytes | None = None, **headers: bytes) -> RecordReading:
    """A record with these contents."""
    return RecordReading(0, 0, key, value, tuple(headers.items()))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("refused", b"Payment REFUSED"),
        ("REFUSED", b"payment refused"),
        ('"key contains"', b"the key contains it"),
        ('say "hi"', b'{"a": "SAY \\"hi\\""}'),
        ("grün", "das GRÜNE Blatt".encode()),
        ("Grün", b'{"a": "gr\\u00fcn"}'),
        ("GRÜN", b'{"a": "gr\\u00FCn"}'),
        ("!absent", b"something"),
        ("~pyref", b"payment refused"),
        ("/pay.*ed$/", b"Payment refused"),
        ("!/^x/", b"payment"),
    ],
)
def test_text_is_found_in_any_case(text: str, value: bytes) -> None:
    assert filter_of(text)(KEY, record(value))
    assert not filter_of(text)(KEY, record(b"absent x" if text[0] == "!" else b"x")) or text == (
        "!/^x/"
    )


def test_text_is_found_in_keys_and_headers() -> None:
    assert filter_of("seven")(KEY, record(None, b"customer-Seven"))
    assert filter_of("seven")(KEY, record(b"", trace=b"SEVEN"))
    assert filter_of("trace")(KEY, record(b"", trace=b""))
    assert not filter_of("seven")(KEY, record(None))


def test_nothing_typed_is_no_filter() -> None:
    assert parse_record_filter("  ", 0) is None
    assert parse_record_filter("!", 0) is None


@pytest.mark.parametrize("text", ["/(/", "key contains", "value.a >", "!value.a >"])
def test_what_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_record_filter(text, 0)


def test_records_are_counted_at_each_stage() -> None:
    keep = filter_of("value.total > 5")
    for value in (b'{"total": 9}', b'{"total": 1}', b"total is no json", b'{"other": 9}', None):
        keep(KEY, record(value))
    stages = keep.stages
    assert (stages.records, stages.without_literals, stages.tested) == (5, 2, 3)
    assert (stages.undecodable, stages.too_large, stages.hits) == (1, 0, 1)
