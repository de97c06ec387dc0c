"""The inside of a broker of ours to draw screens from: busy, fresh, idle, old, refused."""

from dataclasses import replace

from console.model.distribution import Distribution
from console.model.engine import (
    Caller,
    ClientSoftware,
    EngineState,
    Flushing,
    RequestKind,
    Waiting,
)
from console.model.figures import Known, Unknown
from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale
from console.model.snapshot import Snapshot
from console.sampling.engine_section import NOT_OURS, NOT_TOLD
from engine.metrics.catalogue import LATENCY_BOUNDS_S, SIZE_BOUNDS_BYTES
from tests.support.sample_series import NOW_MS, wave
from tests.support.sample_snapshots import hosted

JAVA, C, OURS = ("apache-kafka-java", "4.1.0"), ("librdkafka", "2.12.1"), ("kconsole", "0.1.0")
OLD = ("unknown", "unknown")


def times(first_bucket: int, *counts: int, mean_s: float = 0.004) -> Distribution:
    """A distribution of latencies whose first filled bucket has this number."""
    return _spread(LATENCY_BOUNDS_S, first_bucket, counts, mean_s)


def sizes(first_bucket: int, *counts: int, mean: float = 900.0) -> Distribution:
    """A distribution of sizes whose first filled bucket has this number."""
    return _spread(tuple(map(float, SIZE_BOUNDS_BYTES)), first_bucket, counts, mean)


def _spread(
    bounds: tuple[float, ...], first: int, counts: tuple[int, ...], mean: float
) -> Distribution:
    rest = len(bounds) + 1 - first - len(counts)
    assert rest >= 0, "there are not so many buckets"
    return Distribution(bounds, (0,) * first + counts + (0,) * rest, sum(counts) * mean)


def produce() -> RequestKind:
    """Busy, with errors that go on."""
    latency = times(3, 220, 4_100, 11_800, 6_900, 1_180, 240, 37, 4)
    return RequestKind(
        "Produce",
        "12",
        requests=1_204_113,
        requests_per_s=Known(402.0, NOW_MS),
        in_flight=3,
        errors=(("NOT_ENOUGH_REPLICAS", 212), ("MESSAGE_TOO_LARGE", 14), ("INVALID_RECORD", 1)),
        errors_per_s=Known(0.4, NOW_MS),
        bytes_in=1_900_000_000_000,
        bytes_in_per_s=Known(61.4e6, NOW_MS),
        bytes_out=80_000_000,
        bytes_out_per_s=Known(27_300.0, NOW_MS),
        latency=latency,
        local=times(0, 9_000, 14_200, 1_100, 180, 1, mean_s=0.0002),
        request_sizes=sizes(4, 40, 900, 12_000, 9_700, 1_841, mean=152_000.0),
        reply_sizes=sizes(0, 24_000, 481, mean=68.0),
        ever=latency,
        callers=(
            Caller(*JAVA, 900_000, Known(310.0, NOW_MS)),
            Caller(*C, 304_100, Known(92.0, NOW_MS)),
            Caller(*OURS, 13, Known(0.0, NOW_MS)),
        ),
    )


def fetch(version: str, rate: float, callers: tuple[Caller, ...]) -> RequestKind:
    """Long polls: little work, much waiting."""
    return RequestKind(
        "Fetch",
        version,
        requests=round(rate * 9_000),
        requests_per_s=Known(rate, NOW_MS),
        in_flight=9,
        errors_per_s=Known(0.0, NOW_MS),
        bytes_in_per_s=Known(rate * 210, NOW_MS),
        bytes_out_per_s=Known(118.2e6 * rate / 318, NOW_MS),
        latency=times(2, 900, 2_400, 3_800, 1_900, 700, 400, 260, 310, 840, 6_200, 900),
        local=times(0, 12_000, 5_900, 700, 9, mean_s=0.0001),
        request_sizes=sizes(1, 9_000, 9_609, mean=210.0),
        reply_sizes=sizes(0, 6_200, 20, 80, 1_200, 3_000, 4_400, 3_100, 609, mean=370_000.0),
        ever=times(2, 900, 2_400, 3_800, 1_900),
        callers=callers,
    )


def small(api: str, version: str, rate: float, first_bucket: int) -> RequestKind:
    """A request that does little and seldom."""
    count = max(1, round(rate * 60))
    return RequestKind(
        api,
        version,
        requests=round(rate * 9_000) + 1,
        requests_per_s=Known(rate, NOW_MS),
        errors=(("REBALANCE_IN_PROGRESS", 8),) if api == "Heartbeat" else (),
        errors_per_s=Known(0.0, NOW_MS),
        bytes_in_per_s=Known(rate * 90, NOW_MS),
        bytes_out_per_s=Known(rate * 40, NOW_MS),
        latency=times(first_bucket, count, mean_s=0.0004),
        local=times(0, count, mean_s=0.00008),
        request_sizes=sizes(1, count, mean=90.0),
        reply_sizes=sizes(0, count, mean=40.0),
        ever=times(first_bucket, count),
        callers=(Caller(*JAVA, count, Known(rate, NOW_MS)),),
    )


