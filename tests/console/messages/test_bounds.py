"""What an expression says of partition, offset and time."""

import pytest

from console.messages.bounds import UNBOUNDED, Bounds, bounds_of
from console.messages.syntax import parse_expression

NOW_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("partition == 3", Bounds(frozenset({3}))),
        ("partition in (1, 2) and partition in (2, 3)", Bounds(frozenset({2}))),
        ("offset >= 5 and offset > 5 and offset < 9", Bounds(start_offset=6, end_offset=9)),
        ("offset == 5", Bounds(start_offset=5, end_offset=6)),
        ('time > "-1m" and (time <= 7 and key null)', Bounds(since_ms=NOW_MS - 59_999, until_ms=8)),
        ("offset < 5 or offset > 9", UNBOUNDED),
        ("not offset < 5", UNBOUNDED),
        ("offset != 5 and partition != 1 and time != 1", UNBOUNDED),
        ("size(value) > 5", UNBOUNDED),
        ('key == "a"', Bounds(keys=frozenset({b"a", b'"a"'}))),
        (
            'key in ("a", "\u00fc") and value.a == 1',
            Bounds(keys=frozenset({b"a", b'"a"', "ü".encode(), '"ü"'.encode()})),
        ),
        ('key == "a" or value.a == 1', UNBOUNDED),
        ('key != "a" and not key == "b" and key.id == "c"', UNBOUNDED),
        ('key contains "a" and value == "b" and key in ("a", 1)', UNBOUNDED),
    ],
)
def test_only_what_must_hold_bounds(text: str, bounds: Bounds) -> None:
    assert bounds_of(parse_expression(text), NOW_MS) == bounds
