"""Changes that are recorded. Implements `console.port.cluster.Writes` upon another.

What an undo needs is read before the change. Where that cannot be read and will not be, for want of
a right or an operation, the change is made all the same and cannot be undone; where it cannot be
read at the moment nothing is changed: a group that is deleted while its coordinator moves would
not come back. Validations change nothing and are not recorded.

A change that nobody waits for any more, as when the console is left, may be made all the same: it
is recorded as one of which that is not known.
"""

import asyncio
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from console.acts.act import ActKind, Before, BrokerConfigsBefore, ConfigsBefore, OffsetsBefore
from console.acts.fates import Fates, fates_of
from console.acts.journal import Journal
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import (
    TO_THE_END,
    Groups,
    Layout,
    NewRecord,
    NewTopic,
    Nodes,
    Published,
    Writes,
)
from console.port.errors import ClusterError, Failed, TimedOut, Unreachable
from console.port.readings import ConfigReading

HIDDEN = "(not shown)"
"""What is told of a sensitive value."""

NOT_WAITED_FOR = "its answer was not waited for"
UNHEARD = f"{NOT_WAITED_FOR}; it may have been done"
"""What is told of a change that was under way when its caller was cancelled."""

OutcomeT = TypeVar("OutcomeT")


class Reads(Layout, Groups, Nodes, Protocol):
    """What is asked before a change."""


