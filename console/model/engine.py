"""What a broker of ours tells of its inside: flushes, waiters, clients, requests. Pure values.

Counts are those since the broker's start, rates those of the last seconds, distributions those of
the last minute. Times are in seconds, sizes in bytes. A distribution that is None has not been read
twice yet; one without values had none in that minute.
"""

from dataclasses import dataclass

from console.model.distribution import Distribution
from console.model.figures import Figure
from console.model.partition import NOT_READ
from console.model.series import EMPTY_SERIES, Series


@dataclass(frozen=True, slots=True)
class Caller:
    """A kind of client software that asks for one version of one API."""

    software: str
    version: str
    requests: int
    requests_per_s: Figure[float]


@dataclass(frozen=True, slots=True)
class RequestKind:
    """One version of one API, as clients ask for it.

    `errors` are those that replies told, by name, most frequent first. `latency` is from a
    request's arrival to its reply, `local` the broker's own work in it. `ever` is the latency of
    all requests since the start. `callers` are busiest first; those that the broker no longer
    tells apart are missing.
    """

    api: str
    version: str
    requests: int
    requests_per_s: Figure[float] = NOT_READ
    in_flight: int = 0
    errors: tuple[tuple[str, int], ...] = ()
    errors_per_s: Figure[float] = NOT_READ
    bytes_in: int = 0
    bytes_in_per_s: Figure[float] = NOT_READ
    bytes_out: int = 0
    bytes_out_per_s: Figure[float] = NOT_READ
    latency: Distribution | None = None
    local: Distribution | None = None
    request_sizes: Distribution | None = None
    reply_sizes: Distribution | None = None
    ever: Distribution | None = None
    callers: tuple[Caller, ...] = ()

    @property
    def name(self) -> str:
        """What it is called: `Fetch 17`."""
        return f"{self.api} {self.version}"

    @property
    def error_count(self) -> int:
        return sum(count for _, count in self.errors)


@dataclass(frozen=True, slots=True)
class ClientSoftware:
    """A kind of client software with its open connections.

    `requests` is None for one that the broker does not count apart.
    """

    name: str
    version: str
    connections: int
    requests: int | None = None
    requests_per_s: Figure[float] = NOT_READ


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in the broker, and the memory that is held for it, with their histories."""

    in_flight: Figure[int] = NOT_READ
    for_records: Figure[int] = NOT_READ
    for_disk: Figure[int] = NOT_READ
    incoming_bytes: Figure[int] = NOT_READ
    unsent_bytes: Figure[int] = NOT_READ
    in_flight_history: Series = EMPTY_SERIES
    for_records_history: Series = EMPTY_SERIES
    for_disk_history: Series = EMPTY_SERIES
    memory_history: Series = EMPTY_SERIES


@dataclass(frozen=True, slots=True)
class Flushing:
    """How long group commits take: the last minute, and each reading over time."""

    last: Distribution | None = None
    per_s: Figure[float] = NOT_READ
    partitions: Figure[float] = NOT_READ
    """Partitions that one flush puts on disk, in the mean."""
    p50_history: Series = EMPTY_SERIES
    p99_history: Series = EMPTY_SERIES
    most_history: Series = EMPTY_SERIES


@dataclass(frozen=True, slots=True)
class EngineState:
    """The inside of a broker of ours at one moment."""

    requests: tuple[RequestKind, ...] = ()
    clients: tuple[ClientSoftware, ...] = ()
    flushing: Flushing = Flushing()
    waiting: Waiting = Waiting()
    requests_per_s: Figure[float] = NOT_READ
    bytes_in_per_s: Figure[float] = NOT_READ
    bytes_out_per_s: Figure[float] = NOT_READ
    connections: Figure[int] = NOT_READ
    requests_history: Series = EMPTY_SERIES
    bytes_in_history: Series = EMPTY_SERIES
    bytes_out_history: Series = EMPTY_SERIES
    connections_history: Series = EMPTY_SERIES

    def request(self, name: str) -> RequestKind | None:
        """The kind of request of this name; None when nobody has asked for it."""
        return next((each for each in self.requests if each.name == name), None)
