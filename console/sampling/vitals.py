"""Makes the vital signs of our engine from two readings of its metrics.

The names are those of the engine's exposition; a metric that is missing leaves its figure unknown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from console.model.figures import Figure, Known, Unknown
from console.model.health import ApiLatency, EngineVitals
from console.model.series import EMPTY_SERIES, Series
from console.port.readings import MACHINE_MEMORY, MetricSample
from console.sampling.rates import RateMeter

_NOT_TOLD = Unknown("the engine does not tell")
_CPU = "process_cpu_seconds_total"
_MEMORY = "process_resident_memory_bytes"
_STARTED = "process_start_time_seconds"
_DAMAGED_RANGES = "kconsole_damaged_ranges"
_READS_PUT_OFF = "kconsole_reads_put_off_total"
_CLOCK_UNCONFIRMED = "kconsole_clock_unconfirmed"
_SEGMENTS_UNDATED = "kconsole_segments_undated"
_DISK_FREE = "kconsole_disk_free_bytes"
_DISK_RESERVE = "kconsole_disk_reserve_bytes"
_CONNECTIONS = "kconsole_connections"
_REQUESTS = "kconsole_requests_total"
_RECEIVED = "kconsole_received_bytes_total"
_SENT = "kconsole_sent_bytes_total"
_REQUEST_SECONDS = "kconsole_request_seconds"
_SYNC_SECONDS = "kconsole_sync_seconds"
_P99 = 0.99

Histogram = tuple[float, float, tuple[tuple[float, float], ...]]
"""Count, sum in seconds, and the cumulative counts by upper bound in seconds, rising."""


class Vitals:
    """Keeps the readings that rates and means are made from."""

    def __init__(self) -> None:
        self._meters: defaultdict[str, RateMeter] = defaultdict(RateMeter)
        self._histograms: dict[tuple[str, str], Histogram] = {}
        self._last_ms = 0
        self._cpu = EMPTY_SERIES
        self._requests = EMPTY_SERIES
        self._flushes = EMPTY_SERIES
        self.machine_bytes = 0
        self.latest: EngineVitals | None = None

    def forget(self) -> None:
        """Begin rates and histories anew."""
        self._meters.clear()
        self._last_ms = 0
        self._cpu = self._requests = self._flushes = EMPTY_SERIES

    def miss(self, problem: str) -> None:
        """Take in that a scrape failed."""
        if self.latest is not None:
            self.latest = replace(self.latest, problem=problem)

    def observe(self, at_ms: int, samples: Iterable[MetricSample]) -> None:
        """Take in one scrape."""
        by_name: defaultdict[str, list[MetricSample]] = defaultdict(list)
        for sample in samples:
            by_name[sample.name].append(sample)
        passed_s = (at_ms - self._last_ms) / 1000 if self._last_ms else 0.0
        cpu = self._rate(at_ms, by_name, _CPU)
        requests = self._rate(at_ms, by_name, _REQUESTS)
        apis = self._apis(by_name, passed_s)
        flush_mean, flush_p99 = self._flush(at_ms, by_name)
        self._cpu = _extended(self._cpu, cpu)
        self._requests = _extended(self._requests, requests)
        self._flushes = _extended(self._flushes, flush_mean)
        self.machine_bytes = int(_sum(by_name[MACHINE_MEMORY]) or 0)
        self._last_ms = at_ms
        self.latest = EngineVitals(
            cpu_ratio=cpu,
            memory_bytes=_whole(by_name[_MEMORY], at_ms),
            connections=_whole(by_name[_CONNECTIONS], at_ms),
            requests_per_s=requests,
            bytes_in_per_s=self._rate(at_ms, by_name, _RECEIVED),
            bytes_out_per_s=self._rate(at_ms, by_name, _SENT),
            flush_mean_ms=flush_mean,
            flush_p99_ms=flush_p99,
            started_ms=_whole(by_name[_STARTED], at_ms, scale=1000),
            damaged_ranges=_whole(by_name[_DAMAGED_RANGES], at_ms),
            reads_put_off_per_s=self._rate(at_ms, by_name, _READS_PUT_OFF),
            clock_unconfirmed=_whole(by_name[_CLOCK_UNCONFIRMED], at_ms),
            segments_undated=_whole(by_name[_SEGMENTS_UNDATED], at_ms),
            disk_free_bytes=_whole(by_name[_DISK_FREE], at_ms),
            disk_reserve_bytes=_whole(by_name[_DISK_RESERVE], at_ms),
            apis=apis,
            cpu_history=self._cpu,
            requests_history=self._requests,
            flush_history=self._flushes,
            read_ms=at_ms,
        )

    def _rate(
        self, at_ms: int, by_name: Mapping[str, list[MetricSample]], name: str
    ) -> Figure[float]:
        amount = _sum(by_name.get(name, []))
        if amount is None:
            return _NOT_TOLD
        self._meters[name].observe(at_ms, amount)
        per_s = self._meters[name].per_s()
        return Unknown("not enough samples yet") if per_s is None else Known(per_s, at_ms)

    def _apis(
        self, by_name: Mapping[str, list[MetricSample]], passed_s: float
    ) -> tuple[ApiLatency, ...]:
        rows: list[ApiLatency] = []
        for api, now in _histograms(by_name, _REQUEST_SECONDS, "api").items():
            gained = self._gained((_REQUEST_SECONDS, api), now)
            if gained is None or gained[0] <= 0 or passed_s <= 0:
                continue
            count, seconds, buckets = gained
            rows.append(
                ApiLatency(api, count / passed_s, seconds * 1000 / count, _quantile_ms(buckets))
            )
        return tuple(sorted(rows, key=_busiest_first))

    def _flush(
        self, at_ms: int, by_name: Mapping[str, list[MetricSample]]
    ) -> tuple[Figure[float], Figure[float]]:
        """Mean and 99th percentile of the group commits since the last scrape."""
        now = _histograms(by_name, _SYNC_SECONDS, "").get("")
        if now is None:
            return _NOT_TOLD, _NOT_TOLD
        gained = self._gained((_SYNC_SECONDS, ""), now)
        if gained is None or gained[0] <= 0:
            idle = Unknown("nothing was flushed since the last reading")
            return idle, idle
        count, seconds, buckets = gained
        p99_ms = _quantile_ms(buckets)
        tail: Figure[float] = _NOT_TOLD if p99_ms is None else Known(p99_ms, at_ms)
        return Known(seconds * 1000 / count, at_ms), tail

    def _gained(self, key: tuple[str, str], now: Histogram) -> Histogram | None:
        """What a histogram gained since the last scrape; None at first and after a restart."""
        before = self._histograms.get(key)
        self._histograms[key] = now
        if before is None or now[0] < before[0] or len(now[2]) != len(before[2]):
            return None
        buckets = tuple(
            (bound, count - old) for (bound, count), (_, old) in zip(now[2], before[2], strict=True)
        )
        return now[0] - before[0], now[1] - before[1], buckets


def _busiest_first(row: ApiLatency) -> tuple[float, str]:
    return -row.requests_per_s, row.api


def _sum(samples: list[MetricSample]) -> float | None:
    return sum(sample.value for sample in samples) if samples else None


def _whole(samples: list[MetricSample], at_ms: int, scale: int = 1) -> Figure[int]:
    amount = _sum(samples)
    return _NOT_TOLD if amount is None else Known(round(amount * scale), at_ms)


def _extended(series: Series, figure: Figure[float]) -> Series:
    return series.appended(figure.at_ms, figure.value) if isinstance(figure, Known) else series


def _histograms(
    by_name: Mapping[str, list[MetricSample]], name: str, label: str
) -> dict[str, Histogram]:
    """Histograms of one metric by the value of a label."""
    counts = {each.labels.get(label, ""): each.value for each in by_name.get(f"{name}_count", [])}
    sums = {each.labels.get(label, ""): each.value for each in by_name.get(f"{name}_sum", [])}
    buckets: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for sample in by_name.get(f"{name}_bucket", []):
        bound = float(sample.labels.get("le", "inf"))
        buckets[sample.labels.get(label, "")].append((bound, sample.value))
    return {
        key: (count, sums.get(key, 0.0), tuple(sorted(buckets[key])))
        for key, count in counts.items()
    }


def _quantile_ms(buckets: tuple[tuple[float, float], ...]) -> float | None:
    """The 99th percentile, interpolated inside its bucket; None when it lies beyond the bounds."""
    if not buckets or buckets[-1][1] <= 0:
        return None
    wanted = _P99 * buckets[-1][1]
    below_bound, below_count = 0.0, 0.0
    for bound, count in buckets:
        if count >= wanted:
            if bound == float("inf"):
                return None
            share = (wanted - below_count) / (count - below_count)
            return (below_bound + (bound - below_bound) * share) * 1000
        below_bound, below_count = bound, count
    return None