class RecordedWrites:
    """Changes to one cluster, named `cluster` in the journal."""

    def __init__(self, writes: Writes, reads: Reads, journal: Journal, cluster: str) -> None:
        self._writes = writes
        self._reads = reads
        self._journal = journal
        self._cluster = cluster

    async def create_topic(self, topic: NewTopic, *, validate_only: bool = False) -> int | None:
        made = self._writes.create_topic(topic, validate_only=validate_only)
        if validate_only:
            return await made
        count = "the broker's number of" if topic.partitions is None else str(topic.partitions)
        configs = "".join(f", {key} = {value}" for key, value in sorted(topic.configs.items()))
        told = f"{count} partitions{configs}"
        return await self._do(made, ActKind.CREATE_TOPIC, topic.name, told)

    async def delete_topic(self, name: str) -> None:
        await self._do(self._writes.delete_topic(name), ActKind.DELETE_TOPIC, name)

    async def add_partitions(self, topic: str, total: int, *, validate_only: bool = False) -> None:
        made = self._writes.add_partitions(topic, total, validate_only=validate_only)
        if validate_only:
            await made
            return
        await self._do(made, ActKind.ADD_PARTITIONS, topic, f"{total} in all")

    async def set_topic_configs(
        self, topic: str, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        if validate_only:
            await self._writes.set_topic_configs(topic, changes, validate_only=True)
            return
        values, secrets = await _configs_before(self._topic_configs(topic, changes), changes)
        before = None if values is None else ConfigsBefore(topic, values)
        made = self._writes.set_topic_configs(topic, changes)
        await self._do(made, ActKind.SET_CONFIGS, topic, _configs_told(changes, secrets), before)

    async def set_broker_configs(
        self, node_id: int, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        if validate_only:
            await self._writes.set_broker_configs(node_id, changes, validate_only=True)
            return
        found = self._reads.broker_configs(node_id, keys=list(changes))
        values, secrets = await _configs_before(found, changes, owner="broker")
        before = None if values is None else BrokerConfigsBefore(node_id, values)
        made = self._writes.set_broker_configs(node_id, changes)
        kind, told = ActKind.SET_BROKER_CONFIGS, _configs_told(changes, secrets)
        await self._do(made, kind, f"broker {node_id}", told, before)

    async def publish(
        self, topic: str, records: Sequence[NewRecord]
    ) -> tuple[Published | ClusterError, ...]:
        if not records:
            # Whoever publishes nothing asks whether there is the topic.
            return await self._writes.publish(topic, records)
        try:
            results = await self._writes.publish(topic, records)
        except ClusterError as error:
            await self._note_published(topic, fates_of([error] * len(records)))
            raise
        except asyncio.CancelledError:
            fates = Fates(perhaps_stored=len(records), doubt=NOT_WAITED_FOR)
            await self._note_published(topic, fates)
            raise
        await self._note_published(topic, fates_of(results))
        return results

    async def delete_records(
        self, before: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        topics = sorted({key.topic for key in before})
        subject = ", ".join(topics)
        if set(before.values()) == {TO_THE_END}:
            what = f"all of {len(before)} partition" + ("s" if len(before) != 1 else "")
        else:
            what = ", ".join(
                f"{key if len(topics) > 1 else key.partition} {_up_to(offset)}"
                for key, offset in before.items()
            )
        made = self._writes.delete_records(before)
        return await self._do_each(made, ActKind.DELETE_RECORDS, subject, what)

    async def set_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        before = await self._offsets_before(group, offsets)
        what = ", ".join(f"{key} to {offset:,}" for key, offset in sorted(offsets.items()))
        made = self._writes.set_offsets(group, offsets)
        return await self._do_each(made, ActKind.SET_OFFSETS, group, what, before)

    async def delete_offsets(
        self, group: str, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        before = await self._offsets_before(group, partitions)
        what = ", ".join(str(key) for key in sorted(partitions))
        made = self._writes.delete_offsets(group, partitions)
        return await self._do_each(made, ActKind.DELETE_OFFSETS, group, what, before)

    async def delete_group(self, group: str) -> None:
        before = await self._offsets_before(group)
        made = self._writes.delete_group(group)
        await self._do(made, ActKind.DELETE_GROUP, group, before=before)

    async def _do(
        self,
        change: Awaitable[OutcomeT],
        kind: ActKind,
        subject: str,
        what: str = "",
        before: Before | None = None,
    ) -> OutcomeT:
        try:
            outcome = await change
        except ClusterError as error:
            await self._note_failed(kind, subject, what, error, before)
            raise
        except asyncio.CancelledError:
            await self._note(kind, subject, what, UNHEARD, before)
            raise
        await self._note(kind, subject, what, "", before)
        return outcome

    async def _do_each(
        self,
        change: Awaitable[Mapping[TopicPartition, OutcomeT]],
        kind: ActKind,
        subject: str,
        what: str,
        before: OffsetsBefore | None = None,
    ) -> Mapping[TopicPartition, OutcomeT]:
        try:
            results = await change
        except ClusterError as error:
            await self._note_failed(kind, subject, what, error, before)
            raise
        except asyncio.CancelledError:
            await self._note(kind, subject, what, UNHEARD, before)
            raise
        refused = {k: each for k, each in results.items() if isinstance(each, ClusterError)}
        if before is not None:
            kept = {k: offset for k, offset in before.offsets.items() if k not in refused}
            before = OffsetsBefore(before.group, kept) if kept else None
        failure = _failure(refused, len(results))
        await self._note(kind, subject, what, failure, before)
        return results

    async def _note_failed(
        self, kind: ActKind, subject: str, what: str, error: ClusterError, before: Before | None
    ) -> None:
        # A change whose answer did not come may have been made: it can be undone as well.
        may_be_made = isinstance(error, TimedOut | Unreachable)
        told = plain(error.of_change)
        await self._note(kind, subject, what, told, before if may_be_made else None)

    async def _note(
        self, kind: ActKind, subject: str, what: str, failure: str, before: Before | None
    ) -> None:
        """Record it, and wait until the audit file has it. Who is cancelled waits as well: once
        the line is on its way, another cancellation does not keep it back."""
        self._journal.note(
            self._cluster, kind, subject, plain(what), failure=failure, before=before
        )
        await self._journal.written()

    async def _note_published(self, topic: str, fates: Fates) -> None:
        self._journal.note_published(self._cluster, topic, fates)
        await self._journal.written()

    async def _topic_configs(
        self, topic: str, keys: Collection[str]
    ) -> tuple[ConfigReading, ...] | None:
        """What a topic has for some keys, None when it is not told. Raises ClusterError."""
        answer = (await self._reads.topic_configs([topic], keys=list(keys))).get(topic)
        if isinstance(answer, ClusterError):
            raise answer
        return answer

    async def _offsets_before(
        self, group: str, partitions: Collection[TopicPartition] | None = None
    ) -> OffsetsBefore | None:
        """Positions of a group, unless they cannot be had; of all its partitions if none is named.

        With all of them put back, a group that was deleted is there again. Raises Failed when they
        cannot be read at the moment.
        """
        found: Mapping[TopicPartition, int | ClusterError] | ClusterError
        try:
            found = (await self._reads.committed([group])).get(group, {})
        except ClusterError as error:
            found = error
        if isinstance(found, ClusterError):
            _hold_back(found)
            return None
        offsets: dict[TopicPartition, int | None] = {}
        for key in found if partitions is None else partitions:
            offset = found.get(key)
            if isinstance(offset, ClusterError):
                _hold_back(offset)
                return None
            offsets[key] = offset
        return OffsetsBefore(group, offsets) if offsets else None


async def _configs_before(
    reading: Awaitable[tuple[ConfigReading, ...] | None],
    changes: Mapping[str, str | None],
    *,
    owner: str = "topic",
) -> tuple[dict[str, str | None] | None, frozenset[str]]:
    """What the keys are set to on their `owner`, unless it cannot be had, and which of them are
    sensitive.

    Raises Failed when it cannot be read at the moment.
    """
    try:
        found = await reading
    except ClusterError as error:
        _hold_back(error)
        found = None
    if found is None:
        return None, frozenset(changes)
    secrets = frozenset(each.name for each in found if each.is_sensitive)
    values = {
        each.name: each.value if each.source == owner else None
        for each in found
        if each.name in changes
    }
    return (None if secrets or values.keys() != changes.keys() else values), secrets


def _configs_told(changes: Mapping[str, str | None], secrets: frozenset[str]) -> str:
    told = {key: HIDDEN if key in secrets else value for key, value in changes.items()}
    return ", ".join(
        f"{key} to its default" if value is None else f"{key} = {value}"
        for key, value in sorted(told.items())
    )


def _hold_back(error: ClusterError | None) -> None:
    """Raise where an error keeps from reading at the moment only; pass over one that stays."""
    if isinstance(error, Failed | TimedOut | Unreachable):
        said = f"nothing is changed, for what is there now cannot be read: {error.reason}"
        raise Failed("NOT_READ", said) from error


def _up_to(offset: int) -> str:
    return "to the end" if offset == TO_THE_END else f"before {offset:,}"


def _failure(refused: Mapping[TopicPartition, ClusterError], count: int) -> str:
    if not refused:
        return ""
    named = plain(", ".join(map(str, sorted(refused))))
    first = next(iter(refused.values()))
    # Why comes first: the end is cut in a list of acts, however many the names.
    return f"{len(refused)} of {count} refused: {plain(first.of_change)} ({named})"
