"""Makes the topic list and the details of open topics, and follows how fast topics grow."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from console.model.figures import Figure, Known, Unknown, map_figure
from console.model.group import Group
from console.model.names import TopicPartition
from console.model.partition import NOT_READ, Partition
from console.model.retention import RetentionPolicy
from console.model.series import EMPTY_SERIES, Series
from console.model.topic import Topic, status_of
from console.port.readings import LayoutReading, PartitionReading, TopicReading
from console.sampling.collected import Collected
from console.sampling.derived import TopicReaders
from console.sampling.rates import RateMeter

TREND_SAMPLES_MAX = 60

_NO_READERS = TopicReaders()
_SIZED_BEFORE = Unknown("no record was there when sizes were read")


@dataclass(slots=True)
class _Growth:
    """How one topic grows. `counted` is how many partitions the meter's sum covers, `missing` how
    many it does not."""

    meter: RateMeter = field(default_factory=RateMeter)
    counted: int = 0
    missing: int = 0
    trend: Series = EMPTY_SERIES
    rate: Figure[float] = NOT_READ


_NOT_OBSERVED: Final = _Growth()
"""Stands for the growth of a topic before its first round."""


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What the rows need beside collected answers."""

    readers: Mapping[str, TopicReaders]
    policies: Mapping[str, Figure[RetentionPolicy]]
    sizes: Mapping[TopicPartition, Figure[int]]


class TopicRows:
    """Keeps the last rows: a row that did not change is the same object in the next snapshot."""

    def __init__(self) -> None:
        self._growth: dict[str, _Growth] = {}
        self._partition_meters: dict[TopicPartition, RateMeter] = {}
        self._rows: dict[str, Topic] = {}
        self._record_bytes: dict[str, Known[float]] = {}
        """By topic, the mean size of a record, as of the newest reading of sizes."""

    def observe(
        self,
        at_ms: int,
        topics: Iterable[TopicReading],
        collected: Collected,
        asked: AbstractSet[TopicPartition],
    ) -> None:
        """Take in, of some topics, one round of end offsets, that of the partitions `asked`.

        A topic of which some partition was not asked did not stand still: it is left as it was.
        Most topics stand still: what there is to say of those is made once for all.
        """
        still, begun = Known(0.0, at_ms), EMPTY_SERIES.appended(at_ms, 0.0)
        for topic in topics:
            keys = topic.keys
            if not all(key in asked for key in keys):
                continue
            growth = self._growth.setdefault(topic.name, _Growth())
            amount = counted = 0
            for key in keys:
                end = collected.ends.get(key)
                if isinstance(end, Known):
                    amount += end.value
                    counted += 1
            growth.missing = len(keys) - counted
            if counted != growth.counted:
                growth.meter.reset()
                growth.counted = counted
            if not counted:
                growth.rate = _reason(collected, topic)
                continue
            growth.meter.observe(at_ms, amount)
            per_s = growth.meter.per_s()
            if per_s is None:
                growth.rate = NOT_READ
                continue
            growth.rate = Known(per_s, at_ms) if per_s else still
            if per_s or any(growth.trend.values):
                growth.trend = growth.trend.appended(at_ms, per_s, TREND_SAMPLES_MAX)
            elif not growth.trend.values:
                growth.trend = begun

    def observe_partitions(
        self,
        at_ms: int,
        topic: TopicReading,
        collected: Collected,
        asked: AbstractSet[TopicPartition],
    ) -> None:
        """Take in one round of end offsets for an open topic, partition by partition.

        Of a topic that was opened meanwhile no partition was `asked`: what ends it has are old.
        """
        for key in topic.keys:
            end = collected.ends.get(key) if key in asked else None
            if isinstance(end, Known):
                self._partition_meters.setdefault(key, RateMeter()).observe(at_ms, end.value)

    def keep_only(self, layout: LayoutReading, open_topics: frozenset[str]) -> None:
        """Forget topics that are gone and partitions of topics that are not open."""
        names = {topic.name for topic in layout.topics}
        for kept in (self._growth, self._rows, self._record_bytes):
            for name in kept.keys() - names:
                del kept[name]
        closed = [key for key in self._partition_meters if key.topic not in open_topics & names]
        for key in closed:
            del self._partition_meters[key]

    def rows(
        self, topics: Iterable[TopicReading], collected: Collected, facts: TopicFacts
    ) -> Iterator[Topic]:
        """One row for each of some topics, in their order."""
        for topic in topics:
            row = self._row(topic, collected, facts)
            before = self._rows.get(topic.name)
            if before is not None and before == row:
                yield before
            else:
                self._rows[topic.name] = row
                yield row

    def partitions(
        self,
        topic: TopicReading,
        collected: Collected,
        sizes: Mapping[TopicPartition, Figure[int]],
        lag_group: Group | None,
    ) -> tuple[Partition, ...]:
        """The partitions of an open topic."""
        lags = {}
        if lag_group is not None:
            lags = {each.partition: each.records for each in lag_group.partitions_of(topic.name)}
        return tuple(
            self._partition(topic.name, each, collected, sizes, lags) for each in topic.partitions
        )

    def record_bytes(self, topic: str) -> float | None:
        """The mean size of a topic's records, as of the newest reading of sizes that tells it."""
        mean = self._record_bytes.get(topic)
        return None if mean is None else mean.value

    def _row(self, topic: TopicReading, collected: Collected, facts: TopicFacts) -> Topic:
        offline = under_replicated = copies = 0
        for each in topic.partitions:
            offline += each.leader is None
            under_replicated += len(each.in_sync) < len(each.replicas)
            copies = max(copies, len(each.replicas))
        readers = facts.readers.get(topic.name, _NO_READERS)
        growth = self._growth.get(topic.name, _NOT_OBSERVED)
        keys = topic.keys
        count = _sum(_count(collected, key) for key in keys)
        size_bytes = _size(_sum(facts.sizes.get(key, NOT_READ) for key in keys), count)
        return Topic(
            name=topic.name,
            topic_id=topic.topic_id,
            is_internal=topic.is_internal,
            partition_count=len(topic.partitions),
            replication_factor=copies,
            status=status_of(
                offline=offline, under_replicated=under_replicated, is_lagging=readers.is_lagging
            ),
            offline_partitions=offline,
            under_replicated_partitions=under_replicated,
            messages_per_s=growth.rate,
            bytes_per_s=_product(growth.rate, self._mean_bytes(topic.name, size_bytes, count)),
            size_bytes=size_bytes,
            message_count=count,
            lag=readers.lag,
            lag_total=readers.lag_total,
            groups=readers.groups,
            retention=facts.policies.get(topic.name, NOT_READ),
            trend=growth.trend,
            unread_partitions=growth.missing,
        )

    def _mean_bytes(self, topic: str, size_bytes: Figure[int], count: Figure[int]) -> Figure[float]:
        """Sizes are read less often than offsets: records written since are not in them."""
        if isinstance(size_bytes, Unknown):
            return size_bytes
        before = self._record_bytes.get(topic)
        if before is not None and before.at_ms == size_bytes.at_ms:
            return before
        if isinstance(count, Unknown):
            return count
        if not size_bytes.value or not count.value:
            return _SIZED_BEFORE
        mean = Known(size_bytes.value / count.value, size_bytes.at_ms)
        self._record_bytes[topic] = mean
        return mean

    def _partition(
        self,
        topic: str,
        reading: PartitionReading,
        collected: Collected,
        sizes: Mapping[TopicPartition, Figure[int]],
        lags: Mapping[int, Figure[int]],
    ) -> Partition:
        key = TopicPartition(topic, reading.index)
        end = collected.ends.get(key, NOT_READ)
        meter = self._partition_meters.get(key)
        per_s = meter.per_s() if meter else None
        rate: Figure[float] = NOT_READ
        if isinstance(end, Unknown):
            rate = end
        elif per_s is not None:
            rate = Known(per_s, end.at_ms)
        return Partition(
            topic=topic,
            index=reading.index,
            leader=reading.leader,
            leader_epoch=reading.leader_epoch,
            replicas=reading.replicas,
            in_sync=reading.in_sync,
            offline_replicas=reading.offline_replicas,
            log_start=collected.starts.get(key, NOT_READ),
            high_watermark=end,
            last_stable=collected.stables.get(key, NOT_READ),
            size_bytes=_size(sizes.get(key, NOT_READ), _count(collected, key)),
            messages_per_s=rate,
            lag=lags.get(reading.index, Unknown("the group does not read it")),
        )


