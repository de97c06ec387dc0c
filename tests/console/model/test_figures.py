"""Figures: what is known, what is not, and what counts as a change."""

from console.model.figures import Known, Total, Unknown, greatest, map_figure, total, value_or


def test_the_same_value_read_later_is_no_change_and_another_is() -> None:
    assert Known(7, at_ms=1) == Known(7, at_ms=2)
    assert Known(7, at_ms=1) != Known(8, at_ms=1)
    assert Known(7, at_ms=1) != Unknown("not read")


def test_a_sum_says_how_many_parts_it_lacks() -> None:
    assert total([Known(3, 1), Unknown("down"), Known(4, 2)]) == Total(7, unknown=1)
    assert not total([Unknown("down")]).is_complete


def test_a_sum_of_which_nothing_is_known_is_no_zero() -> None:
    assert [Total(7, 1).known, Total(0).known, Total(0, 1).known] == [7, 0, None]


def test_the_greatest_of_nothing_known_is_unknown_with_a_reason() -> None:
    assert greatest([Known(3, 1), Unknown("down"), Known(9, 1)]) == Known(9, 1)
    assert greatest([Unknown("down")]) == Unknown("down")


def test_a_changed_figure_keeps_the_moment_of_its_reading() -> None:
    changed = map_figure(Known(3, 5), lambda value: value * 2)
    assert isinstance(changed, Known)
    assert (changed.value, changed.at_ms) == (6, 5)
    assert map_figure(Unknown("down"), lambda value: value) == Unknown("down")
    assert value_or(Unknown("down"), 0) == 0
