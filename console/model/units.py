"""Numbers and times as people read them. Pure; no locale, no time zone but the one passed in."""

from datetime import UTC, datetime, tzinfo

_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K"))
_BYTES = ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"))
_PERIODS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "m"), (1.0, "s"))
UNKNOWN = "–"


def count(value: float) -> str:
    """At most five characters, three significant digits: `0`, `917`, `9.4K`, `46.9K`, `182K`."""
    if value < 0:
        return f"-{count(-value)}"
    if value < 999.5:
        return _digits(value) if value != int(value) and value < 100 else f"{value:.0f}"
    for number, (size, sign) in enumerate(_STEPS):
        if value >= size * 0.9995:
            shown = _digits(value / size)
            if shown == "1000" and number:
                return f"1.0{_STEPS[number - 1][1]}"
            return f"{shown}{sign}"
    return f"{value:.0f}"


def grouped(value: int) -> str:
    """A whole number with thin groups: `12,345`."""
    return f"{value:,}"


def size(value: float) -> str:
    """Bytes in units of 1000: `0 B`, `512 B`, `13.9 GB`."""
    number, unit = size_parts(value)
    return f"{number} {unit}"


def size_parts(value: float) -> tuple[str, str]:
    """Bytes as number and unit apart, so that the unit can be drawn muted."""
    for number, (step, unit) in enumerate(_BYTES):
        if value >= step * 0.9995:
            shown = _digits(value / step)
            if shown == "1000" and number:
                return "1.0", _BYTES[number - 1][1]
            return shown, unit
    return f"{value:.0f}", "B"


def duration(seconds: float) -> str:
    """One or two units, never more than two significant figures: `45s`, `3m`, `2h 10m`, `7d`."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 0.95:
        return f"{seconds * 1000:.0f}ms" if seconds else "0s"
    for index, (step, unit) in enumerate(_PERIODS):
        whole = int(seconds // step)
        if not whole:
            continue
        if whole < 10 and index + 1 < len(_PERIODS):
            below_step, below_unit = _PERIODS[index + 1]
            below = int((seconds - whole * step) // below_step)
            if below:
                return f"{whole}{unit} {below}{below_unit}"
        return f"{whole}{unit}"
    return f"{seconds:.0f}s"


def latency(seconds: float) -> str:
    """A latency with two or three digits: `85 µs`, `1.2 ms`, `350 ms`, `2.1 s`."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 1:
        return f"{_digits(seconds * 1e3)} ms"
    return f"{_digits(seconds)} s"


def percent(value: float) -> str:
    """A share of 100: `0.4%`, `62%`."""
    return f"{value:.1f}%" if 0 < value < 9.95 else f"{value:.0f}%"


def clock(at_ms: int, zone: tzinfo | None = UTC) -> str:
    """The time of day: `12:04:31`; without a zone in that of this machine."""
    return _moment(at_ms, zone, "%H:%M:%S")


def moment(at_ms: int, zone: tzinfo | None = UTC) -> str:
    """Date and time to the millisecond: `2026-11-22 12:04:31.250`."""
    whole = _moment(at_ms, zone, "%Y-%m-%d %H:%M:%S")
    return f"{whole}.{at_ms % 1000:03d}" if whole != UNKNOWN else UNKNOWN


def ago(at_ms: int, now_ms: int) -> str:
    """How long before now, or from now: `3m ago`, `in 2h`, `now`."""
    seconds = (now_ms - at_ms) / 1000
    if abs(seconds) < 1:
        return "now"
    return f"{duration(seconds)} ago" if seconds > 0 else f"in {duration(-seconds)}"


def _digits(value: float) -> str:
    return f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def _moment(at_ms: int, zone: tzinfo | None, form: str) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000, zone).strftime(form)
    except (OverflowError, ValueError, OSError):
        return UNKNOWN
