"""Where the person has been: back, forward, and the view before."""

from console.screens.visits import VISITS_MAX, Place, Visits

TOPICS, ORDERS, GROUPS = Place("topics"), Place("topics", "topic", "orders"), Place("groups")


def been(*places: Place) -> Visits:
    visits = Visits()
    for place in places:
        visits.visit(place)
    return visits


def test_back_and_forward_go_through_the_places_in_order() -> None:
    visits = been(TOPICS, ORDERS, GROUPS)
    assert [visits.step(-1), visits.step(-1), visits.step(1)] == [ORDERS, TOPICS, ORDERS]


def test_there_is_nothing_before_the_first_and_behind_the_last() -> None:
    assert Visits().step(-1) is None
    visits = been(TOPICS)
    assert visits.step(-1) is None
    assert visits.step(1) is None


def test_going_somewhere_from_the_middle_forgets_what_was_ahead() -> None:
    visits = been(TOPICS, ORDERS)
    visits.step(-1)
    visits.visit(GROUPS)
    assert visits.step(1) is None
    assert visits.step(-1) == TOPICS


def test_being_where_one_is_already_is_no_visit() -> None:
    visits = been(TOPICS, ORDERS, ORDERS)
    assert visits.step(-1) == TOPICS


def test_the_last_view_is_another_one_than_the_present() -> None:
    assert been(TOPICS, GROUPS, Place("groups", "group", "billing")).last_view() == "topics"
    assert been(TOPICS, ORDERS).last_view() is None
    assert Visits().last_view() is None


def test_the_history_is_bounded() -> None:
    visits = been(*(Place("topics", "topic", str(number)) for number in range(VISITS_MAX + 9)))
    steps = 0
    while visits.step(-1) is not None:
        steps += 1
    assert steps == VISITS_MAX - 1
