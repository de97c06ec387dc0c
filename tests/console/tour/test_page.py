"""What the panel says at each stage."""

from console.demo.tour import TOUR
from console.keys.keymap import DEFAULT_KEYMAP
from console.screens.visits import Place
from console.tour.course import Course
from console.tour.page import Page, Tone, page_of
from console.tour.sight import Sight
from tests.support.sample_demo import demo_snapshot

VIEWS = ("overview", "topics", "groups", "retention", "brokers", "journal", "demo")


def page(course: Course, sight: Sight | None = None) -> Page | None:
    now = sight or Sight(Place("overview"), (), demo_snapshot())
    return page_of(course, now, DEFAULT_KEYMAP, VIEWS)


def shown(course: Course, sight: Sight | None = None) -> Page:
    found = page(course, sight)
    assert found is not None
    return found


def words(page: Page, tone: Tone) -> str:
    return " ".join(
        "".join(piece.text for piece in each.pieces)
        for each in page.paragraphs
        if each.tone is tone
    )


def test_an_offer_says_how_to_take_it_and_how_not_to() -> None:
    offer = shown(Course(TOUR))
    assert offer.keys == (("f2", "begins"), ("f4", "no, thanks"))
    assert words(offer, Tone.TEXT).startswith("f2 begins a tour")


def test_an_offer_to_go_on_says_where() -> None:
    offer = shown(Course(TOUR, "groups"))
    assert offer.keys[0] == ("f2", "goes on")
    said = words(offer, Tone.TEXT)
    assert said == "f2 goes on with the tour at step 9, Groups. :tour start begins it anew."


def test_nothing_is_said_of_a_tour_that_is_left_or_over() -> None:
    course = Course(TOUR)
    course.leave()
    assert page(course) is None
    course.begin_at("end")
    course.turn(1)
    assert page(course) is None


def test_a_step_says_what_to_know_and_what_to_do() -> None:
    course = Course(TOUR)
    course.begin_at("topics")
    first = shown(course)
    assert first.title == f"Tour 2/{len(TOUR.steps)} · Topics"
    assert words(first, Tone.TASK) == "Press 2 for the list of topics."
    assert first.keys == ((">", "next"), ("<", "back"), ("f4", "leave"))


def test_a_step_that_is_read_only_goes_on_by_key() -> None:
    course = Course(TOUR)
    course.begin()
    first = shown(course)
    assert words(first, Tone.TASK).endswith("Press > to go on.")
    assert first.keys == ((">", "next"), ("f4", "leave"))
    course.begin_at("end")
    last = shown(course)
    assert words(last, Tone.TASK) == "Press > to end the tour."
    assert last.keys[0] == (">", "end")


def test_who_is_elsewhere_is_told_the_way() -> None:
    course = Course(TOUR)
    course.begin_at("stop")
    assert shown(course).keys[0] == ("f2", "to its place")


def test_a_hindrance_and_what_is_done_already_stand_where_the_task_stood() -> None:
    course = Course(TOUR)
    course.begin_at("stop")
    hindered = shown(course, Sight(Place("demo"), (), demo_snapshot(rate=0.0)))
    assert words(hindered, Tone.HINDRANCE)
    assert not words(hindered, Tone.TASK)
    already = Sight(Place("demo"), (), demo_snapshot(lags={"warehouse": 9_000}))
    course.see(already)
    assert words(shown(course, already), Tone.DONE) == "That is so already: press > to go on."


def test_the_step_that_was_just_done_is_named() -> None:
    course = Course(TOUR)
    course.begin_at("topics")
    course.see(Sight(Place("overview"), (), demo_snapshot()))
    course.see(Sight(Place("topics"), (), demo_snapshot()))
    assert shown(course).done == "Topics"
