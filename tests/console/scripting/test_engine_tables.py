"""`kconsole get requests` and `connections`: what a broker of ours tells of its clients."""

from dataclasses import replace

import pytest

from console.port.errors import ClusterError
from console.port.readings import MetricSample
from console.port.source import Source
from console.sampling.engine_section import NOT_OURS, NOT_TOLD
from console.scripting.engine_tables import CONNECTIONS, REQUESTS
from console.scripting.fields import Json, RowT
from console.scripting.reading import TableReader
from console.scripting.table import Place, Table
from engine.config.load import Document
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

FETCH = {"api": "Fetch", "version": "17"}
KIND = {"software": "librdkafka", "software_version": "2.12.1"}


def exposed(requests: int) -> tuple[MetricSample, ...]:
    """What a broker tells after so many fetches of 2 ms."""

    def bucket(le: str, count: int) -> MetricSample:
        return MetricSample("kconsole_request_seconds_bucket", {**FETCH, "le": le}, count)

    return (
        MetricSample("kconsole_requests_total", FETCH, requests),
        MetricSample("kconsole_request_errors_total", {**FETCH, "error": "X"}, 2),
        MetricSample("kconsole_client_requests_total", {**FETCH, **KIND}, requests),
        MetricSample("kconsole_connections", {"software": "librdkafka", "version": "2.12.1"}, 3),
        bucket("0.001", 0),
        bucket("0.003", requests),
        bucket("+Inf", requests),
    )


def values(table: Table[RowT], rows: tuple[RowT, ...]) -> list[dict[str, Json]]:
    return [{field.name: field.value(row) for field in table.fields} for row in rows]


def arranged() -> tuple[FakeCluster, Place]:
    clock = FakeClock()
    cluster = FakeCluster(clock)
    cluster.offered = replace(cluster.offered, tells_vitals=True)
    cluster.metric_samples = exposed(100)
    return cluster, Place(cluster, Source(cluster, cluster, clock), Document())


async def test_one_reading_tells_counts_and_times_since_the_start() -> None:
    _, place = arranged()
    reading = await TableReader(place, REQUESTS).read()
    (row,) = values(REQUESTS, reading.rows)
    assert (row["api"], row["version"], row["requests"], row["errors"]) == ("Fetch", "17", 100, 2)
    assert row["requests_per_s"] is None
    assert row["p50_s"] == 0.002
    shown = {field.name: field.text(reading.rows[0]) for field in REQUESTS.fields}
    assert (shown["p50_s"], shown["requests_per_s"]) == ("2.0 ms", "–")
    (client,) = values(CONNECTIONS, (await TableReader(place, CONNECTIONS).read()).rows)
    assert client == {
        "client": "librdkafka",
        "version": "2.12.1",
        "connections": 3,
        "requests": 100,
        "requests_per_s": None,
    }


async def test_rates_come_with_the_second_reading() -> None:
    cluster, place = arranged()
    requests, connections = TableReader(place, REQUESTS), TableReader(place, CONNECTIONS)
    await requests.read()
    await connections.read()
    cluster.metric_samples = exposed(140)
    place.clock.advance(2)  # type: ignore[attr-defined]
    (row,) = values(REQUESTS, (await requests.read()).rows)
    (client,) = values(CONNECTIONS, (await connections.read()).rows)
    assert row["requests_per_s"] == client["requests_per_s"] == 20.0


async def test_another_cluster_is_refused_with_the_reason() -> None:
    cluster, place = arranged()
    cluster.offered = replace(cluster.offered, tells_vitals=False)
    for table in (REQUESTS, CONNECTIONS):
        with pytest.raises(ClusterError, match=NOT_OURS) as refused:
            await TableReader(place, table).read()
        assert 'metrics = "HOST:PORT" in [clusters.NAME]' in refused.value.reason


async def test_a_broker_of_ours_without_metrics_says_which_line_it_needs() -> None:
    cluster, place = arranged()
    cluster.offered = replace(cluster.offered, tells_vitals=False, is_engine=True)
    with pytest.raises(ClusterError, match=NOT_TOLD) as refused:
        await TableReader(place, REQUESTS).read()
    assert 'metrics.listen = "127.0.0.1:9404" under [engine]' in refused.value.reason
