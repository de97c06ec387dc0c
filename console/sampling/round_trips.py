"""How long the brokers took to answer this console in the last minute."""

from collections.abc import Mapping

from console.model.cluster import RoundTrip
from console.model.figures import Figure, Known, Unknown
from console.model.partition import NOT_READ
from console.port.errors import ClusterError

WINDOW_MS = 60_000


class RoundTrips:
    """The samples of each broker. One that did not answer when it was asked last has no figure."""

    def __init__(self) -> None:
        self._samples: dict[int, list[tuple[int, float]]] = {}
        self._failures: dict[int, ClusterError] = {}

    def observe(self, at_ms: int, answers: Mapping[int, float | ClusterError]) -> None:
        """Take in one answer of each broker, in seconds. Brokers that are not named are forgotten,
        and so is what is older than the window, or later than now: the wall clock went back."""
        self._failures = {k: each for k, each in answers.items() if isinstance(each, ClusterError)}
        found: dict[int, list[tuple[int, float]]] = {}
        for node_id, answer in answers.items():
            kept = [
                sample
                for sample in self._samples.get(node_id, ())
                if at_ms - WINDOW_MS < sample[0] <= at_ms
            ]
            found[node_id] = kept
            if not isinstance(answer, ClusterError):
                kept.append((at_ms, answer))
        self._samples = found

    def of(self, node_id: int) -> Figure[RoundTrip]:
        """The answers of one broker within the window."""
        failure = self._failures.get(node_id)
        if failure is not None:
            return Unknown(failure.reason)
        samples = self._samples.get(node_id)
        if not samples:
            return NOT_READ
        seconds = sorted(each for _, each in samples)
        return Known(RoundTrip(seconds[len(seconds) // 2], seconds[-1]), samples[-1][0])
