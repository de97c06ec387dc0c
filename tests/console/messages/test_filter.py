"""What was typed to filter records."""

import re
from pathlib import Path

import pytest

from console.messages.filter import RecordFilter, parse_record_filter, text_remark
from console.messages.seek import parse_seek
from console.messages.syntax import looks_like_expression
from console.messages.tokens import ExpressionError
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from engine.coordinator.journal import CommittedOffset, OffsetKey, offset_record

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
        ("東京", "in 東京".encode()),
        ("東京", b'{"city": "\\u6771\\u4eac"}'),
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


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("amount > 20", "value.amount"),
        ("amount>=20", "value.amount"),
        ('customer.name == "ann"', "value.customer.name"),
        ("items[0].sku != 'A-1'", "value.items[0].sku"),
        ("status=ok", "value.status"),
        ("!amount > 20", "value.amount"),
        ("(amount < 5", "value.amount"),
        ("refused and retried", "value.amount"),
        ("refused OR retried", "value.amount"),
        ("x" * 500 + " > 1", f"value.{'x' * 39}…"),
    ],
)
def test_a_text_that_was_perhaps_meant_to_be_an_expression_is_remarked_on(
    text: str, field: str
) -> None:
    assert not looks_like_expression(text.removeprefix("!"))
    assert text_remark(text) == f"searched as text; a field is {field}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "refused",
        "value.amount > 20",
        "!value.amount > 20",
        '"amount > 20"',
        "~amount > 20",
        "/amount > 20/",
        "order",
        "sand",
        "and",
        "c2Vj==",
        '{"amount": 20}',
        "x => y",
    ],
)
def test_any_other_search_is_not_remarked_on(text: str) -> None:
    assert text_remark(text) == ""


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


def test_records_of_groups_are_tested_by_the_names_of_their_fields() -> None:
    topic = "__consumer_offsets"
    commit = offset_record(OffsetKey("billing", "orders", 3), CommittedOffset(42, 7, "", 1))
    found = RecordReading(0, 0, commit.key, commit.value, ())
    for text, passes in (
        ('key.group == "billing" and value.offset == 42', True),
        ("value.offset > 42", False),
        ("!value.offset > 42", True),
    ):
        keep = parse_record_filter(text, 0, topic=topic)
        assert keep is not None
        assert keep(TopicPartition(topic, 0), found) is passes


def test_what_the_documentation_shows_is_understood() -> None:
    page = (Path(__file__).parents[3] / "docs" / "messages.md").read_text(encoding="utf-8")
    filters = page[page.index("## Filters") : page.index("## Formats")]
    shown = re.search(r"^```$(.*?)^```$", filters, re.MULTILINE | re.DOTALL)
    assert shown is not None
    expressions = shown[1].strip().splitlines()
    assert len(expressions) == 6
    for each in expressions:
        assert looks_like_expression(each)
        assert parse_record_filter(each, 0) is not None
    texts = re.findall(r"^\| `(.+?)` \|", filters, re.MULTILINE)
    assert len(texts) == 5
    for each in texts:
        assert not looks_like_expression(each)
        assert parse_record_filter(each, 0) is not None


def test_the_places_that_the_documentation_shows_are_understood() -> None:
    page = (Path(__file__).parents[3] / "docs" / "messages.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+`) \|", page[: page.index("## Filters")], re.MULTILINE)
    assert len(rows) == 8
    for row in rows:
        for each in re.findall(r"`(.+?)`", row):
            assert parse_seek(each, 0)


@pytest.mark.parametrize("text", ["refused", "grün", "東京", "платёж отклонён"])
def test_a_search_for_text_says_what_bytes_it_needs(text: str) -> None:
    wanted = filter_of(text).wanted
    assert wanted.ignores_case
    (literals,) = wanted.literals
    assert any(each in text.lower().encode() for each in literals)
