"""Reads what a look at one topic's retention needs: its configuration, and each partition's log.

Asked when somebody looks, and `anew` while they go on looking, not in rounds. Times come from
look-ups by time, one request to each leader however many partitions there are; a moment that
matters is looked up by itself later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from console.model.figures import Figure, Known, Unknown
from console.model.names import TopicPartition
from console.model.partition_log import PartitionLog, Rolling, guessed_log, told_log
from console.model.record_times import RecordTimes
from console.model.retention import RetentionPolicy, policy_from
from console.port.cluster import Reads
from console.port.errors import ClusterError
from console.port.readings import ConfigReading, SegmentReading, TimedOffset

KEYS = ("cleanup.policy", "retention.ms", "retention.bytes", "segment.bytes", "segment.ms")
PROBES = 15
"""Moments that are looked up between the oldest record and now."""

SEGMENTS_MAX, SEGMENTS_LEAST = 4_000, 8
"""Segments that are guessed of a topic, and of one partition: each keystroke goes through all."""

_NO_ANSWER = "no answer came"


@dataclass(slots=True)
class _Found:
    """What was read of one partition, until something could not be."""

    start: int = 0
    end: int = 0
    size_bytes: int | None = None
    segments: tuple[SegmentReading, ...] = ()
    times: RecordTimes = field(default_factory=RecordTimes)
    problem: str = ""


class TopicLogs:
    """The logs of one topic as of `now_ms`. `configs` are those of `KEYS` that the topic has."""

    def __init__(self, reads: Reads, topic: str, partition_count: int, now_ms: int) -> None:
        self._reads = reads
        self._keys = [TopicPartition(topic, index) for index in range(partition_count)]
        self._found = {key: _Found() for key in self._keys}
        self._asked: set[int] = set()
        self.topic = topic
        self.now_ms = now_ms
        self.configs: Mapping[str, ConfigReading] = {}

    def anew(self, partition_count: int, now_ms: int) -> "TopicLogs":
        """The same topic at another moment, of which nothing is read yet."""
        return TopicLogs(self._reads, self.topic, partition_count, now_ms)

    @property
    def rolling(self) -> Rolling:
        """When the broker begins another segment of this topic; Kafka's defaults when not told."""
        rolling = Rolling()
        size, age = self._whole("segment.bytes"), self._whole("segment.ms")
        rolling = rolling if size is None else replace(rolling, segment_bytes=max(1, size))
        return rolling if age is None else replace(rolling, segment_ms=max(1, age))

    @property
    def logs(self) -> Mapping[int, Figure[PartitionLog]]:
        """By partition, as far as they are known."""
        return {key.partition: self._log(key) for key in self._keys}

    def policy(self, wish: Mapping[str, str] = MappingProxyType({})) -> RetentionPolicy:
        """What the topic keeps, with what is wished instead. Raises ClusterError if it is none."""
        told = {key: each.value for key, each in self.configs.items() if each.value is not None}
        try:
            return policy_from({**told, **wish})
        except ValueError as error:
            raise ClusterError(f"the configuration is not readable: {error}") from error

    async def read(self) -> None:
        """Ask everything. Raises ClusterError when not even the configuration can be had."""
        answer = (await self._reads.topic_configs([self.topic], keys=KEYS)).get(self.topic)
        if answer is None or isinstance(answer, ClusterError):
            raise answer or ClusterError(_NO_ANSWER)
        self.configs = {each.name: each for each in answer}
        await self._read_bounds()
        await self._read_sizes()
        await self._read_segments()
        await self.look_up(0)
        await self._read_newest()
        begin = min(
            (found.times.newest_ms[0] for found in self._found.values() if found.times.ends),
            default=self.now_ms,
        )
        step = (self.now_ms - begin) / (PROBES + 1)
        for number in range(1, PROBES + 1) if step >= 1 else ():
            await self.look_up(round(begin + number * step))

    async def look_up(self, moment_ms: int) -> None:
        """Find out which records are older than a moment; no more than once for each."""
        wanted = [key for key in self._keys if self._is_worth_asking(key)]
        if moment_ms in self._asked:
            return
        if not wanted:
            self._asked.add(moment_ms)
            return
        try:
            answers = await self._reads.offsets_at(wanted, max(0, moment_ms))
        except ClusterError as error:
            answers = dict.fromkeys(wanted, error)
        # Only then: who asked may have been cancelled meanwhile.
        self._asked.add(moment_ms)
        for key in wanted:
            found, answer = self._found[key], answers.get(key)
            if isinstance(answer, TimedOffset):
                found.times = found.times.looked_up(
                    moment_ms,
                    answer.offset,
                    answer.timestamp_ms,
                    start=found.start,
                    end=found.end,
                )
            elif not found.times.ends:
                found.problem = _reason(answer)

    def has_looked_up(self, moment_ms: int) -> bool:
        """Whether it was asked which records are older than that."""
        return moment_ms in self._asked

    def _is_worth_asking(self, key: TopicPartition) -> bool:
        found = self._found[key]
        return not found.problem and found.end > found.start

    async def _read_bounds(self) -> None:
        try:
            # The start first: it can only rise, and the end is never below it.
            starts = await self._reads.start_offsets(self._keys)
            ends = await self._reads.end_offsets(self._keys)
        except ClusterError as error:
            starts = ends = dict.fromkeys(self._keys, error)
        for key, found in self._found.items():
            start, end = starts.get(key), ends.get(key)
            if isinstance(start, int) and isinstance(end, int):
                found.start, found.end = start, max(start, end)
            else:
                found.problem = _reason(end if isinstance(start, int) else start)

    async def _read_sizes(self) -> None:
        """The largest copy of each partition: a follower may lack something, never the leader."""
        try:
            directories = await self._reads.directories()
        except ClusterError:
            return
        for answer in directories.values():
            for directory in () if isinstance(answer, ClusterError) else answer:
                for key, size in directory.replica_bytes.items():
                    if key in self._found:
                        found = self._found[key]
                        found.size_bytes = max(size, found.size_bytes or 0)

    async def _read_segments(self) -> None:
        try:
            answer = await self._reads.segments(self._keys)
        except ClusterError:
            return
        for key, segments in answer.items():
            found = self._found[key]
            # What was deleted between both questions, or is being written, tells nothing for sure.
            if segments and segments[0].base_offset <= found.start:
                found.segments = segments
                found.times = found.times.seen_all(
                    {
                        each.base_offset: each.first_ms
                        for each in segments
                        if each.first_ms is not None and found.start <= each.base_offset < found.end
                    }
                )

    async def _read_newest(self) -> None:
        """The time of the last record, which no look-up tells of a topic that rests."""
        wanted = {
            key: (self._found[key].end - 1,) for key in self._keys if self._is_worth_asking(key)
        }
        try:
            answers = await self._reads.record_times(wanted) if wanted else {}
        except ClusterError:
            return
        for key, answer in answers.items():
            found = self._found[key]
            for offset, time_ms in () if isinstance(answer, ClusterError) else answer.items():
                if time_ms >= 0:
                    found.times = found.times.seen(offset, time_ms)

    def _log(self, key: TopicPartition) -> Figure[PartitionLog]:
        found = self._found[key]
        if found.problem:
            return Unknown(found.problem)
        if found.segments:
            told = tuple((each.base_offset, each.size_bytes) for each in found.segments)
            log = told_log(
                key.partition,
                start=found.start,
                end=found.end,
                times=found.times,
                segments=told,
            )
            return Known(log, self.now_ms)
        log = guessed_log(
            key.partition,
            start=found.start,
            end=found.end,
            size_bytes=found.size_bytes,
            times=found.times,
            rolling=self.rolling,
            segments_max=max(SEGMENTS_LEAST, SEGMENTS_MAX // len(self._keys)),
        )
        return Known(log, self.now_ms)

    def _whole(self, name: str) -> int | None:
        entry = self.configs.get(name)
        value = None if entry is None else entry.value
        return int(value) if value is not None and value.lstrip("-").isdigit() else None


def _reason(answer: object) -> str:
    return answer.reason if isinstance(answer, ClusterError) else _NO_ANSWER
