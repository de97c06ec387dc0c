"""How long to wait before trying again: doubling, with jitter, up to a bound."""

from engine.kernel.entropy import Entropy

_DOUBLINGS_MAX = 16
_JITTER = 0.2


class Backoff:
    """Delays that double with each failure; each is off by up to 20 % at random, so that clients
    which failed together do not return together."""

    def __init__(self, first_s: float, max_s: float, entropy: Entropy) -> None:
        self._first_s = first_s
        self._max_s = max_s
        self._entropy = entropy

    def delay_s(self, failures: int) -> float:
        """Seconds to wait after this many failures before the last one (0 after the first)."""
        grown = min(self._first_s * (1 << min(failures, _DOUBLINGS_MAX)), self._max_s)
        return grown * (1 + _JITTER * (2 * self._entropy.uniform() - 1))
