"""Bytes as an editor of bytes shows them."""

from console.messages.hex_view import hex_view


def test_rows_have_offset_values_and_characters() -> None:
    assert hex_view(b'{"a":1}\x00\xff and more', 100).splitlines() == [
        '00000000  7b 22 61 22 3a 31 7d 00  ff 20 61 6e 64 20 6d 6f  {"a":1}·· and mo',
        "00000010  72 65                                             re",
    ]


def test_no_more_than_the_limit_is_shown() -> None:
    shown = hex_view(b"x" * 1000, 20)
    assert shown.splitlines()[-1].endswith("  xxxx")
    assert len(shown.splitlines()) == 2
    assert hex_view(b"", 20) == ""
