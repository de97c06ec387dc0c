"""Makes the picture of an engine's inside from readings of its metrics.

Readings are kept for a minute. A rate compares the newest with one some seconds older, a
distribution with the oldest that is kept. An engine that was started again begins anew.
"""

from collections import defaultdict, deque
from itertools import pairwise

from console.model.distribution import Distribution
from console.model.engine import (
    Caller,
    ClientSoftware,
    EngineState,
    Flushing,
    RequestKind,
    Waiting,
)
from console.model.figures import Figure, Known
from console.model.series import EMPTY_SERIES, Series
from console.sampling.engine_reading import (
    BY_CLIENT,
    COMMIT_WAITERS,
    CONNECTIONS,
    ERRORS,
    FETCH_WAITERS,
    FLUSH,
    FLUSHED,
    IN_FLIGHT,
    INCOMING,
    LATENCY,
    LOCAL,
    NOT_TOLD,
    ONE_READING,
    RECEIVED,
    REPLY_BYTES,
    REQUEST_BYTES,
    REQUESTS,
    SENT,
    STARTED,
    UNSENT,
    EngineReading,
    figure_of,
    gain_of,
    per_second,
    rate_of,
    reading_of,
)
from console.sampling.rates import WINDOW_MS
from console.sampling.scrape import Labels, Scrape

SPREAD_WINDOW_MS = 60_000
"""How far back distributions reach."""

READINGS_MAX = 128
"""Readings that are kept, however often they come."""

_P50, _P99, _MOST = "flush p50", "flush p99", "flush most"


class EngineReadings:
    """The readings of the last minute, and the histories."""

    def __init__(self) -> None:
        self._kept: deque[EngineReading] = deque(maxlen=READINGS_MAX)
        self._histories: defaultdict[str, Series] = defaultdict(lambda: EMPTY_SERIES)
        self._state: EngineState | None = None

    def forget(self) -> None:
        """Begin anew."""
        self._kept.clear()
        self._histories.clear()
        self._state = None

    def observe(self, at_ms: int, scrape: Scrape) -> None:
        """Take in one scrape. One that is not later than the last is ignored."""
        now = reading_of(at_ms, scrape)
        last = self._kept[-1] if self._kept else None
        if last is not None and at_ms <= last.at_ms:
            return
        if last is not None and now.values[STARTED] != last.values[STARTED]:
            self._kept.clear()
            last = None
        self._kept.append(now)
        while len(self._kept) > 2 and self._kept[1].at_ms <= at_ms - SPREAD_WINDOW_MS:
            self._kept.popleft()
        self._extend_histories(now, last)
        self._state = None

    @property
    def state(self) -> EngineState | None:
        """The picture as of the newest reading; None before the first. The same until the next."""
        if self._state is None and self._kept:
            self._state = self._picture(self._kept[-1])
        return self._state

    def _extend_histories(self, now: EngineReading, last: EngineReading | None) -> None:
        """What the charts show: rates and flushes since the last reading, and what waits."""
        for name in (FETCH_WAITERS, COMMIT_WAITERS, IN_FLIGHT, CONNECTIONS):
            self._extend(name, now, now.total(name))
        held = [now.total(name) for name in (INCOMING, UNSENT)]
        self._extend(UNSENT, now, None if None in held else sum(filter(None, held)))
        if last is None:
            return
        for name in (REQUESTS, RECEIVED, SENT):
            rate = rate_of(now, last, name)
            self._extend(name, now, rate.value if isinstance(rate, Known) else None)
        flushes = gain_of(now, last, FLUSH, ())
        if flushes is not None:
            told = {_P50: flushes.quantile(0.5), _P99: flushes.quantile(0.99), _MOST: flushes.most}
            for name, found in told.items():
                self._extend(name, now, None if found is None else found.value)

    def _extend(self, name: str, now: EngineReading, value: float | None) -> None:
        if value is not None:
            self._histories[name] = self._histories[name].appended(now.at_ms, value)

    def _picture(self, now: EngineReading) -> EngineState:
        history = self._histories
        before, oldest = self._some_seconds_ago(), self._oldest()
        return EngineState(
            requests=_requests(now, before, oldest),
            clients=_clients(now, before),
            flushing=Flushing(
                last=None if oldest is None else gain_of(now, oldest, FLUSH, ()),
                per_s=_flushes_per_s(now, before),
                partitions=_flushed(now, oldest),
                p50_history=history[_P50],
                p99_history=history[_P99],
                most_history=history[_MOST],
            ),
            waiting=Waiting(
                in_flight=figure_of(now.total(IN_FLIGHT), now),
                for_records=figure_of(now.total(FETCH_WAITERS), now),
                for_disk=figure_of(now.total(COMMIT_WAITERS), now),
                incoming_bytes=figure_of(now.total(INCOMING), now),
                unsent_bytes=figure_of(now.total(UNSENT), now),
                in_flight_history=history[IN_FLIGHT],
                for_records_history=history[FETCH_WAITERS],
                for_disk_history=history[COMMIT_WAITERS],
                memory_history=history[UNSENT],
            ),
            requests_per_s=rate_of(now, before, REQUESTS),
            bytes_in_per_s=rate_of(now, before, RECEIVED),
            bytes_out_per_s=rate_of(now, before, SENT),
            connections=figure_of(now.total(CONNECTIONS), now),
            requests_history=history[REQUESTS],
            bytes_in_history=history[RECEIVED],
            bytes_out_history=history[SENT],
            connections_history=history[CONNECTIONS],
        )

    def _oldest(self) -> EngineReading | None:
        return self._kept[0] if len(self._kept) > 1 else None

    def _some_seconds_ago(self) -> EngineReading | None:
        """The reading that rates are made from: the newest that is old enough, else the oldest."""
        if len(self._kept) < 2:
            return None
        since_ms = self._kept[-1].at_ms - WINDOW_MS
        return next(old for old, newer in pairwise(self._kept) if newer.at_ms > since_ms)


