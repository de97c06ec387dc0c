"""The filter line."""

import pytest

from console.model.matching import parse_filter

NAMES = ["orders.placed", "payments.authorized", "Audit.Events"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", NAMES),
        ("pay", ["payments.authorized"]),
        ("AUDIT", ["Audit.Events"]),
        ("!pay", ["orders.placed", "Audit.Events"]),
        ("!", NAMES),
        ("~opl", ["orders.placed"]),
        ("/^(orders|audit)/", ["orders.placed", "Audit.Events"]),
        ("/ed$", ["orders.placed", "payments.authorized"]),
        ("!/ed$/", ["Audit.Events"]),
    ],
)
def test_filter_finds(typed: str, found: list[str]) -> None:
    assert [name for name in NAMES if parse_filter(typed).matches(name)] == found


@pytest.mark.parametrize("typed", ["/(", "/[/", "/" + "a" * 300 + "/"])
def test_wrong_expression_says_why_and_matches_nothing(typed: str) -> None:
    matcher = parse_filter(typed)
    assert matcher.problem
    assert not matcher.matches("anything")


def test_no_expression_takes_longer_than_its_name_is_long() -> None:
    """An engine that goes back over what it has matched would need years for this one."""
    assert not parse_filter("/(a+)+$/").matches("a" * 200 + "!")


def test_letters_of_every_script_are_matched_whatever_their_case() -> None:
    assert parse_filter("/^zahlung.ü$/").matches("Zahlung-Ü")
    assert not parse_filter("/^.$/").matches("\ud800x")
