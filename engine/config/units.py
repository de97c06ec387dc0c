"""Durations and sizes as people write them: `7d`, `1h30m`, `64MiB`.

Decimal units count in thousands and binary ones in 1024s, as their names say.
"""

import re
from collections.abc import Mapping

_DURATION_MS: Mapping[str, int] = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
_SIZE_BYTES: Mapping[str, int] = {
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}
_PART = re.compile(r"\s*([0-9]{1,18})\s*([a-z]+)\s*")


def milliseconds_of(text: str) -> int | None:
    """Milliseconds of a duration such as `1h30m`; None when it is none."""
    return _sum(text.lower(), _DURATION_MS)


def bytes_of(text: str) -> int | None:
    """Bytes of a size such as `64MiB`, in any case of letters; None when it is none."""
    return _sum(text.lower(), _SIZE_BYTES)


def _sum(text: str, factors: Mapping[str, int]) -> int | None:
    total = position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None or found[2] not in factors:
            return None
        total += int(found[1]) * factors[found[2]]
        position = found.end()
    return total if position else None
