"""A broker that has stopped, and that of one's own which can be started in its place."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.model.cluster import Connection, ConnectionState
from console.model.snapshot import Snapshot
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import LOCAL
from tests.support.sample_snapshots import busy, stale
from tests.support.stage import lines_of, shown

SIZE = (120, 40)


def stopped() -> Snapshot:
    """The broker of another process, to which this console was attached, has stopped."""
    connection = Connection(ConnectionState.STOPPED, "127.0.0.1:9092", True, "the broker stopped")
    return replace(stale(), connection=connection)


@pytest.mark.parametrize("keys", [["O"], [*":start-broker", "enter"]], ids=["key", "command"])
@pytest.mark.parametrize(("answer", "started"), [("y", 1), ("n", 0)])
async def test_a_broker_is_started_once_that_is_agreed_to(
    keys: list[str], answer: str, started: int
) -> None:
    app = console(stopped(), saved=LOCAL)
    async with app.run_test(size=SIZE):
        assert "O Start broker" in lines_of(app)[-1]
        await press(app, *keys)
        assert "127.0.0.1:9092 has stopped" in shown(app)
        await press(app, answer)
        assert app.chosen is not None
        assert app.chosen.started == started


@pytest.mark.parametrize("make", [busy, stale])
async def test_no_broker_is_started_beside_one_that_may_serve(make: Callable[[], Snapshot]) -> None:
    app = console(make(), saved=LOCAL)
    async with app.run_test(size=SIZE):
        await at_rest(app)
        before = lines_of(app)
        assert "Start broker" not in before[-1]
        await press(app, "O")
        assert lines_of(app) == before
