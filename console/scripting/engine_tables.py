"""The tables of a broker of ours: what clients ask of it, and who they are."""

from collections.abc import Callable, Iterable

from console.model.distribution import Distribution
from console.model.engine import ClientSoftware, EngineState, RequestKind
from console.model.section import Refused, Section
from console.sampling.engine_section import METRICS_LINE, NOT_OURS, NOT_TOLD
from console.sampling.needs import View
from console.scripting.fields import latency, number, size, text
from console.scripting.parts import PartT, mapped
from console.scripting.table import Named, OfSnapshot, Table

_ONLY_OURS = (
    "Only a kconsole broker tells this, at the address that `metrics` has in `[clusters.NAME]`, or "
    "`metrics.listen` for the broker that is served here."
)


_ADVICE = {
    NOT_OURS: 'if it is, set metrics = "HOST:PORT" in [clusters.NAME] of your configuration',
    NOT_TOLD: f"set {METRICS_LINE} under [engine] of its configuration and start it again",
}


def _inside(
    engine: Section[EngineState], get: Callable[[EngineState], Iterable[PartT]]
) -> Section[tuple[PartT, ...]]:
    """A part of what a broker of ours tells; where none does, what to do about that."""
    if isinstance(engine, Refused) and engine.reason in _ADVICE:
        return Refused(f"{engine.reason}; {_ADVICE[engine.reason]}")
    return mapped(engine, get)


def _quantile_s(times: Distribution | None, share: float) -> float | None:
    """A quantile; null without requests and where it lies beyond what is measured."""
    found = None if times is None else times.quantile(share)
    return None if found is None or found.is_beyond else found.value


REQUESTS: Table[RequestKind] = Table(
    "requests",
    "Requests that clients make, by API and version: how many, how large, how fast, with errors.",
    Named("API"),
    OfSnapshot(
        lambda snapshot, _: _inside(snapshot.engine, lambda state: state.requests),
        frozenset({View.ENGINE}),
    ),
    (
        text("api", lambda kind: kind.api),
        text("version", lambda kind: kind.version),
        number("requests", lambda kind: kind.requests),
        number("requests_per_s", lambda kind: kind.requests_per_s),
        number("errors", lambda kind: kind.error_count),
        number("errors_per_s", lambda kind: kind.errors_per_s),
        number("in_flight", lambda kind: kind.in_flight),
        size("received", lambda kind: kind.bytes_in),
        size("sent", lambda kind: kind.bytes_out),
        latency("p50_s", lambda kind: _quantile_s(kind.ever, 0.5)),
        latency("p99_s", lambda kind: _quantile_s(kind.ever, 0.99)),
    ),
    lambda kind: kind.api,
    more="Counts and times are those since the broker's start. " + _ONLY_OURS,
    over_time=("requests_per_s", "errors_per_s"),
    in_report=False,
)
CONNECTIONS: Table[ClientSoftware] = Table(
    "connections",
    "Open connections of a kconsole broker by client software and version, with their requests.",
    Named("CLIENT"),
    OfSnapshot(
        lambda snapshot, _: _inside(snapshot.engine, lambda state: state.clients),
        frozenset({View.ENGINE}),
    ),
    (
        text("client", lambda client: client.name),
        text("version", lambda client: client.version),
        number("connections", lambda client: client.connections),
        number("requests", lambda client: client.requests),
        number("requests_per_s", lambda client: client.requests_per_s),
    ),
    lambda client: client.name,
    more="`unknown` has not said what it is, as clients from before Kafka 2.4. " + _ONLY_OURS,
    over_time=("requests_per_s",),
    in_report=False,
)
