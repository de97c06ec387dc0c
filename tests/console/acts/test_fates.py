"""What became of published messages is told whole, in one line."""

from console.acts.fates import Fates, fates_of
from console.port.cluster import Published
from console.port.errors import Refused, TimedOut, Unreachable


def test_what_is_stored_has_no_failure() -> None:
    assert fates_of([Published(0, 1), Published(0, 2)]) == Fates(2)
    assert Fates(2).failure == ""


def test_what_may_be_stored_is_not_called_refused() -> None:
    lost = Unreachable("the connection was lost", was_sent=True)
    fates = fates_of([Published(0, 0), lost, TimedOut("no answer"), Refused("no right")])
    assert fates.failure == (
        "1 of 4 refused: no right; 2 of 4 perhaps stored: the connection was lost"
    )


def test_reasons_are_safe_to_show() -> None:
    assert "\x1b" not in fates_of([Refused("\x1b[31mred")]).failure


def test_fates_of_batches_add_up_and_keep_the_first_reason() -> None:
    first = Fates(1, 2, 3, "no right", "no answer")
    assert first + Fates(10, 20, 30, "other", "another") == Fates(
        11, 22, 33, "no right", "no answer"
    )
    assert Fates(5) + first == Fates(6, 2, 3, "no right", "no answer")
