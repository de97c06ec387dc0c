"""Which software asks for what: requests answered, by API, version and kind of client software.

A kind is a name and a version, as ApiVersions told them (KIP-511); who has not told is `unknown`,
as in Kafka. A connection is of one kind at a time and holds that kind's counters, so that counting
a request is one addition.

| what comes                                  | what happens                                     |
|---------------------------------------------|--------------------------------------------------|
| a connection                                | it is of the kind `unknown`                      |
| its name and version                        | it moves to that kind                            |
| a kind too many, one of those kept is gone  | the longest gone is counted on under `other`     |
| a kind too many, all kept have connections  | the new one is counted under `other`             |
| a combination too many                      | it is counted under `other`, whatever API it was |

Clients name themselves, so both are bounded: nobody can make the metrics grow without end, and
counts only ever grow. Loop thread only. Source: Kafka's `ClientInformation`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.broker.api_meter import ApiMeter
from engine.kernel.limits import SOFTWARE_LABELS_MAX
from engine.metrics import catalogue
from engine.metrics.registry import CHILDREN_MAX, Registry, Sample

UNKNOWN = "unknown"
OTHER = "other"
_UNKNOWN, _OTHER = (UNKNOWN, UNKNOWN), (OTHER, OTHER)


@dataclass(eq=False, slots=True)
class SoftwareKind:
    """One kind: its open connections, and its requests that were answered."""

    name: str
    version: str
    connections: int = 0
    requests: dict[ApiMeter, int] = field(default_factory=dict)


class Caller:
    """The client of one connection."""

    __slots__ = ("_kind", "_software")

    def __init__(self, software: "ClientSoftware", kind: SoftwareKind) -> None:
        self._software = software
        self._kind = kind

    def count(self, meter: ApiMeter) -> None:
        """One more of its requests was answered."""
        try:
            self._kind.requests[meter] += 1
        except KeyError:
            self._software.count_first(self._kind, meter)

    def told(self, name: str, version: str) -> None:
        """It has said what it is, perhaps not for the first time."""
        before, self._kind = self._kind, self._software.entered(name, version)
        self._software.left(before)

    def gone(self) -> None:
        """Its connection has ended."""
        self._software.left(self._kind)


class ClientSoftware:
    """Every kind that there is or lately was."""

    def __init__(self, registry: Registry) -> None:
        self._kinds: dict[tuple[str, str], SoftwareKind] = {}
        self._gone: dict[SoftwareKind, None] = {}
        self._combinations = 0
        self._beyond = 0
        self._always = {key: SoftwareKind(*key) for key in (_UNKNOWN, _OTHER)}
        registry.watch(catalogue.CLIENT_REQUESTS, self._samples)

    def connected(self) -> Caller:
        """A client that has not said yet what it is."""
        return Caller(self, self.entered(*_UNKNOWN))

    def entered(self, name: str, version: str) -> SoftwareKind:
        """The kind of one more connection."""
        kind = self._of(name, version)
        kind.connections += 1
        self._gone.pop(kind, None)
        return kind

    def left(self, kind: SoftwareKind) -> None:
        """One connection less is of this kind."""
        kind.connections -= 1
        if not kind.connections and (kind.name, kind.version) in self._kinds:
            self._gone[kind] = None

    def count_first(self, kind: SoftwareKind, meter: ApiMeter) -> None:
        """Count the first request of a kind for a version of an API."""
        if self._combinations < CHILDREN_MAX:
            self._combinations += 1
            kind.requests[meter] = 1
        else:
            self._beyond += 1

    def _of(self, name: str, version: str) -> SoftwareKind:
        key = (name, version)
        kind = self._always.get(key) or self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= SOFTWARE_LABELS_MAX and not self._forget_one():
                return self._always[_OTHER]
            kind = self._kinds[key] = SoftwareKind(name, version)
        return kind

    def _forget_one(self) -> bool:
        """Count the kind that is longest gone under `other`; False when none is gone."""
        longest = next(iter(self._gone), None)
        if longest is None:
            return False
        del self._gone[longest], self._kinds[longest.name, longest.version]
        others = self._always[_OTHER].requests
        for meter, count in longest.requests.items():
            if meter in others:
                others[meter] += count
                self._combinations -= 1
            else:
                others[meter] = count
        return True

    def _samples(self) -> Iterator[Sample]:
        for kind in (*self._always.values(), *self._kinds.values()):
            for meter, count in kind.requests.items():
                yield (*meter.labels, kind.name, kind.version), float(count)
        if self._beyond:
            yield (OTHER,) * len(catalogue.CLIENT_REQUESTS.labels), float(self._beyond)