def _reason(collected: Collected, topic: TopicReading) -> Figure[float]:
    for key in topic.keys:
        end = collected.ends.get(key)
        if isinstance(end, Unknown):
            return end
    return NOT_READ


def _count(collected: Collected, key: TopicPartition) -> Figure[int]:
    start, end = collected.starts.get(key, NOT_READ), collected.ends.get(key, NOT_READ)
    if isinstance(start, Unknown):
        return start
    return map_figure(end, lambda value: max(0, value - start.value))


def _size(size_bytes: Figure[int], count: Figure[int]) -> Figure[int]:
    """Records take room: where there are some by now, nothing is an old answer."""
    is_old = isinstance(size_bytes, Known) and not size_bytes.value
    return _SIZED_BEFORE if is_old and isinstance(count, Known) and count.value else size_bytes


def _sum(figures: Iterable[Figure[int]]) -> Figure[int]:
    """A sum that is known only if every part is."""
    amount, at_ms = 0, 0
    for figure in figures:
        if isinstance(figure, Unknown):
            return figure
        amount, at_ms = amount + figure.value, max(at_ms, figure.at_ms)
    return Known(amount, at_ms)


def _product(rate: Figure[float], amount: Figure[float]) -> Figure[float]:
    """Nothing times anything is nothing, whether that is known or not."""
    if isinstance(rate, Unknown) or rate.value == 0:
        return rate
    if isinstance(amount, Unknown):
        return amount
    return Known(rate.value * amount.value, rate.at_ms)
