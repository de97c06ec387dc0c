"""Kinds of configuration values: parsed, checked and rendered as Kafka does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.kinds import (
    ConfigKey,
    ConfigType,
    GzipLevel,
    InvalidValue,
    OneOf,
    Range,
    SomeOrUnlimited,
    ThrottledReplicas,
    parse,
    render,
)


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (ConfigType.LONG, " 5 ", 5),
        (ConfigType.LONG, "-9223372036854775808", -(2**63)),
        (ConfigType.INT, "+7", 7),
        (ConfigType.BOOLEAN, "TRUE", True),
        (ConfigType.DOUBLE, "1", 1.0),
        (ConfigType.DOUBLE, ".5e1", 5.0),
        (ConfigType.LIST, "", ()),
        (ConfigType.LIST, "compact, delete", ("compact", "delete")),
        (ConfigType.LIST, "a,a,b", ("a", "b")),
        (ConfigType.STRING, " text ", "text"),
        (ConfigType.STRING, None, None),
    ],
)
def test_text_is_parsed_as_kafka_parses_it(type_, text, value):
    assert parse("key", type_, text) == value


@pytest.mark.parametrize(
    ("type_", "text", "message"),
    [
        (
            ConfigType.LONG,
            "abc",
            "Invalid value abc for configuration k: Not a number of type LONG",
        ),
        (
            ConfigType.LONG,
            "5.0",
            "Invalid value 5.0 for configuration k: Not a number of type LONG",
        ),
        (ConfigType.LONG, "", "Invalid value  for configuration k: Not a number of type LONG"),
        (
            ConfigType.LONG,
            None,
            "Invalid value None for configuration k: Not a number of type LONG",
        ),
        (ConfigType.LONG, "9" * 60, f"Invalid value {'9' * 60} for configuration k: Not a number"),
        (
            ConfigType.INT,
            "2147483648",
            "Invalid value 2147483648 for configuration k: Not a number",
        ),
        (
            ConfigType.SHORT,
            "32768",
            "Invalid value 32768 for configuration k: Not a number of type",
        ),
        (ConfigType.DOUBLE, "nan", "Invalid value nan for configuration k: Not a number of type D"),
        (ConfigType.BOOLEAN, "yes", "Expected value to be either true or false"),
        (ConfigType.LIST, "delete,", "Configuration 'k' values must not be empty."),
    ],
)
def test_text_of_the_wrong_type_is_refused_in_the_words_of_kafka(type_, text, message):
    with pytest.raises(InvalidValue) as caught:
        parse("k", type_, text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("check", "type_", "text", "message"),
    [
        (
            Range(-1),
            ConfigType.LONG,
            "-2",
            ("Invalid value -2 for configuration k: Value must be at least -1"),
        ),
        (
            Range(0, 1),
            ConfigType.DOUBLE,
            "1.5",
            ("Invalid value 1.5 for configuration k: Value must be no more than 1"),
        ),
        (
            OneOf(("a", "b")),
            ConfigType.STRING,
            "c",
            ("Invalid value c for configuration k: String must be one of: a, b"),
        ),
        (
            OneOf(("a", "b")),
            ConfigType.LIST,
            "a,c",
            ("Invalid value c for configuration k: String must be one of: a, b"),
        ),
        (SomeOrUnlimited(), ConfigType.LONG, "0", "Value must be unlimited (-1) or at least 1"),
        (SomeOrUnlimited(), ConfigType.LONG, "-2", "Value must be unlimited (-1) or at least 1"),
        (GzipLevel(), ConfigType.INT, "0", "Value must be between 1 and 9 or equal to -1"),
        (
            ThrottledReplicas("k"),
            ConfigType.LIST,
            "1:2,x",
            ("Invalid value [1:2, x] for configuration k: k must be the literal '*' or a list"),
        ),
    ],
)
def test_a_value_out_of_bounds_is_refused_in_the_words_of_kafka(check, type_, text, message):
    key = ConfigKey("k", type_, None, "", check)
    with pytest.raises(InvalidValue) as caught:
        key.parse(text)
    assert str(caught.value).startswith(message) or message in str(caught.value)


@pytest.mark.parametrize(
    ("check", "type_", "text"),
    [
        (SomeOrUnlimited(), ConfigType.LONG, "-1"),
        (SomeOrUnlimited(), ConfigType.LONG, "1"),
        (GzipLevel(), ConfigType.INT, "-1"),
        (ThrottledReplicas("k"), ConfigType.LIST, "*"),
        (ThrottledReplicas("k"), ConfigType.LIST, "0:1,1:2"),
        (OneOf(("a", "b")), ConfigType.LIST, ""),
        (Range(0, 1), ConfigType.DOUBLE, "1"),
    ],
)
def test_a_value_at_the_bounds_is_allowed(check, type_, text):
    assert ConfigKey("k", type_, None, "", check).parse(text) is not None


@given(
    st.one_of(
        st.tuples(st.just(ConfigType.LONG), st.integers(-(2**63), 2**63 - 1)),
        st.tuples(st.just(ConfigType.BOOLEAN), st.booleans()),
        st.tuples(st.just(ConfigType.DOUBLE), st.floats(allow_nan=False, allow_infinity=False)),
        st.tuples(
            st.just(ConfigType.LIST),
            st.lists(st.text("abcxyz.", min_size=1), unique=True).map(tuple),
        ),
    )
)
def test_rendered_values_parse_back(typed):
    type_, value = typed
    assert parse("k", type_, render(value)) == value
