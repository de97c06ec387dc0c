"""Makes the vital signs of our engine from two readings of its metrics.

The names are those of the engine's exposition; a metric that is missing leaves its figure unknown.
"""

from collections import defaultdict
from dataclasses import replace

from console.model.distribution import Distribution
from console.model.figures import Figure, Known, Unknown
from console.model.health import ApiLatency, EngineVitals
from console.model.series import EMPTY_SERIES, Series
from console.port.readings import MACHINE_MEMORY
from console.sampling.rates import RateMeter
from console.sampling.scrape import Scrape

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


class Vitals:
    """Keeps the readings that rates and means are made from."""

    def __init__(self) -> None:
        self._meters: defaultdict[str, RateMeter] = defaultdict(RateMeter)
        self._histograms: dict[tuple[str, str], Distribution] = {}
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

    def observe(self, at_ms: int, scrape: Scrape) -> None:
        """Take in one scrape."""
        passed_s = (at_ms - self._last_ms) / 1000 if self._last_ms else 0.0
        cpu = self._rate(at_ms, scrape, _CPU)
        requests = self._rate(at_ms, scrape, _REQUESTS)
        apis = self._apis(scrape, passed_s)
        flush_mean, flush_p99 = self._flush(at_ms, scrape)
        self._cpu = _extended(self._cpu, cpu)
        self._requests = _extended(self._requests, requests)
        self._flushes = _extended(self._flushes, flush_mean)
        self.machine_bytes = int(scrape.total(MACHINE_MEMORY) or 0)
        self._last_ms = at_ms
        self.latest = EngineVitals(
            cpu_ratio=cpu,
            memory_bytes=_whole(scrape, _MEMORY, at_ms),
            connections=_whole(scrape, _CONNECTIONS, at_ms),
            requests_per_s=requests,
            bytes_in_per_s=self._rate(at_ms, scrape, _RECEIVED),
            bytes_out_per_s=self._rate(at_ms, scrape, _SENT),
            flush_mean_ms=flush_mean,
            flush_p99_ms=flush_p99,
            started_ms=_whole(scrape, _STARTED, at_ms, scale=1000),
            damaged_ranges=_whole(scrape, _DAMAGED_RANGES, at_ms),
            reads_put_off_per_s=self._rate(at_ms, scrape, _READS_PUT_OFF),
            clock_unconfirmed=_whole(scrape, _CLOCK_UNCONFIRMED, at_ms),
            segments_undated=_whole(scrape, _SEGMENTS_UNDATED, at_ms),
            disk_free_bytes=_whole(scrape, _DISK_FREE, at_ms),
            disk_reserve_bytes=_whole(scrape, _DISK_RESERVE, at_ms),
            apis=apis,
            cpu_history=self._cpu,
            requests_history=self._requests,
            flush_history=self._flushes,
            read_ms=at_ms,
        )

    def _rate(self, at_ms: int, scrape: Scrape, name: str) -> Figure[float]:
        amount = scrape.total(name)
        if amount is None:
            return _NOT_TOLD
        self._meters[name].observe(at_ms, amount)
        per_s = self._meters[name].per_s()
        return Unknown("not enough samples yet") if per_s is None else Known(per_s, at_ms)

    def _apis(self, scrape: Scrape, passed_s: float) -> tuple[ApiLatency, ...]:
        rows: list[ApiLatency] = []
        for (api,), now in scrape.distributions(_REQUEST_SECONDS, "api").items():
            gained = self._gained((_REQUEST_SECONDS, api), now)
            if gained is None or gained.mean is None or passed_s <= 0:
                continue
            rate = gained.count / passed_s
            rows.append(ApiLatency(api, rate, gained.mean * 1000, _p99_ms(gained)))
        return tuple(sorted(rows, key=_busiest_first))

    def _flush(self, at_ms: int, scrape: Scrape) -> tuple[Figure[float], Figure[float]]:
        """Mean and 99th percentile of the group commits since the last scrape."""
        now = scrape.distributions(_SYNC_SECONDS).get(())
        if now is None:
            return _NOT_TOLD, _NOT_TOLD
        gained = self._gained((_SYNC_SECONDS, ""), now)
        if gained is None or gained.mean is None:
            idle = Unknown("nothing was flushed since the last reading")
            return idle, idle
        p99_ms = _p99_ms(gained)
        tail: Figure[float] = _NOT_TOLD if p99_ms is None else Known(p99_ms, at_ms)
        return Known(gained.mean * 1000, at_ms), tail

    def _gained(self, key: tuple[str, str], now: Distribution) -> Distribution | None:
        """What a histogram gained since the last scrape; None at first and after a restart."""
        before = self._histograms.get(key)
        self._histograms[key] = now
        return now.since(before)


def _busiest_first(row: ApiLatency) -> tuple[float, str]:
    return -row.requests_per_s, row.api


def _whole(scrape: Scrape, name: str, at_ms: int, scale: int = 1) -> Figure[int]:
    amount = scrape.total(name)
    return _NOT_TOLD if amount is None else Known(round(amount * scale), at_ms)


def _extended(series: Series, figure: Figure[float]) -> Series:
    return series.appended(figure.at_ms, figure.value) if isinstance(figure, Known) else series


def _p99_ms(gained: Distribution) -> float | None:
    """The 99th percentile; None when it lies beyond the bounds."""
    p99 = gained.quantile(_P99)
    return None if p99 is None or p99.is_beyond else p99.value * 1000
