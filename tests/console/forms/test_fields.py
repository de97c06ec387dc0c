"""What people may type in the fields of forms, and what they are told about the rest."""

import pytest

from console.forms.fields import (
    LONG_MAX,
    TOPIC_CONFIG_FIELDS,
    ConfigField,
    FieldFault,
    headers,
    size_bytes,
    time_ms,
    topic_name,
    whole,
)
from tests.support.hostile import HOSTILE

RUBBISH = (*HOSTILE.values(), "9" * 400, "9" * 5000, "1" * 400 + "zb", "٣d", "1e9", "0x10", "∞")


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("7d", "604800000"), (" 1.5 h ", "5400000"), ("90s", "90000"), ("250", "250"), ("-1", "-1")],
)
def test_times_are_taken_as_people_write_them(text: str, milliseconds: str) -> None:
    assert time_ms(text) == milliseconds


@pytest.mark.parametrize(
    ("text", "size"),
    [("1 GB", "1000000000"), ("1GiB", "1073741824"), ("0.5kb", "500"), ("7", "7"), ("-1", "-1")],
)
def test_sizes_are_taken_as_people_write_them(text: str, size: str) -> None:
    assert size_bytes(text) == size


def test_the_largest_number_of_kafka_is_taken_to_the_last_digit() -> None:
    assert time_ms(str(LONG_MAX)) == size_bytes(str(LONG_MAX)) == str(LONG_MAX)
    assert size_bytes("9007199254740993") == "9007199254740993"
    with pytest.raises(FieldFault, match="more than Kafka can count"):
        size_bytes(str(LONG_MAX + 1))


@pytest.mark.parametrize("text", ["-2", "-1d", "7x", "d", "1.5.5s", "1 2"])
def test_what_is_no_time_is_told_with_an_example(text: str) -> None:
    with pytest.raises(FieldFault, match="a time such as 7d"):
        time_ms(text)


def test_faults_name_what_would_be_right() -> None:
    with pytest.raises(FieldFault, match=r"a whole number from 1 to 10,000"):
        whole("0", 1, 10_000)
    with pytest.raises(FieldFault, match=r"a whole number from 1 to 10,000"):
        whole("many", 1, 10_000)
    with pytest.raises(FieldFault, match="only letters"):
        topic_name("a/b")
    with pytest.raises(FieldFault, match="headers are name=value"):
        headers("=1")


@pytest.mark.parametrize("text", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_a_fault_or_a_value_that_kafka_can_read(text: str) -> None:
    for field in TOPIC_CONFIG_FIELDS:
        try:
            value = field.check(text)
        except FieldFault:
            continue
        assert value.isascii()
        assert len(value) <= len(str(LONG_MAX))


@pytest.mark.parametrize("name", ["orders", " orders.placed ", "a" * 249, "_-.1"])
def test_names_that_kafka_takes_are_taken_without_blanks(name: str) -> None:
    assert topic_name(name) == name.strip()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "needs a name"),
        ("  ", "needs a name"),
        (".", "no names"),
        ("..", "no names"),
        ("orders placed", "only letters"),
        ("ümlaut", "only letters"),
        ("a" * 250, "at most 249 characters, these are 250"),
    ],
)
def test_names_that_kafka_refuses_are_refused_with_the_reason(name: str, said: str) -> None:
    with pytest.raises(FieldFault, match=said):
        topic_name(name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        (" , ", ()),
        ("a=1, b = two =2 ,c", (("a", b"1"), ("b", b"two =2"), ("c", None))),
        ("a=", (("a", b""),)),
        ("a=1,a=2", (("a", b"1"), ("a", b"2"))),
    ],
)
def test_headers_are_pairs_and_a_name_alone_has_no_value(
    text: str, found: tuple[tuple[str, bytes | None], ...]
) -> None:
    assert headers(text) == found


@pytest.mark.parametrize("field", TOPIC_CONFIG_FIELDS, ids=lambda field: field.key)
def test_the_example_of_every_configuration_is_right(field: ConfigField) -> None:
    assert field.check(field.example)
