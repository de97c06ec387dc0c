"""The brokers of a cluster, how we are connected to it, and totals over all topics."""

from dataclasses import dataclass
from enum import Enum

from console.model.figures import NOTHING, Figure, Total, Unknown
from console.model.partition import NOT_READ
from console.model.series import EMPTY_SERIES, Series
from console.model.severity import Severity

NOT_OFFERED = Unknown("this cluster does not tell")


class ConnectionState(Enum):
    """Our side of the connection, and the life of a broker that we host."""

    STARTING = "starting"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RESTARTING = "restarting"
    GAVE_UP = "gave up"
    LOST = "lost"
    STOPPED = "stopped"
    BARRED = "not let in"

    @property
    def severity(self) -> Severity:
        if self is ConnectionState.CONNECTED:
            return Severity.OK
        return Severity.WARNING if self in _ON_THE_WAY else Severity.ERROR


_ON_THE_WAY = {
    *(ConnectionState.STARTING, ConnectionState.CONNECTING, ConnectionState.RESTARTING),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """`detail` says what is the matter and what to do; `notice` is news that is not a problem.

    `retry_at_ms` is the wall time of the next attempt while there is one to wait for. `exposure` is
    what goes over the network in clear that nobody should read, empty for nothing.
    """

    state: ConnectionState
    address: str
    is_hosted: bool = False
    detail: str = ""
    notice: str = ""
    since_ms: int = 0
    retry_at_ms: int | None = None
    exposure: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """`used` of `total`, in bytes."""

    used: int
    total: int

    @property
    def ratio(self) -> float:
        """0 to 1; 0 when the total is 0."""
        return self.used / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """How long a broker took to answer this console in the last minute, in seconds."""

    median_s: float
    worst_s: float


@dataclass(frozen=True, slots=True)
class Broker:
    """One node. `cpu_ratio` is of one core. `leaders` counts partitions that it leads; the rates
    are what is written to those.

    `problem` is what is wrong with it by the word of the cluster; `silence` says why it does not
    answer this console, although the cluster lists it.
    """

    node_id: int
    host: str
    port: int
    rack: str | None = None
    is_controller: bool = False
    is_online: bool = True
    problem: str = ""
    silence: str = ""
    leaders: int = 0
    replicas: int = 0
    log_bytes: Figure[int] = NOT_READ
    messages_per_s: Figure[float] = NOT_READ
    bytes_per_s: Figure[float] = NOT_READ
    round_trip: Figure[RoundTrip] = NOT_READ
    disk: Figure[Usage] = NOT_OFFERED
    cpu_ratio: Figure[float] = NOT_OFFERED
    memory: Figure[Usage] = NOT_OFFERED

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def state(self) -> str:
        """The worst that is known, in one word or two."""
        if not self.is_online:
            return "gone"
        if self.silence:
            return "silent"
        return "bad disk" if self.problem else "online"

    @property
    def severity(self) -> Severity:
        if not self.is_online:
            return Severity.ERROR
        return Severity.WARNING if self.silence or self.problem else Severity.OK


@dataclass(frozen=True, slots=True)
class ClusterState:
    """`version` and `mode` are text for the header: `4.1`, `KRaft`, `kconsole engine`."""

    cluster_id: str
    brokers: tuple[Broker, ...]
    controller_id: int | None
    version: str = ""
    mode: str = ""
    lacks: frozenset[str] = frozenset()
    """What it has no operation for, by the names of `Capabilities`; empty while that is unknown."""

    @property
    def online(self) -> int:
        """How many brokers answer."""
        return sum(broker.is_online and not broker.silence for broker in self.brokers)

    @property
    def silence(self) -> str:
        """Which broker does not answer, and why; the first of them. Empty when all do.

        What only it can tell, such as the groups that it coordinates, is missing.
        """
        for broker in self.brokers:
            if broker.silence:
                return f"broker {broker.node_id} does not answer: {broker.silence}"
        return ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the cluster with their histories, for the cards at the top.

    `groups_active` are groups with members. Histories follow the figure of the same name.
    `messages_unknown` and `bytes_unknown` are partitions that are not in the rates.
    """

    topic_count: int = 0
    partition_count: int = 0
    group_count: int = 0
    messages_per_s: Figure[float] = NOT_READ
    bytes_per_s: Figure[float] = NOT_READ
    messages_unknown: int = 0
    bytes_unknown: int = 0
    lag: Total = NOTHING
    is_lag_read: bool = False
    under_replicated: int = 0
    offline: int = 0
    groups_active: Figure[int] = NOT_READ
    size_bytes: Figure[int] = NOT_READ
    messages_history: Series = EMPTY_SERIES
    bytes_history: Series = EMPTY_SERIES
    lag_history: Series = EMPTY_SERIES
    under_replicated_history: Series = EMPTY_SERIES
    groups_history: Series = EMPTY_SERIES
