"""The rows of a comparison: what differs, what is the topic's own, what is not told."""

from dataclasses import replace

from console.model.config_rule import ConfigRule
from console.model.topic import ConfigEntry
from console.panels.config_diff import DIFFERS, are_different, diff_row, value_cell
from console.widgets.palette import Role

KEPT = ConfigEntry(
    "retention.ms", "604800000", "default", True, False, False, "", ConfigRule("long")
)
OWN = replace(KEPT, value="86400000", source="topic", is_default=False)


def test_other_values_differ_and_are_marked() -> None:
    assert diff_row("retention.ms", KEPT, OWN).cells[1].text == DIFFERS
    assert diff_row("retention.ms", KEPT, KEPT).cells[1].text == " "


def test_the_same_value_set_by_another_hand_is_no_difference() -> None:
    assert not are_different(KEPT, replace(KEPT, source="topic"))


def test_a_key_that_only_one_has_differs() -> None:
    row = diff_row("retention.ms", KEPT, None)
    assert row.cells[1].text == DIFFERS
    assert row.cells[3].text == "not told"


def test_a_default_says_so_in_words() -> None:
    assert value_cell(KEPT).unit == " default"
    assert value_cell(OWN).unit == ""
    assert value_cell(OWN).role is Role.PRIMARY
    assert value_cell(OWN).text == "86400000 (1d)"


def test_hidden_and_hostile_values_are_safe() -> None:
    assert value_cell(replace(OWN, is_sensitive=True, value=None)).text == "hidden"
    assert "\x1b" not in value_cell(replace(OWN, value="\x1b[2J", rule=ConfigRule())).text
