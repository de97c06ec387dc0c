"""What an engine's metrics said at one moment, and what came between two such moments. Pure.

The names are those of the engine's exposition. A combination of labels that an older reading lacks
had not been counted then; a counter that fell was made anew, and has no rate.
"""

from dataclasses import dataclass

from console.model.distribution import Distribution
from console.model.figures import Figure, Known, Unknown
from console.sampling.scrape import Labels, Scrape

_OF_API = ("api", "version")
_SOFTWARE = ("software", "software_version")
STARTED = "process_start_time_seconds"
REQUESTS = "kconsole_requests_total"
ERRORS = "kconsole_request_errors_total"
BY_CLIENT = "kconsole_client_requests_total"
IN_FLIGHT = "kconsole_requests_in_flight"
CONNECTIONS = "kconsole_connections"
FETCH_WAITERS = "kconsole_fetch_waiters"
COMMIT_WAITERS = "kconsole_commit_waiters"
INCOMING = "kconsole_request_buffer_bytes"
UNSENT = "kconsole_unsent_bytes"
RECEIVED = "kconsole_received_bytes_total"
SENT = "kconsole_sent_bytes_total"
LATENCY = "kconsole_request_seconds"
LOCAL = "kconsole_request_local_seconds"
REQUEST_BYTES = "kconsole_request_bytes"
REPLY_BYTES = "kconsole_reply_bytes"
FLUSH = "kconsole_sync_seconds"
FLUSHED = "kconsole_sync_partitions"

_VALUES: dict[str, tuple[str, ...]] = {
    STARTED: (),
    REQUESTS: _OF_API,
    ERRORS: (*_OF_API, "error"),
    BY_CLIENT: (*_OF_API, *_SOFTWARE),
    IN_FLIGHT: _OF_API,
    CONNECTIONS: ("software", "version"),
    **dict.fromkeys((FETCH_WAITERS, COMMIT_WAITERS, INCOMING, UNSENT, RECEIVED, SENT), ()),
}
_SPREADS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((LATENCY, LOCAL, REQUEST_BYTES, REPLY_BYTES), _OF_API),
    FLUSH: (),
    FLUSHED: (),
}
NOT_TOLD = Unknown("the broker does not tell")
ONE_READING = Unknown("two readings make a rate")


@dataclass(frozen=True, slots=True)
class EngineReading:
    """What was read at one moment, by metric and labels."""

    at_ms: int
    values: dict[str, dict[Labels, float]]
    spreads: dict[str, dict[Labels, Distribution]]

    def total(self, name: str) -> float | None:
        """A metric over all its labels; None when it is not told."""
        found = self.values[name]
        return sum(found.values()) if found else None


def reading_of(at_ms: int, scrape: Scrape) -> EngineReading:
    """What of a scrape is about the inside of an engine."""
    return EngineReading(
        at_ms,
        {name: scrape.values(name, *labels) for name, labels in _VALUES.items()},
        {name: scrape.distributions(name, *labels) for name, labels in _SPREADS.items()},
    )


def rate_of(
    now: EngineReading, before: EngineReading | None, name: str, labels: Labels | None = None
) -> Figure[float]:
    """How fast a counter rises, over all labels or for some."""
    if before is None:
        return ONE_READING
    if labels is None:
        amount, then = now.total(name), before.total(name)
    else:
        amount, then = now.values[name].get(labels), before.values[name].get(labels, 0.0)
    if amount is None:
        return NOT_TOLD
    return per_second(amount - (then or 0.0), now, before)


def gain_of(
    now: EngineReading, before: EngineReading, name: str, labels: Labels
) -> Distribution | None:
    """What a histogram gained between two readings; None when it is not told."""
    found = now.spreads[name].get(labels)
    if found is None:
        return None
    nothing = Distribution(found.bounds, (0,) * len(found.counts))
    return found.since(before.spreads[name].get(labels, nothing))


def per_second(gained: float, now: EngineReading, before: EngineReading) -> Figure[float]:
    """A gain as a rate; unknown when the counter fell, since it was made anew."""
    if gained < 0:
        return ONE_READING
    return Known(gained * 1000 / (now.at_ms - before.at_ms), now.at_ms)


def figure_of(value: float | None, now: EngineReading) -> Figure[int]:
    """A whole number that was told, or that it was not."""
    return NOT_TOLD if value is None else Known(round(value), now.at_ms)
