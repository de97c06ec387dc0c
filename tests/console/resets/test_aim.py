"""Where to, as it is typed."""

import pytest

from console.messages.start_position import Start, StartKind
from console.resets.aim import (
    TO_EARLIEST,
    TO_LATEST,
    Aim,
    ToFile,
    ToGroup,
    ToShift,
    ToStart,
    parse_aim,
)

NOW_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("text", "aim"),
    [
        ("earliest", TO_EARLIEST),
        (" Beginning ", TO_EARLIEST),
        ("latest", TO_LATEST),
        ("end", TO_LATEST),
        ("1200", ToStart(Start(StartKind.OFFSET, 1200))),
        ("end-500", ToStart(Start(StartKind.BEFORE_END, 500))),
        ("-1h", ToStart(Start(StartKind.TIME, NOW_MS - 3_600_000))),
        ("2023-11-14 22:00+00:00", ToStart(Start(StartKind.TIME, 1_699_999_200_000))),
        ("+100", ToShift(100)),
        ("- 5", ToShift(-5)),
        ("group billing", ToGroup("billing")),
        ("GROUP two words", ToGroup("two words")),
        ("file ~/my positions.csv", ToFile("~/my positions.csv")),
    ],
)
def test_what_people_type_is_understood(text: str, aim: Aim) -> None:
    assert parse_aim(text, NOW_MS) == aim


@pytest.mark.parametrize(
    "text", ["", "group", "file ", "yesterday", "-1 parsec", "+", "9" * 19, "+" + "9" * 19, "1.5"]
)
def test_anything_else_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="earliest, latest"):
        parse_aim(text, NOW_MS)