def clients() -> tuple[ClientSoftware, ...]:
    """Four kinds, one too old to tell what it is."""
    return (
        ClientSoftware(*JAVA, 8, 2_100_000, Known(540.0, NOW_MS)),
        ClientSoftware(*C, 4, 800_000, Known(230.0, NOW_MS)),
        ClientSoftware(*OURS, 1, 4_000, Known(9.2, NOW_MS)),
        ClientSoftware(*OLD, 1, 90, Known(0.2, NOW_MS)),
    )


def state() -> EngineState:
    """A broker with work to do."""
    java, c = Caller(*JAVA, 2_000_000, Known(250.0, NOW_MS)), Caller(*C, 9, Known(68.0, NOW_MS))
    return EngineState(
        requests=(
            small("ApiVersions", "3", 0.0, 1),
            small("ConsumerGroupHeartbeat", "1", 4.0, 1),
            fetch("11", 68.0, (c,)),
            fetch("17", 250.0, (java,)),
            small("Heartbeat", "4", 14.0, 1),
            small("ListOffsets", "9", 2.1, 2),
            small("Metadata", "12", 3.0, 2),
            small("OffsetCommit", "9", 22.0, 5),
            produce(),
        ),
        clients=clients(),
        flushing=Flushing(
            last=times(4, 700, 3_900, 2_700, 500, 80, 6),
            per_s=Known(131.0, NOW_MS),
            partitions=Known(1.8, NOW_MS),
            p50_history=wave(0.0031, 0.0008, turns=3),
            p99_history=wave(0.0094, 0.0026, turns=2),
            most_history=wave(0.019, 0.006, turns=2.6),
        ),
        waiting=Waiting(
            in_flight=Known(21, NOW_MS),
            for_records=Known(16, NOW_MS),
            for_disk=Known(3, NOW_MS),
            incoming_bytes=Known(1_048_576, NOW_MS),
            unsent_bytes=Known(214_000, NOW_MS),
            in_flight_history=wave(21, 4),
            for_records_history=wave(16, 3, turns=2),
            for_disk_history=wave(3, 2, turns=4),
            memory_history=wave(1.2e6, 3e5),
        ),
        requests_per_s=Known(812.0, NOW_MS),
        bytes_in_per_s=Known(61.4e6, NOW_MS),
        bytes_out_per_s=Known(118.2e6, NOW_MS),
        connections=Known(14, NOW_MS),
        requests_history=wave(800, 90),
        bytes_in_history=wave(58e6, 9e6, turns=0.8),
        bytes_out_history=wave(115e6, 9e6),
        connections_history=wave(14, 1),
    )


def first_state() -> EngineState:
    """What one reading tells: counts, and neither rates nor distributions."""
    once = Unknown("two readings make a rate")
    whole = state()
    return replace(
        whole,
        requests=tuple(
            replace(
                kind,
                requests_per_s=once,
                errors_per_s=once,
                bytes_in_per_s=once,
                bytes_out_per_s=once,
                latency=None,
                local=None,
                request_sizes=None,
                reply_sizes=None,
                callers=tuple(replace(each, requests_per_s=once) for each in kind.callers),
            )
            for kind in whole.requests
        ),
        clients=tuple(replace(each, requests_per_s=once, requests=None) for each in whole.clients),
        flushing=Flushing(),
        requests_per_s=once,
        bytes_in_per_s=once,
        bytes_out_per_s=once,
    )


def with_engine(section: Section[EngineState]) -> Snapshot:
    """The hosted broker with this told of its inside."""
    return replace(hosted(), engine=section)


def busy_engine() -> Snapshot:
    return with_engine(Ready(state(), NOW_MS))


ENGINE_FACES: dict[str, Section[EngineState]] = {
    "loading": LOADING,
    "unreachable": Loading("127.0.0.1:9404 did not answer for its metrics in time"),
    "empty": Ready(EngineState(waiting=state().waiting, flushing=Flushing(last=times(0))), NOW_MS),
    "partial": Ready(first_state(), NOW_MS),
    "stale": Stale(
        state(), NOW_MS - 46_000, "127.0.0.1:9404 did not answer in time", NOW_MS - 45_000
    ),
    "refused": Refused(NOT_OURS),
    "not told": Refused(NOT_TOLD),
}
"""Every way that the inside of a broker can look."""
