"""How far a person is: every way from stage to stage, and what makes a step go on."""

from dataclasses import replace

import pytest

from console.model.cluster import Connection, ConnectionState
from console.screens.visits import Place
from console.tour.course import Course, Stage
from console.tour.goals import ByKey, Reached
from console.tour.sight import Sight
from console.tour.step import Step, Tour
from tests.support.sample_demo import demo_snapshot

STEPS = (
    Step("read", "Read", "text", "", ByKey()),
    Step("go", "Go", "text", "task", Reached(view="topics")),
    Step("come", "Come", "text", "task", Reached(view="overview")),
)
TOUR = Tour(STEPS, "offer", (), "no topic", "no flow", "no reader", "no lag", "no dialog")


def at(view: str, *, is_home: bool = True, is_connected: bool = True) -> Sight:
    snapshot = demo_snapshot()
    if not is_connected:
        lost = Connection(ConnectionState.LOST, "127.0.0.1:9092")
        snapshot = replace(snapshot, connection=lost)
    return Sight(Place(view), (), snapshot, (), is_home=is_home)


def begun(number: int = 0) -> Course:
    course = Course(TOUR)
    course.begin_at(STEPS[number].id)
    return course


def where(course: Course) -> tuple[Stage, int]:
    return course.stage, course.number


def test_nothing_happens_on_a_tour_that_is_only_offered() -> None:
    course = Course(TOUR)
    course.turn(1)
    course.see(at("topics"))
    assert where(course) == (Stage.OFFERED, 0)


def test_it_is_begun_left_and_gone_on_with_where_it_was() -> None:
    course = Course(TOUR)
    course.begin()
    course.turn(1)
    course.leave()
    course.turn(1)
    course.see(at("overview"))
    course.see(at("topics"))
    assert where(course) == (Stage.LEFT, 1)
    course.begin()
    assert where(course) == (Stage.UNDER_WAY, 1)
    course.begin()
    assert where(course) == (Stage.UNDER_WAY, 1)


def test_it_is_gone_on_with_in_another_run() -> None:
    course = Course(TOUR, "go")
    assert where(course) == (Stage.OFFERED, 1)
    course.begin()
    assert where(course) == (Stage.UNDER_WAY, 1)


def test_what_is_kept_is_the_step_unless_it_is_not_begun_or_over() -> None:
    course = Course(TOUR)
    assert course.to_keep == ""
    course.begin()
    assert course.to_keep == "read"
    course.leave()
    assert course.to_keep == "read"
    course.begin_at("come")
    course.turn(1)
    assert course.to_keep == ""
    assert Course(TOUR, "go").to_keep == "go"


def test_an_offer_is_declined() -> None:
    course = Course(TOUR)
    course.leave()
    assert where(course) == (Stage.LEFT, 0)


def test_there_is_nothing_before_the_first_step_and_the_end_after_the_last() -> None:
    course = begun(1)
    course.turn(-1)
    course.turn(-1)
    assert where(course) == (Stage.UNDER_WAY, 0)
    course.turn(2)
    assert where(course) == (Stage.UNDER_WAY, 2)
    course.turn(1)
    assert where(course) == (Stage.OVER, 2)
    course.leave()
    assert course.stage is Stage.OVER
    course.begin()
    assert where(course) == (Stage.UNDER_WAY, 0)


def test_a_step_that_there_is_not_cannot_be_begun_at() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Course(TOUR).begin_at("nowhere")


def test_a_goal_that_is_seen_unmet_and_then_met_goes_on() -> None:
    course = begun(1)
    course.see(at("overview"))
    assert where(course) == (Stage.UNDER_WAY, 1)
    course.see(at("topics"))
    assert where(course) == (Stage.UNDER_WAY, 2)
    assert course.done == "Go"
    course.turn(-1)
    assert course.done == ""


def test_a_goal_that_is_met_already_lets_the_text_be_read() -> None:
    course = begun(1)
    course.see(at("topics"))
    course.see(at("topics"))
    assert where(course) == (Stage.UNDER_WAY, 1)
    assert course.is_already_met
    course.see(at("groups"))
    assert not course.is_already_met
    course.see(at("topics"))
    assert course.number == 2
    assert not course.is_already_met


def test_going_back_to_a_step_does_not_bounce() -> None:
    course = begun(1)
    course.see(at("overview"))
    course.see(at("topics"))
    course.turn(-1)
    course.see(at("topics"))
    assert course.number == 1


def test_the_last_goal_ends_the_tour() -> None:
    course = begun(2)
    course.see(at("topics"))
    course.see(at("overview"))
    assert course.stage is Stage.OVER


@pytest.mark.parametrize(
    "sight", [at("topics", is_home=False), at("topics", is_connected=False)], ids=["away", "lost"]
)
def test_nothing_is_judged_elsewhere_or_without_an_answer(sight: Sight) -> None:
    course = begun(1)
    course.see(at("overview"))
    course.see(sight)
    assert where(course) == (Stage.UNDER_WAY, 1)
