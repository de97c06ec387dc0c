"""The metrics of an engine of ours, read over HTTP and from the Prometheus text format."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters import engine_metrics
from console.adapters.engine_metrics import MetricsSource, parse, scrape
from console.model.figures import Known
from console.port.errors import ClusterError, NotSupported, TimedOut, Unreachable
from console.port.readings import MetricSample
from console.sampling.engine_readings import EngineReadings
from console.sampling.scrape import Scrape
from console.sampling.vitals import MACHINE_MEMORY, Vitals
from engine.metrics import catalogue
from engine.metrics.exposition import expose
from engine.metrics.registry import Registry
from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from engine.protocol.messages.produce import ProduceResponse
from tests.support.running_engine import (
    batch,
    connect,
    create_topic,
    produce,
    produce_request,
    running_engine,
)

FINE = b"HTTP/1.1 200 OK\r\n\r\n"


@asynccontextmanager
async def answering(answer: bytes, *, hangs: bool = False) -> AsyncIterator[str]:
    """A server that sends these bytes to whoever asks; its address."""
    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if hangs:
            await reader.read()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    await asyncio.gather(*served)


def test_samples_with_and_without_labels() -> None:
    text = '# HELP a b\n# TYPE a counter\na 1\n\nb{api="Fetch",le="+Inf"} 2.5e3\n'
    assert parse(text) == (
        MetricSample("a", {}, 1.0),
        MetricSample("b", {"api": "Fetch", "le": "+Inf"}, 2500.0),
    )


@pytest.mark.parametrize("character", ["\x0b", "\x1c", "\x85", "\u2028", "\r"])
def test_what_ends_a_line_elsewhere_ends_none_in_a_label(character: str) -> None:
    assert parse(f'm{{b="x{character}y"}} 1\n')[0].labels == {"b": f"x{character}y"}


_SPECIAL = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(), max_size=4))
def test_label_values_survive_their_escapes(labels: dict[str, str]) -> None:
    """Clients name themselves: no character of theirs may break a line of the format."""
    escaped = {k: "".join(_SPECIAL.get(c, c) for c in v) for k, v in labels.items()}
    inside = ",".join(f'{name}="{value}"' for name, value in escaped.items())
    line = f"m{{{inside}}} 4" if labels else "m 4"
    assert parse(line) == (MetricSample("m", labels, 4.0),)


@pytest.mark.parametrize("line", ["a", "a x", 'a{b="c} 1', "a{b=c} 1", 'a{b="c"} x', 'a{b="c"'])
def test_a_line_that_is_none_is_an_error_of_the_port(line: str) -> None:
    with pytest.raises(ClusterError, match="cannot be read"):
        parse(line)


def test_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_metrics, "SAMPLES_MAX", 3)
    assert len(parse("a 1\n" * 3)) == 3
    with pytest.raises(ClusterError, match="too many"):
        parse("a 1\n" * 4)


async def test_a_running_engine_tells_what_vitals_are_made_of(tmp_path: Path) -> None:
    async with running_engine(tmp_path, metrics_listen="127.0.0.1:0") as engine:
        source = MetricsSource(lambda: str(engine.metrics_address), lambda: 1 << 34)
        assert source.is_there
        async with connect(engine) as client:
            await client.call(ApiVersionsRequest("some-client", "1"), ApiVersionsResponse, 3)
            first, second = await source.samples(), await source.samples()
    vitals = Vitals()
    vitals.observe(1000, Scrape(first))
    vitals.observe(2000, Scrape(second))
    assert vitals.latest is not None
    assert vitals.machine_bytes == 1 << 34
    for name in ("cpu_ratio", "memory_bytes", "connections", "requests_per_s", "started_ms"):
        assert hasattr(getattr(vitals.latest, name), "value"), name


async def test_a_running_engine_tells_its_inside(tmp_path: Path) -> None:
    """What a client did is found again in the picture: requests, errors, flushes, software."""
    readings = EngineReadings()
    async with running_engine(tmp_path, metrics_listen="127.0.0.1:0") as engine:
        source = MetricsSource(lambda: str(engine.metrics_address))
        async with connect(engine) as client:
            told = ApiVersionsRequest("some-client", "1.2.3")
            await client.call(told, ApiVersionsResponse, 3)
            readings.observe(1000, Scrape(await source.samples()))
            await create_topic(client, "orders")
            await produce(client, "orders", batch(b"a"))
            await client.call(produce_request("missing", batch(b"a")), ProduceResponse, 12)
            readings.observe(2000, Scrape(await source.samples()))
            state = readings.state
    assert state is not None
    produced = state.request("Produce 12")
    assert produced is not None
    assert (produced.requests, produced.in_flight) == (2, 0)
    assert produced.errors == (("UNKNOWN_TOPIC_OR_PARTITION", 1),)
    assert produced.latency is not None
    assert produced.local is not None
    assert produced.latency.count == produced.local.count == 2
    assert produced.latency.total >= produced.local.total > 0
    assert [each.software for each in produced.callers] == ["some-client"]
    assert (state.clients[0].name, state.clients[0].version) == ("some-client", "1.2.3")
    assert state.clients[0].connections == 1
    assert state.flushing.last is not None
    assert state.flushing.last.count >= 1
    waiting = state.waiting
    for figure in (waiting.in_flight, waiting.for_records, waiting.for_disk, waiting.unsent_bytes):
        assert figure == Known(0, 2000)


async def test_a_cluster_without_metrics_says_so() -> None:
    nowhere = MetricsSource(lambda: "")
    assert not nowhere.is_there
    with pytest.raises(NotSupported):
        await nowhere.samples()


async def test_the_size_of_the_machine_comes_with_the_samples() -> None:
    async with answering(FINE + b"a 1\n") as address:
        samples = await MetricsSource(lambda: address, lambda: 42).samples()
    assert samples == (MetricSample("a", {}, 1.0), MetricSample(MACHINE_MEMORY, {}, 42.0))


async def test_an_engine_elsewhere_has_metrics_and_neither_memory_nor_files_of_ours() -> None:
    async with answering(FINE + b"a 1\n") as address:
        elsewhere = MetricsSource(lambda: address)
        assert elsewhere.is_there
        assert not elsewhere.is_here
        assert await elsewhere.samples() == (MetricSample("a", {}, 1.0),)
    assert MetricsSource(lambda: "h:1", lambda: 42).is_here


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 404 Not Found\r\n\r\n", b"SSH-2.0\r\n\r\n"])
async def test_who_is_no_engine_of_ours_is_said_to_be_none(answer: bytes) -> None:
    async with answering(answer) as address:
        with pytest.raises(Unreachable, match="not an answer of ours"):
            await scrape(address)


async def test_nobody_at_the_address_is_unreachable() -> None:
    async with answering(b"") as address:
        pass
    with pytest.raises(Unreachable, match="cannot be read"):
        await scrape(address)


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_metrics, "ANSWER_BYTES_MAX", 1000)
    async with answering(FINE + b"a 1\n" * 1000) as address:
        with pytest.raises(Unreachable, match="too long"):
            await scrape(address)


async def test_an_answer_that_does_not_come_is_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_metrics, "TIMEOUT_S", 0.01)
    async with answering(FINE, hangs=True) as address:
        with pytest.raises(TimedOut):
            await scrape(address)


@given(st.text(), st.lists(st.floats(0, 20), min_size=1, max_size=20))
def test_the_writer_and_the_reader_of_the_format_agree(software: str, seconds: list[float]) -> None:
    registry = Registry()
    registry.watch(catalogue.CONNECTIONS, lambda: [((software, "1"), 3.0)])
    histogram = registry.histogram(catalogue.REQUEST_SECONDS, "Fetch", "17")
    for each in seconds:
        histogram.observe(each)
    samples = {(each.name, *each.labels.values()): each.value for each in parse(expose(registry))}
    assert samples["kconsole_connections", software, "1"] == 3.0
    assert samples["kconsole_request_seconds_count", "Fetch", "17"] == len(seconds)
    assert samples["kconsole_request_seconds_bucket", "Fetch", "17", "+Inf"] == len(seconds)
    assert samples["kconsole_request_seconds_sum", "Fetch", "17"] == pytest.approx(sum(seconds))


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "1e999"])
def test_a_value_that_is_no_figure_is_refused(value: str) -> None:
    """Rounding one would end the console."""
    for line in (f"kconsole_requests_total {value}\n", f'a_total{{b="c"}} {value}\n'):
        with pytest.raises(ClusterError):
            parse(line)


def test_the_bound_of_a_bucket_is_a_number() -> None:
    assert len(parse('a_bucket{le="+Inf"} 1\na_bucket{le="0.5"} 1\n')) == 2
    with pytest.raises(ClusterError):
        parse('a_bucket{le="x"} 1\n')
