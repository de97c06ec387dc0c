"""The state of a connection, told by how requests go."""

import pytest

from console.adapters.link import Link
from console.model.cluster import ConnectionState
from console.port.errors import ClusterError, NotLetIn, TimedOut, Unreachable
from tests.support.clock import FakeClock

CONNECTING, CONNECTED, LOST, BARRED = (
    ConnectionState.CONNECTING,
    ConnectionState.CONNECTED,
    ConnectionState.LOST,
    ConnectionState.BARRED,
)

ADVICE = "start one"


def linked(*events: str) -> tuple[Link, FakeClock]:
    """A link after events: `+` is an answer, anything else the reason of a failure; `!` before it
    means that we are not let in."""
    clock = FakeClock()
    link = Link("kafka:9092", clock)
    for event in events:
        clock.advance(1)
        if event == "+":
            link.answered()
        else:
            kind = NotLetIn if event.startswith("!") else Unreachable
            link.failed(kind(event.removeprefix("!")))
    return link, clock


@pytest.mark.parametrize(
    ("events", "state", "detail", "since_s"),
    [
        ([], CONNECTING, "connecting", 0),
        (["refused"], CONNECTING, "refused", 0),
        (["+"], CONNECTED, "", 1),
        (["+", "+"], CONNECTED, "", 1),
        (["+", "refused"], LOST, "refused", 2),
        (["+", "refused", "no route"], LOST, "no route", 2),
        (["+", "refused", "+"], CONNECTED, "", 3),
        (["!no password"], BARRED, "no password", 1),
        (["!no password", "!no file"], BARRED, "no file", 1),
        (["!no password", "+"], CONNECTED, "", 2),
        (["!no password", "refused"], CONNECTING, "refused", 2),
        (["+", "!no password"], BARRED, "no password", 2),
        (["+", "refused", "!no password"], BARRED, "no password", 3),
        (["+", "!no password", "refused"], LOST, "refused", 3),
    ],
)
def test_each_cell_of_the_state_table(
    events: list[str], state: ConnectionState, detail: str, since_s: int
) -> None:
    link, clock = linked(*events)
    assert (link.connection.state, link.connection.detail) == (state, detail)
    passed_s = (clock.wall_ms() - link.connection.since_ms) / 1000
    assert len(events) - passed_s == since_s


def test_it_is_lost_from_the_first_failure_to_the_next_answer() -> None:
    assert not linked()[0].lost.is_set()
    assert linked("refused")[0].lost.is_set()
    assert linked("+", "refused")[0].lost.is_set()
    assert not linked("refused", "+")[0].lost.is_set()


def test_it_remembers_whether_anybody_ever_answered() -> None:
    assert not linked("refused", "refused")[0].was_answered
    assert linked("+", "refused")[0].was_answered


def test_a_notice_changes_no_state() -> None:
    link, _ = linked("+")
    link.notice("serving on another port")
    assert link.connection.state is CONNECTED
    assert link.connection.notice == "serving on another port"
    link.failed(Unreachable("refused"))
    assert link.connection.notice == "serving on another port"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Unreachable("nobody listens"), "nobody listens; start one"),
        (Unreachable("the connection was lost", was_sent=True), "the connection was lost"),
        (NotLetIn("the password is wrong"), "the password is wrong"),
        (TimedOut("no answer"), "no answer"),
    ],
)
def test_what_to_do_is_said_where_nobody_is(error: ClusterError, told: str) -> None:
    link = Link("127.0.0.1:9092", FakeClock(), advice=ADVICE)
    advised = link.advised(error)
    assert advised.reason == told
    assert isinstance(advised, type(error))


def test_a_cluster_that_has_answered_is_not_to_be_started() -> None:
    link = Link("127.0.0.1:9092", FakeClock(), advice=ADVICE)
    link.answered()
    assert link.advised(Unreachable("nobody listens")).reason == "nobody listens"
