"""The questions themselves: each round asks the port and writes what it learnt to `Collected`.

A round returns True when it learnt what it asked for. An answer in which no broker that was asked
could be reached teaches nothing: it is a failure of the round, and what was read before stays.

Large questions are put in parts, so that neither a request nor the decoding of its answer holds the
event loop for long, and all rounds together have a bounded number of calls under way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from console.model.figures import Figure, Known, Unknown
from console.model.names import TopicPartition
from console.model.section import LOADING, Ready
from console.port.clock import Clock
from console.port.cluster import Reads
from console.port.errors import ClusterError, NotSupported, TimedOut, Unreachable
from console.port.readings import ConfigReading, LayoutReading, ProducerReading, TopicReading
from console.sampling.collected import Collected, Stamp, failed, figures, keep_only
from console.sampling.segment_rows import read_segments
from console.sampling.turns import in_turns, parts

CALLS_MAX = 16
"""Calls of the port that may be under way at once."""

PARTITIONS_PER_CALL = 1_000
GROUPS_PER_CALL = 250
TOPICS_PER_CALL = 500

POLICY_KEYS = ("cleanup.policy", "retention.ms", "retention.bytes")

K = TypeVar("K")

_TopicConfigs = tuple[ConfigReading, ...] | ClusterError
"""Most topics are configured alike: what is equal is kept once."""

CommittedAnswer = Mapping[TopicPartition, int | ClusterError] | ClusterError


class Rounds:
    """Asks one cluster. The figures that it writes carry the time at which the answer came."""

    def __init__(self, cluster: Reads, clock: Clock, collected: Collected) -> None:
        self._cluster = cluster
        self._clock = clock
        self._collected = collected
        self._slots = asyncio.Semaphore(CALLS_MAX)

    async def layout(self) -> bool:
        """Nodes and topics; at first and after an absence also what the cluster offers."""
        found = self._collected
        try:
            async with self._slots:
                reading = await self._cluster.layout()
        except ClusterError as error:
            found.layout = failed(found.layout, error, self._clock.wall_ms())
            return False
        if found.capabilities is None or not isinstance(found.layout, Ready):
            await self._capabilities()
        before = found.topics()
        if before is not None and await _is_same(before, reading):
            # What is made from the layout is made again only when the layout is another object.
            reading = before
        found.nodes_seen.update({node.node_id: node for node in reading.nodes})
        found.layout = Ready(reading, self._clock.wall_ms())
        if before is not None and reading is not before:
            _forget_gone(found, before, reading)
        return True

    async def _capabilities(self) -> None:
        """What the cluster offers. That it does not tell hides no topic: it is asked again."""
        try:
            async with self._slots:
                self._collected.capabilities = await self._cluster.capabilities()
        except ClusterError:
            return

    async def groups(self) -> bool:
        """The list of groups. Those of a coordinator that did not answer stay as they were."""
        found = self._collected
        try:
            async with self._slots:
                reading = await self._cluster.list_groups()
        except ClusterError as error:
            found.groups = failed(found.groups, error, self._clock.wall_ms())
            return False
        if reading.failures:
            named = {each.name for each in reading.groups}
            kept = tuple(
                each
                for each in found.listings()
                if each.coordinator in reading.failures and each.name not in named
            )
            reading = type(reading)((*reading.groups, *kept), reading.failures)
        names = {each.name for each in reading.groups}
        found.groups = Ready(reading, self._clock.wall_ms())
        for name in found.descriptions.keys() - names:
            del found.descriptions[name]
        return True

    async def members(self, groups: Sequence[str]) -> bool:
        """State and members of some groups."""
        types = {each.name: each.group_type for each in self._collected.listings()}
        wanted = [name for name in groups if name in types]
        try:
            for part in parts(wanted, GROUPS_PER_CALL):
                async with self._slots:
                    answers = await self._cluster.describe_groups(
                        {name: types[name] for name in part}
                    )
                if nothing_learnt(answers):
                    return False
                self._collected.descriptions.update(answers)
        except ClusterError:
            return False
        return True

    async def committed(self, groups: Sequence[str]) -> dict[str, CommittedAnswer]:
        """Committed offsets; an error for the whole is one for each group."""
        answers: dict[str, CommittedAnswer] = {}
        for part in parts(groups, GROUPS_PER_CALL):
            try:
                async with self._slots:
                    answers.update(await self._cluster.committed(part))
            except ClusterError as error:
                answers.update(dict.fromkeys(part, error))
        return answers

    async def ends(
        self, partitions: Collection[TopicPartition], consumed: Collection[TopicPartition]
    ) -> bool:
        """High watermarks, and after them the last stable offsets of what groups read.

        In this order a stable offset below the high watermark is one that a transaction holds.
        """
        found = self._collected
        ends = await self._figures(self._cluster.end_offsets, partitions)
        stables = await self._figures(self._cluster.stable_offsets, consumed)
        now_ms = self._clock.wall_ms()
        if isinstance(ends, ClusterError):
            found.offsets = failed(found.offsets, ends, now_ms)
            return False
        found.ends.update(ends)
        found.figures_read += 1
        if isinstance(stables, ClusterError):
            # An old one would hide what was written since.
            stables = dict.fromkeys(consumed, Unknown(stables.reason))
        found.stables.update(stables)
        found.offsets = Ready(now_ms, now_ms)
        return True

    def note_all_ends(self) -> None:
        """The newest round of offsets read the end of every partition."""
        if isinstance(self._collected.offsets, Ready):
            self._collected.all_ends_ms = self._collected.offsets.at_ms

    async def starts(self, partitions: Collection[TopicPartition]) -> bool:
        """Log start offsets."""
        answers = await self._figures(self._cluster.start_offsets, partitions)
        if isinstance(answers, ClusterError):
            return False
        self._collected.starts.update(answers)
        self._collected.figures_read += 1
        return True

    async def oldest(self, partitions: Collection[TopicPartition]) -> bool:
        """Time stamps of the oldest records; -1 where there is none."""

        async def ask(
            part: Collection[TopicPartition],
        ) -> Mapping[TopicPartition, int | ClusterError]:
            answers = await self._cluster.offsets_at(part, 0)
            return {
                key: answer if isinstance(answer, ClusterError) else answer.timestamp_ms
                for key, answer in answers.items()
            }

        answers = await self._figures(ask, partitions)
        if isinstance(answers, ClusterError):
            return False
        self._collected.oldest.update(answers)
        self._collected.oldest_read += 1
        return True

    async def ages(self, positions: Mapping[TopicPartition, Collection[int]]) -> bool:
        """Time stamps of the records at some positions; -1 where no record is up to the end."""
        ends = {key: self._collected.ends.get(key) for key in positions}
        try:
            for part in parts(positions, PARTITIONS_PER_CALL):
                async with self._slots:
                    answers = await self._cluster.record_times(
                        {key: positions[key] for key in part}
                    )
                for key, answer in answers.items():
                    end = ends.get(key)
                    if isinstance(end, Known) and not isinstance(answer, ClusterError):
                        self._keep_stamps(key, answer, end.value)
        except ClusterError:
            return False
        return True

    def _keep_stamps(self, key: TopicPartition, times: Mapping[int, int], end: int) -> None:
        """The newest stand last: the one that was asked first is the first to be forgotten."""
        kept = self._collected.record_times.setdefault(key, {})
        for position, time_ms in times.items():
            kept.pop(position, None)
            kept[position] = Stamp(position, time_ms, end)

    async def disks(self) -> bool:
        """Log directories of every broker."""
        found = self._collected
        try:
            async with self._slots:
                answers = await self._cluster.directories()
            error = nothing_learnt(answers)
        except ClusterError as raised:
            error = raised
        if error is not None:
            found.directories = failed(found.directories, error, self._clock.wall_ms())
            return False
        found.directories = Ready(answers, self._clock.wall_ms())
        return True

    async def configs(self, topics: Sequence[str], opened: Collection[str]) -> bool:
        """Retention of all topics named, and everything of those that are open."""
        found = self._collected
        try:
            shared: dict[_TopicConfigs, _TopicConfigs] = {}
            for part in parts(topics, TOPICS_PER_CALL):
                answers = await self._topic_configs(part, POLICY_KEYS)
                for name, answer in answers.items():
                    found.configs[name] = shared.setdefault(answer, answer)
            if opened:
                found.full_configs.update(await self._topic_configs(opened, None))
        except ClusterError as error:
            found.policies = failed(found.policies, error, self._clock.wall_ms())
            return False
        now_ms = self._clock.wall_ms()
        found.policies = Ready(now_ms, now_ms)
        return True

    async def _topic_configs(
        self, topics: Collection[str], keys: Sequence[str] | None
    ) -> Mapping[str, tuple[ConfigReading, ...] | ClusterError]:
        async with self._slots:
            answers = await self._cluster.topic_configs(topics, keys=keys)
        error = nothing_learnt(answers)
        if error is not None:
            raise error
        return answers

    async def producers(self, topics: Iterable[TopicReading]) -> bool:
        """Who writes to some topics. One that cannot be asked takes nothing from the others."""
        is_ok = True
        for topic in topics:
            before = self._collected.producers.get(topic.name, LOADING)
            keys = [TopicPartition(topic.name, each.index) for each in topic.partitions]
            found: dict[TopicPartition, tuple[ProducerReading, ...] | ClusterError] = {}
            try:
                for part in parts(keys, PARTITIONS_PER_CALL):
                    async with self._slots:
                        found.update(await self._cluster.producers(part))
                error = nothing_learnt(found)
            except ClusterError as raised:
                error = raised
            now_ms = self._clock.wall_ms()
            if error is None:
                self._collected.producers[topic.name] = Ready(found, now_ms)
            else:
                self._collected.producers[topic.name] = failed(before, error, now_ms)
                is_ok = False
        return is_ok

    async def segments(self, topics: Iterable[TopicReading]) -> bool:
        """The segments of some topics. One that cannot be asked takes nothing from the others."""
        is_ok, kept = True, self._collected.segments
        for topic in topics:
            try:
                async with self._slots:
                    found = await read_segments(self._cluster, topic, self._clock.wall_ms())
            except ClusterError as error:
                before, now_ms = kept.get(topic.name, LOADING), self._clock.wall_ms()
                kept[topic.name] = failed(before, error, now_ms)
                is_ok = False
            else:
                kept[topic.name] = Ready(found, self._clock.wall_ms())
        return is_ok

    async def round_trips(self) -> bool:
        """How long every broker takes to answer."""
        try:
            async with self._slots:
                answers = await self._cluster.round_trips()
        except ClusterError:
            return False
        self._collected.round_trips.observe(self._clock.wall_ms(), answers)
        return nothing_learnt(answers) is None

    async def broker_configs(self, node_id: int) -> bool:
        """Every key of one broker's configuration."""
        kept = self._collected.broker_configs
        try:
            async with self._slots:
                entries = await self._cluster.broker_configs(node_id)
        except ClusterError as error:
            now_ms = self._clock.wall_ms()
            kept[node_id] = failed(kept.get(node_id, LOADING), error, now_ms)
            return False
        kept[node_id] = Ready(entries, self._clock.wall_ms())
        return True

    async def vitals(self) -> bool:
        """Metrics of an engine of ours; not asked again of a cluster that has none."""
        found = self._collected
        try:
            async with self._slots:
                samples = await self._cluster.metrics()
        except NotSupported:
            return True
        except ClusterError as error:
            found.metrics = failed(found.metrics, error, self._clock.wall_ms())
            return False
        found.metrics = Ready(samples, self._clock.wall_ms())
        return True

    async def _figures(
        self,
        ask: Callable[
            [list[TopicPartition]], Awaitable[Mapping[TopicPartition, int | ClusterError]]
        ],
        partitions: Collection[TopicPartition],
    ) -> dict[TopicPartition, Figure[int]] | ClusterError:
        """Answers to one question about many partitions, or the error that befell all of it."""
        answers: dict[TopicPartition, Figure[int]] = {}
        try:
            for part in parts(partitions, PARTITIONS_PER_CALL):
                async with self._slots:
                    answer = await ask(part)
                error = nothing_learnt(answer)
                if error is not None:
                    return error
                now_ms = self._clock.wall_ms()
                answers |= figures(answer, part, now_ms)
        except ClusterError as error:
            return error
        return answers


