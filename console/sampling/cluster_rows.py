"""Makes the brokers of a snapshot: those that the cluster tells of, and those that are missing."""

from dataclasses import replace

from console.model.cluster import Broker, ClusterState, Usage
from console.model.figures import Figure, Known, Unknown
from console.model.health import EngineVitals
from console.model.partition import NOT_READ
from console.model.section import Loading, Ready, Refused, Stale, content
from console.model.text import plain
from console.port.errors import ClusterError, TimedOut, Unreachable
from console.port.readings import DirectoryReading, LayoutReading
from console.sampling.broker_rates import BrokerRates
from console.sampling.collected import Collected
from console.sampling.derived import Copies

ANSWERS_COUNT_MS = 30_000
"""How long a broker that did not answer is held to be silent unless it is asked again."""

_GONE = Unknown("the broker is down")


def cluster_state(
    layout: LayoutReading,
    copies: Copies,
    rates: BrokerRates,
    collected: Collected,
    vitals: EngineVitals | None,
    machine_bytes: int,
) -> ClusterState:
    """The brokers in the order of their ids. Vitals belong to the only broker of our engine.

    `copies` are those of the layout's topics.
    """
    leaders, replicas = copies.leaders, copies.replicas
    alive = {node.node_id for node in layout.nodes}
    known = {**collected.nodes_seen, **{node.node_id: node for node in layout.nodes}}
    brokers: list[Broker] = []
    for node_id in sorted(alive | set(replicas) | set(collected.nodes_seen)):
        node = known.get(node_id)
        is_online = node_id in alive
        broker = Broker(
            node_id=node_id,
            host=node.host if node else "unknown",
            port=node.port if node else 0,
            rack=node.rack if node else None,
            is_controller=node_id == layout.controller_id,
            is_online=is_online,
            problem=_failed_directory(collected, node_id)
            if is_online
            else "the cluster does not list it any more",
            silence=_silence(collected, node_id) if is_online else "",
            leaders=leaders[node_id],
            replicas=replicas[node_id],
        )
        log_bytes, disk = _disk(collected, node_id, is_online=is_online)
        rate = rates.of(node_id, leaders=leaders[node_id])
        brokers.append(
            replace(
                broker,
                log_bytes=log_bytes,
                disk=disk,
                messages_per_s=rate.records if is_online else _GONE,
                bytes_per_s=rate.size_bytes if is_online else _GONE,
                round_trip=collected.round_trips.of(node_id) if is_online else _GONE,
            )
        )
    if vitals is not None and len(brokers) == 1:
        brokers = [_with_vitals(brokers[0], vitals, machine_bytes)]
    offered = collected.capabilities
    return ClusterState(
        cluster_id=layout.cluster_id,
        brokers=tuple(brokers),
        controller_id=layout.controller_id,
        version=offered.version if offered else "",
        mode=offered.mode if offered else "",
        lacks=offered.lacking if offered else frozenset(),
    )


def _disk(
    collected: Collected, node_id: int, *, is_online: bool
) -> tuple[Figure[int], Figure[Usage]]:
    """Bytes of all replicas on the broker, and how full its disks are."""
    if not is_online:
        return _GONE, _GONE
    match collected.directories:
        case Loading():
            return NOT_READ, NOT_READ
        case Refused(reason=reason):
            return Unknown(reason), Unknown(reason)
        case Ready(value=answers, at_ms=at_ms) | Stale(value=answers, at_ms=at_ms):
            answer = answers.get(node_id)
    if answer is None:
        return NOT_READ, NOT_READ
    if isinstance(answer, ClusterError):
        return Unknown(answer.reason), Unknown(answer.reason)
    log_bytes: Figure[int] = Known(
        sum(sum(directory.replica_bytes.values()) for directory in answer), at_ms
    )
    problem = _failed_directory(collected, node_id)
    return Unknown(problem) if problem else log_bytes, _usage(answer, at_ms)


def _silence(collected: Collected, node_id: int) -> str:
    """Why the broker did not answer the newest question that every broker was asked.

    What is not on the screen is not asked: an old answer says nothing of now.
    """
    asked: list[tuple[int, object]] = []
    if isinstance(collected.directories, Ready | Stale):
        directories = collected.directories
        asked.append((directories.at_ms, directories.value.get(node_id)))
    if isinstance(collected.groups, Ready | Stale):
        groups = collected.groups
        asked.append((groups.at_ms, groups.value.failures.get(node_id)))
    at_ms, answer = max(asked, key=_moment, default=(0, None))
    layout = collected.layout
    is_old = isinstance(layout, Ready | Stale) and at_ms < layout.at_ms - ANSWERS_COUNT_MS
    if is_old or not isinstance(answer, Unreachable | TimedOut):
        return ""
    return answer.reason


def _moment(asked: tuple[int, object]) -> int:
    return asked[0]


def _failed_directory(collected: Collected, node_id: int) -> str:
    """Which log directory the broker cannot use, and why; empty when there is none."""
    answer = (content(collected.directories) or {}).get(node_id)
    for directory in answer if isinstance(answer, tuple) else ():
        if directory.problem:
            return f"log directory {plain(directory.path)} has failed: {directory.problem}"
    return ""


def _usage(directories: tuple[DirectoryReading, ...], at_ms: int) -> Figure[Usage]:
    """The fullest of the broker's disks: it is the one that fills up first."""
    usages = [
        Usage(directory.total_bytes - directory.usable_bytes, directory.total_bytes)
        for directory in directories
        if directory.total_bytes is not None and directory.usable_bytes is not None
    ]
    if not usages:
        return Unknown("the broker does not tell how full its disks are")
    return Known(max(usages, key=_ratio), at_ms)


def _ratio(usage: Usage) -> float:
    return usage.ratio


def _with_vitals(broker: Broker, vitals: EngineVitals, machine_bytes: int) -> Broker:
    memory: Figure[Usage] = NOT_READ
    if isinstance(vitals.memory_bytes, Unknown):
        memory = vitals.memory_bytes
    elif machine_bytes:
        memory = Known(Usage(vitals.memory_bytes.value, machine_bytes), vitals.memory_bytes.at_ms)
    else:
        memory = Unknown("the size of the machine's memory is not known")
    return replace(broker, cpu_ratio=vitals.cpu_ratio, memory=memory)
