"""What is measured of each of many: bounded, and forgotten when it was not asked for long enough.

The measures of those that were not seen for an hour are forgotten, as are the oldest when there are
too many: whoever comes back begins anew.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from engine.kernel.limits import QUOTA_MEASURES_MAX

_IDLE_MS_MAX: Final = 3_600_000
_Key = TypeVar("_Key")
_Measure = TypeVar("_Measure")


class Measures(Generic[_Key, _Measure]):
    """Measures by what they are of, least recently used first."""

    def __init__(self) -> None:
        self._measures: dict[_Key, tuple[_Measure, float]] = {}

    def get(self, key: _Key, now_ms: float, make: Callable[[], _Measure]) -> _Measure:
        """The measure of one; made when there is none."""
        found = self._measures.pop(key, None)
        measure = found[0] if found is not None else make()
        self._measures[key] = (measure, now_ms)
        self._forget(now_ms)
        return measure

    def _forget(self, now_ms: float) -> None:
        while self._measures:
            oldest, (_, used_ms) = next(iter(self._measures.items()))
            if len(self._measures) <= QUOTA_MEASURES_MAX and now_ms - used_ms < _IDLE_MS_MAX:
                return
            del self._measures[oldest]
