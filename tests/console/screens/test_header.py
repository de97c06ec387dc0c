"""What the header says of a snapshot, and the line beneath it when something is wrong."""

from dataclasses import replace

import pytest

from console.keys.keymap import DEFAULT_KEYMAP
from console.model.cluster import Connection, ConnectionState
from console.model.section import Ready
from console.panels.times import Times
from console.port.clusters import SavedCluster
from console.screens.header import header_facts, trouble_of
from console.screens.routes import Frame
from console.settings import TimeStyle
from tests.support.console_stage import console
from tests.support.sample_clusters import LOCAL, PRODUCTION, STAGING
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import brokers, busy, cluster, hosted, loading, stale
from tests.support.stage import lines_of

FRAME = Frame((("topics", "Topics"),), "topics", DEFAULT_KEYMAP, Times(TimeStyle.UTC))


def test_every_broker_that_answers_is_counted() -> None:
    facts = header_facts(busy(), FRAME, "")
    assert (facts.sign, facts.brokers, facts.cluster) == ("●", "3/3 brokers", "prod-eu-west")
    assert (facts.view, facts.clock, facts.interval) == ("Topics", "22:24:31 UTC", "1s ⟳")


def test_one_that_is_gone_or_silent_is_missed() -> None:
    for changes in ({"is_online": False}, {"silence": "timed out"}):
        first, *rest = brokers()
        rows = (replace(first, **changes), *rest)  # type: ignore[arg-type]
        snapshot = replace(busy(), cluster=Ready(replace(cluster(), brokers=rows), NOW_MS))
        facts = header_facts(snapshot, FRAME, "")
        assert (facts.sign, facts.brokers) == ("■", "2/3 brokers")


def test_a_connection_that_is_lost_hides_the_count_of_brokers() -> None:
    facts = header_facts(stale(), FRAME, "")
    assert (facts.sign, facts.brokers) == ("■", "lost")
    assert header_facts(loading(), FRAME, "").brokers == "connecting"
    assert header_facts(None, FRAME, "").brokers == "connecting"


def test_what_keeps_us_out_is_an_error_that_names_the_cluster_once() -> None:
    barred = Connection(ConnectionState.BARRED, "kafka:9092", detail="sasl.password of far: gone")
    snapshot = replace(busy(), connection=barred)
    facts = header_facts(snapshot, FRAME, "")
    assert (facts.sign, facts.brokers) == ("■", "not let in")
    assert trouble_of(snapshot) == "sasl.password of far: gone"


def test_a_broker_of_ours_is_named_by_its_address() -> None:
    assert "127.0.0.1:9092" in header_facts(hosted(), FRAME, "").about
    assert "kafka-1.eu:9092" not in header_facts(busy(), FRAME, "").about


def test_a_cluster_with_a_name_is_placed_by_its_address_and_version() -> None:
    frame = replace(FRAME, address="kafka-1:9092 +2")
    assert header_facts(busy(), frame, "").about == ("kafka-1:9092 +2", "v4.1", "KRaft")
    assert header_facts(None, frame, "").about == ("kafka-1:9092 +2",)


@pytest.mark.parametrize(
    ("saved", "address"),
    [(PRODUCTION, "kafka-1.example:9093 +2"), (STAGING, "staging.example:9092"), (LOCAL, "")],
    ids=lambda each: getattr(each, "name", ""),
)
async def test_a_saved_cluster_is_told_where_it_is(saved: SavedCluster, address: str) -> None:
    """One of several addresses will do; of our own broker the connection tells where it serves."""
    app = console(busy(), saved=saved)
    async with app.run_test(size=(120, 40)):
        assert app.frame().address == address
        assert address in lines_of(app)[0]


async def test_what_was_named_by_its_address_is_not_told_it_twice() -> None:
    app = console(busy(), saved=SavedCluster("kafka-1:9092", "kafka-1:9092"))
    async with app.run_test(size=(120, 40)):
        assert app.frame().address == ""


def test_a_pause_is_said_in_the_place_of_the_interval() -> None:
    facts = header_facts(busy(), replace(FRAME, is_paused=True), "")
    assert (facts.interval, facts.is_paused) == ("paused", True)


def test_names_from_outside_are_cleaned() -> None:
    facts = header_facts(replace(busy(), cluster_name="a\x1b[2J"), FRAME, "or\x07ders")
    assert (facts.cluster, facts.detail) == ("a␛[2J", "or␇ders")


def test_trouble_says_what_and_when_it_is_tried_again() -> None:
    assert trouble_of(busy()) == ""
    assert trouble_of(stale()) == "kafka-1.eu:9092 refused the connection; next attempt in 8s"
    news = Connection(ConnectionState.CONNECTED, "kafka-1", notice="9092 is taken\x07")
    assert trouble_of(replace(busy(), connection=news)) == "9092 is taken␇"
    silent = Connection(ConnectionState.GAVE_UP, "kafka-1")
    assert trouble_of(replace(busy(), connection=silent)) == "kafka-1: gave up"
