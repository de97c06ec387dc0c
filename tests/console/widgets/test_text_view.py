"""A text to scroll in: long lines wrap or are cut, JSON has its parts told apart."""

import pytest

from console.widgets.palette import Role
from console.widgets.text_view import TextView, json_pieces, wrapped
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, lines_of


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        (
            '  "total": 12.5,',
            [
                ("  ", Role.TEXT),
                ('"total"', Role.S1),
                (": ", Role.MUTED),
                ("12.5", Role.S4),
                (",", Role.MUTED),
            ],
        ),
        ('    "text"', [("    ", Role.TEXT), ('"text"', Role.S3)]),
        ("true,", [("true", Role.S2), (",", Role.MUTED)]),
        ("  ],", [("  ", Role.TEXT), ("]", Role.MUTED), (",", Role.MUTED)]),
        ("", []),
    ],
)
def test_pieces_of_json(line: str, pieces: list[tuple[str, Role]]) -> None:
    assert [piece for piece in json_pieces(line) if piece[0]] == pieces
    assert "".join(text for text, _ in json_pieces(line)) == line


@pytest.mark.parametrize(
    ("lines", "width", "expected"),
    [
        (["abcdefg", "", "xy"], 3, ["abc", "def", "g", "", "xy"]),
        (["日本語"], 4, ["日本", "語"]),
        (["abc"], 0, ["abc"]),
    ],
)
def test_long_lines_wrap_at_cells(lines: list[str], width: int, expected: list[str]) -> None:
    assert wrapped(lines, width) == expected


async def test_only_what_fits_is_drawn_and_keys_move_in_it() -> None:
    view = TextView()
    app = Stage(view)
    async with app.run_test(size=(30, 10)):
        view.show([f"line {number}" for number in range(1_000)])
        view.focus()
        await at_rest(app)
        assert lines_of(app)[0].strip().startswith("line 0")
        await press(app, "pagedown")
        assert lines_of(app)[0].strip().startswith("line 9")
        await press(app, "G")
        assert lines_of(app)[9].strip().startswith("line 999")
        await press(app, "g", "j")
        assert lines_of(app)[0].strip().startswith("line 1")
