"""The table of `console.model.section`, cell by cell."""

from console.model.section import (
    LOADING,
    Loading,
    Ready,
    Refused,
    Stale,
    after_failure,
    content,
    map_section,
)


def test_a_failure_while_loading_says_why() -> None:
    assert after_failure(LOADING, "no answer", 9) == Loading("no answer")


def test_a_failure_keeps_the_last_good_value_with_its_age() -> None:
    assert after_failure(Ready(7, 5), "no answer", 9) == Stale(7, 5, "no answer", 9)


def test_a_second_failure_keeps_when_the_first_was() -> None:
    stale = Stale(7, 5, "no answer", 9)
    assert after_failure(stale, "reset", 20) == Stale(7, 5, "reset", 9)


def test_a_refusal_stays_until_a_read_succeeds() -> None:
    assert after_failure(Refused("no right"), "no answer", 9) == Refused("no right")


def test_content_is_there_fresh_or_stale() -> None:
    assert content(Ready(7, 5)) == 7
    assert content(Stale(7, 5, "", 9)) == 7
    assert content(LOADING) is None
    assert content(Refused("")) is None


def test_a_changed_value_keeps_its_face_and_a_face_without_one_stays() -> None:
    assert map_section(Ready(7, 5), str) == Ready("7", 5)
    assert map_section(Stale(7, 5, "no answer", 9), str) == Stale("7", 5, "no answer", 9)
    for section in (LOADING, Loading("no answer"), Refused("no right")):
        assert map_section(section, str) is section