def _requests(
    now: EngineReading, before: EngineReading | None, oldest: EngineReading | None
) -> tuple[RequestKind, ...]:
    errors: defaultdict[Labels, list[tuple[str, int]]] = defaultdict(list)
    for (api, version, error), count in now.values[ERRORS].items():
        errors[api, version].append((error, round(count)))
    callers: defaultdict[Labels, list[Caller]] = defaultdict(list)
    for labels, count in now.values[BY_CLIENT].items():
        api, version, software, software_version = labels
        rate = rate_of(now, before, BY_CLIENT, labels)
        callers[api, version].append(Caller(software, software_version, round(count), rate))

    def spread(name: str, labels: Labels) -> Distribution | None:
        return None if oldest is None else gain_of(now, oldest, name, labels)

    return tuple(
        RequestKind(
            api=labels[0],
            version=labels[1],
            requests=round(count),
            requests_per_s=rate_of(now, before, REQUESTS, labels),
            in_flight=round(now.values[IN_FLIGHT].get(labels, 0)),
            errors=tuple(sorted(errors[labels], key=_most_first)),
            errors_per_s=_errors_per_s(now, before, labels),
            bytes_in=_bytes(now, REQUEST_BYTES, labels),
            bytes_in_per_s=_bytes_per_s(now, before, REQUEST_BYTES, labels),
            bytes_out=_bytes(now, REPLY_BYTES, labels),
            bytes_out_per_s=_bytes_per_s(now, before, REPLY_BYTES, labels),
            latency=spread(LATENCY, labels),
            local=spread(LOCAL, labels),
            request_sizes=spread(REQUEST_BYTES, labels),
            reply_sizes=spread(REPLY_BYTES, labels),
            ever=now.spreads[LATENCY].get(labels),
            callers=tuple(sorted(callers[labels], key=_busiest_first)),
        )
        for labels, count in sorted(now.values[REQUESTS].items())
    )


def _clients(now: EngineReading, before: EngineReading | None) -> tuple[ClientSoftware, ...]:
    """Those with open connections, the busiest first."""
    counts: defaultdict[Labels, float] = defaultdict(float)
    rates: defaultdict[Labels, float] = defaultdict(float)
    for labels, count in now.values[BY_CLIENT].items():
        counts[labels[2:]] += count
        rate = rate_of(now, before, BY_CLIENT, labels)
        if isinstance(rate, Known):
            rates[labels[2:]] += rate.value
    rows = [
        ClientSoftware(
            name=kind[0],
            version=kind[1],
            connections=round(connections),
            requests=round(counts[kind]) if kind in counts else None,
            requests_per_s=Known(rates[kind], now.at_ms)
            if kind in counts and before is not None
            else ONE_READING,
        )
        for kind, connections in now.values[CONNECTIONS].items()
        if connections > 0
    ]
    return tuple(sorted(rows, key=lambda row: (-rates[row.name, row.version], row.name)))


def _errors_per_s(
    now: EngineReading, before: EngineReading | None, labels: Labels
) -> Figure[float]:
    if before is None:
        return ONE_READING
    amounts = [
        sum(count for key, count in reading.values[ERRORS].items() if key[:2] == labels)
        for reading in (before, now)
    ]
    return per_second(amounts[1] - amounts[0], now, before)


def _bytes(now: EngineReading, name: str, labels: Labels) -> int:
    spread = now.spreads[name].get(labels)
    return 0 if spread is None else round(spread.total)


def _bytes_per_s(
    now: EngineReading, before: EngineReading | None, name: str, labels: Labels
) -> Figure[float]:
    if before is None:
        return ONE_READING
    gained = gain_of(now, before, name, labels)
    return NOT_TOLD if gained is None else per_second(gained.total, now, before)


def _flushes_per_s(now: EngineReading, before: EngineReading | None) -> Figure[float]:
    if before is None:
        return ONE_READING
    gained = gain_of(now, before, FLUSH, ())
    return NOT_TOLD if gained is None else per_second(gained.count, now, before)


def _flushed(now: EngineReading, oldest: EngineReading | None) -> Figure[float]:
    """Partitions per flush, in the mean of the last minute."""
    gained = None if oldest is None else gain_of(now, oldest, FLUSHED, ())
    mean = None if gained is None else gained.mean
    return ONE_READING if mean is None else Known(mean, now.at_ms)


def _most_first(error: tuple[str, int]) -> tuple[int, str]:
    return -error[1], error[0]


def _busiest_first(caller: Caller) -> tuple[float, int, str]:
    rate = caller.requests_per_s.value if isinstance(caller.requests_per_s, Known) else 0.0
    return -rate, -caller.requests, caller.software
