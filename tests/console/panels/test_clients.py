"""Who is connected, and who makes one kind of request."""

from dataclasses import replace

from console.model.engine import ClientSoftware
from console.panels.clients import CallersPanel, ClientsPanel, client_row
from tests.support.hand import at_rest
from tests.support.sample_engine import ENGINE_FACES, busy_engine, produce, with_engine
from tests.support.stage import Stage, lines_of, shown


def test_a_kind_of_client_whose_requests_are_not_told_apart_has_no_rate() -> None:
    cells = client_row(ClientSoftware("other", "other", 3)).cells
    assert [cell.text for cell in cells] == ["other", "other", "3", "–"]


async def test_most_connections_are_first() -> None:
    panel = ClientsPanel()
    app = Stage(panel)
    async with app.run_test(size=(56, 9)):
        panel.show(busy_engine())
        await at_rest(app)
        lines = lines_of(app)
        assert lines[2].split()[:4] == ["│▌apache-kafka-java", "4.1.0", "8", "540"]
        assert "4 clients" in lines[-1]


async def test_nobody_is_said_to_be_connected_when_that_is_known() -> None:
    panel = ClientsPanel()
    app = Stage(panel)
    async with app.run_test(size=(56, 9)):
        panel.show(with_engine(ENGINE_FACES["loading"]))
        await at_rest(app)
        assert "Reading connections" in shown(app)
        panel.show(with_engine(ENGINE_FACES["empty"]))
        await at_rest(app)
        assert "Nobody is connected" in shown(app)


async def test_callers_are_busiest_first_or_said_to_be_unknown() -> None:
    panel = CallersPanel()
    app = Stage(panel)
    async with app.run_test(size=(60, 9)):
        panel.show(produce())
        await at_rest(app)
        assert lines_of(app)[2].split()[:4] == ["│▌apache-kafka-java", "4.1.0", "310", "900K"]
        panel.show(replace(produce(), callers=()))
        await at_rest(app)
        assert "does not tell these clients apart" in shown(app)
