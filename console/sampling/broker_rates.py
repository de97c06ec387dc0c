"""How much is written to each broker: what the partitions that it leads grow by.

The protocol has no figure for it. It follows from the ends of logs that are read anyway; bytes
follow from them with the mean size that records of the topic have on disk.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from console.model.figures import Figure, Known, Unknown
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.port.readings import TopicReading
from console.sampling.rates import RateMeter

_NO_SIZE = Unknown("how large its records are is not known")


@dataclass(frozen=True, slots=True)
class BrokerRate:
    """What is written to the partitions that a broker leads, in a second."""

    records: Figure[float] = NOT_READ
    size_bytes: Figure[float] = NOT_READ


NOT_OBSERVED = BrokerRate()
IDLE = BrokerRate(Known(0.0, 0), Known(0.0, 0))
"""Nothing is written to a broker that leads nothing."""


class _Sum:
    """A sum that only rises, and how fast."""

    def __init__(self) -> None:
        self._amount = 0.0
        self._meter = RateMeter()

    def rise(self, at_ms: int, by: float, unknown: Unknown | None) -> Figure[float]:
        """The rate with what came since the last round; what is `unknown` begins it anew."""
        if unknown is not None:
            self._meter.reset()
            return unknown
        self._amount += by
        self._meter.observe(at_ms, self._amount)
        per_s = self._meter.per_s()
        return NOT_READ if per_s is None else Known(per_s, at_ms)


class BrokerRates:
    """Follows the ends of all partitions, round by round; a round is taken in by and by.

    What a partition held when it was seen first was written at no known time: it does not count.
    A broker of which one partition could not be read has no rate: it would be too small.
    """

    def __init__(self) -> None:
        self._before: dict[TopicPartition, int] = {}
        self._sums: dict[int, tuple[_Sum, _Sum]] = {}
        self._rates: dict[int, BrokerRate] = {}
        self._begin()

    def _begin(self) -> None:
        self._ends: dict[TopicPartition, int] = {}
        self._records: Counter[int] = Counter()
        self._bytes: dict[int, float] = {}
        self._unread: dict[int, Unknown] = {}
        self._unsized: set[int] = set()

    def take_in(
        self,
        topics: Iterable[TopicReading],
        ends: Mapping[TopicPartition, Figure[int]],
        asked: AbstractSet[TopicPartition],
        record_bytes: Callable[[str], float | None],
    ) -> None:
        """Take in some topics of a round; `record_bytes` is the mean size of a topic's records.

        A partition that was not `asked` is newer than the round: it is taken in with the next.
        """
        for topic in topics:
            for key, partition in zip(topic.keys, topic.partitions, strict=True):
                leader, end = partition.leader, ends.get(key, NOT_READ)
                if leader is None or key not in asked:
                    continue
                if isinstance(end, Unknown):
                    self._unread[leader] = end
                    continue
                self._ends[key] = end.value
                gain = max(0, end.value - self._before.get(key, end.value))
                self._records[leader] += gain
                if gain:
                    self._add_bytes(leader, gain, record_bytes(topic.name))

    def _add_bytes(self, leader: int, records: int, record_bytes: float | None) -> None:
        if record_bytes is None:
            self._unsized.add(leader)
        else:
            self._bytes[leader] = self._bytes.get(leader, 0.0) + records * record_bytes

    def end_round(self, at_ms: int) -> None:
        """All topics were taken in: make the rates."""
        self._rates = {}
        for node_id in self._records.keys() | self._unread.keys():
            records, size_bytes = self._sums.setdefault(node_id, (_Sum(), _Sum()))
            unread = self._unread.get(node_id)
            unsized = _NO_SIZE if node_id in self._unsized else None
            self._rates[node_id] = BrokerRate(
                records.rise(at_ms, self._records[node_id], unread),
                size_bytes.rise(at_ms, self._bytes.get(node_id, 0.0), unread or unsized),
            )
        self._before = self._ends
        self._begin()

    def of(self, node_id: int, *, leaders: int) -> BrokerRate:
        """The rates of a broker that leads so many partitions."""
        return self._rates.get(node_id, NOT_OBSERVED) if leaders else IDLE