def nothing_learnt(answers: Mapping[K, object]) -> ClusterError | None:
    """Why an answer about many things teaches nothing: nobody who knows could be reached."""
    error: ClusterError | None = None
    for answer in answers.values():
        if not isinstance(answer, Unreachable | TimedOut):
            return None
        error = answer
    return error


async def _is_same(before: LayoutReading | None, now: LayoutReading) -> bool:
    """Whether nothing has changed since."""
    if before is None or len(before.topics) != len(now.topics):
        return False
    if replace(before, topics=()) != replace(now, topics=()):
        return False
    is_same = True
    async for pairs in in_turns(zip(before.topics, now.topics, strict=True)):
        is_same = is_same and all(old == new for old, new in pairs)
    return is_same


def _forget_gone(found: Collected, before: LayoutReading, now: LayoutReading) -> None:
    """Drop what was read of topics that are gone or were made anew, and of partitions gone."""
    ids = {topic.name: topic.topic_id for topic in before.topics}
    counts = {
        topic.name: len(topic.partitions)
        for topic in now.topics
        if ids.get(topic.name, topic.topic_id) == topic.topic_id
    }
    for known in (found.ends, found.stables, found.starts, found.oldest, found.record_times):
        for key in [key for key in known if key.partition >= counts.get(key.topic, 0)]:
            del known[key]
    keep_only(found.configs, counts)
    keep_only(found.full_configs, counts)
    keep_only(found.producers, counts)
    keep_only(found.segments, counts)
