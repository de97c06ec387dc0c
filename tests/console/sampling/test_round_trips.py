"""How long brokers took to answer: the last minute of it."""

from console.model.cluster import RoundTrip
from console.model.figures import Known, Unknown
from console.model.partition import NOT_READ
from console.port.errors import TimedOut
from console.sampling.round_trips import WINDOW_MS, RoundTrips


def test_the_middle_and_the_worst_of_what_was_measured() -> None:
    trips = RoundTrips()
    for second, took_s in enumerate((0.003, 0.001, 0.050)):
        trips.observe(second * 1000, {1: took_s, 2: 0.004})
    assert trips.of(1) == Known(RoundTrip(0.003, 0.050), 2000)
    assert trips.of(2) == Known(RoundTrip(0.004, 0.004), 2000)
    assert trips.of(3) == NOT_READ


def test_what_is_older_than_a_minute_is_forgotten() -> None:
    trips = RoundTrips()
    trips.observe(0, {1: 9.0})
    trips.observe(WINDOW_MS - 1, {1: 0.001})
    assert trips.of(1) == Known(RoundTrip(9.0, 9.0), WINDOW_MS - 1)
    trips.observe(WINDOW_MS, {1: 0.001})
    assert trips.of(1) == Known(RoundTrip(0.001, 0.001), WINDOW_MS)


def test_a_broker_that_does_not_answer_has_no_figure_until_it_does() -> None:
    trips = RoundTrips()
    trips.observe(0, {1: 0.002})
    trips.observe(1000, {1: TimedOut("timed out after 15 s")})
    assert trips.of(1) == Unknown("timed out after 15 s")
    trips.observe(2000, {1: 0.002})
    assert trips.of(1) == Known(RoundTrip(0.002, 0.002), 2000)


def test_a_broker_that_is_gone_is_forgotten() -> None:
    trips = RoundTrips()
    trips.observe(0, {1: 0.002})
    trips.observe(1000, {2: 0.002})
    assert trips.of(1) == NOT_READ


def test_what_was_measured_later_than_now_is_forgotten() -> None:
    trips = RoundTrips()
    trips.observe(500_000, {1: 9.0})
    trips.observe(1000, {1: 0.002})
    assert trips.of(1) == Known(RoundTrip(0.002, 0.002), 1000)
