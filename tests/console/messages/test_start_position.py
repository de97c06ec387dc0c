"""What `--from` may say."""

import pytest

from console.messages.start_position import Start, StartKind, parse_start

NOW_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("beginning", Start(StartKind.BEGINNING)),
        ("earliest", Start(StartKind.BEGINNING)),
        (" End ", Start(StartKind.END)),
        ("1200", Start(StartKind.OFFSET, 1200)),
        ("end-500", Start(StartKind.BEFORE_END, 500)),
        ("-15m", Start(StartKind.TIME, NOW_MS - 900_000)),
        ("-2h 30m", Start(StartKind.TIME, NOW_MS - 9_000_000)),
        ("-999999999999999d", Start(StartKind.TIME, 0)),
        ("9" * 18, Start(StartKind.OFFSET, 10**18 - 1)),
        ("2023-11-14T22:13:20+00:00", Start(StartKind.TIME, NOW_MS)),
        ("1969-12-31T23:59:59.999+00:00", Start(StartKind.TIME, 0)),
    ],
)
def test_what_is_understood(text: str, start: Start) -> None:
    assert parse_start(text, NOW_MS) == start


@pytest.mark.parametrize("text", ["", "-5", "yesterday", "-2x", "end+3", "12.5", "²", "9" * 20])
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="beginning, end, an offset"):
        parse_start(text, NOW_MS)
