"""Follows groups and topics from round to round, so that speeds, ages and verdicts can be told."""

import sys
from collections.abc import Iterable, Mapping

from console.model.age import EndTimes
from console.model.figures import Figure, Known, Unknown
from console.model.group import GroupState, Member
from console.model.lag import NO_COMMIT, NOT_ASKED
from console.model.lag import Offsets as OffsetReading
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.verdict import NO_ALLOWANCE, Allowance
from console.port.errors import ClusterError
from console.port.readings import GroupReading
from console.sampling.collected import STAMPS_MAX, Collected, Stamp, figure
from console.sampling.group_rows import members_of, owners
from console.sampling.group_tracker import GroupTracker, Tracked
from console.sampling.rounds import CommittedAnswer

_OF_CONSUMERS = "consumer"
"""The protocol of groups that share out partitions among their members."""

AGES_PER_ROUND = 200
"""Records whose time stamp is fetched in one round; the others wait for a later one."""


class GroupFollower:
    """The trackers of all groups whose offsets are read."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self.trackers: dict[str, GroupTracker] = {}
        self.problems: dict[str, str] = {}
        self.allowances: dict[str, Allowance] = {}
        self._end_times: dict[TopicPartition, EndTimes] = {}
        self._taken_in: dict[str, dict[TopicPartition, Member]] = {}
        """Groups that are to be judged, with the member that reads each partition."""

    def consumed(self) -> set[TopicPartition]:
        """Partitions that some group has committed to, is assigned or has left unread."""
        return {key for tracker in self.trackers.values() for key in tracker.partitions}

    def wanted(self, committed: Mapping[str, CommittedAnswer]) -> set[TopicPartition]:
        """Partitions whose ends are needed to tell the lag of these groups."""
        keys: set[TopicPartition] = set()
        left = self._left(committed)
        for name, answer in committed.items():
            if not isinstance(answer, ClusterError):
                keys.update(answer)
            keys.update(self._assigned(name), left.get(name, ()))
        return keys

    def observe(self, at_ms: int, committed: Mapping[str, CommittedAnswer]) -> None:
        """Take in one round whose ends have been collected after the commits, and judge it."""
        self.take_in(at_ms, committed)
        self.judge(at_ms)

    def take_in(self, at_ms: int, committed: Mapping[str, CommittedAnswer]) -> None:
        """Note where groups and ends are. What is not judged yet is judged with the next."""
        found, left = self._collected, self._left(committed)
        for key in self.wanted(committed):
            end = found.ends.get(key)
            if isinstance(end, Known):
                table = self._end_times.get(key) or EndTimes()
                self._end_times[key] = table.observed(at_ms, end.value)
        for name, answer in committed.items():
            if isinstance(answer, ClusterError):
                self.problems[name] = answer.reason
                continue
            self.problems.pop(name, None)
            tracker = self.trackers.setdefault(name, GroupTracker())
            self._taken_in[name] = assigned = self._assigned(name)
            keys = {*answer, *assigned, *left.get(name, ())}
            tracker.observe(at_ms, self._offsets(answer, keys, at_ms))

    def tell_ages(self, at_ms: int) -> None:
        """Tell how old what is unread is, as far as is known without fetching."""
        for name in self._taken_in:
            self.trackers[name].tell_ages(at_ms, self._end_times, self._collected.record_times)

    def at_markers(self) -> set[str]:
        """Groups that are at the end of the records, as is known since they were taken in."""
        return {
            name
            for name in self._taken_in
            if any(
                self._is_control_only(key, tracked.offsets.committed)
                and not tracked.offsets.is_remainder_control_only
                for key, tracked in self.trackers[name].partitions.items()
            )
        }

    def judge(self, at_ms: int) -> None:
        """Bring ages, verdicts and outlooks of what was taken in up to date."""
        found = self._collected
        for name, assigned in self._taken_in.items():
            self.trackers[name].judge(
                at_ms,
                end_times=self._end_times,
                record_times=found.record_times,
                members={key: member.member_id for key, member in assigned.items()},
                allowance=self.allowances.get(name, NO_ALLOWANCE),
            )
        self._taken_in.clear()
        self._forget_stamps()

    def keep_only(self, groups: Iterable[str]) -> None:
        """Forget groups that are not followed any more."""
        kept = set(groups)
        for name in self.trackers.keys() - kept:
            del self.trackers[name]
            self._taken_in.pop(name, None)
        for name in self.problems.keys() - kept:
            del self.problems[name]
        consumed = self.consumed()
        for key in self._end_times.keys() - consumed:
            del self._end_times[key]

    def forget(self) -> None:
        """Begin anew: the wall clock went back, and no history can be compared."""
        self.trackers.clear()
        self._taken_in.clear()
        self._end_times.clear()

    def positions_without_age(
        self, preferred: Iterable[str], at_most: int | None = AGES_PER_ROUND
    ) -> dict[TopicPartition, set[int]]:
        """Positions where only fetching tells the record's time, or whether there is a record.

        So many of them, those of preferred groups first; None is all.
        """
        found: dict[TopicPartition, set[int]] = {}
        left = sys.maxsize if at_most is None else at_most
        for name in dict.fromkeys((*preferred, *self.trackers)):
            tracker = self.trackers.get(name)
            for key, tracked in tracker.partitions.items() if tracker else ():
                if not left:
                    return found
                position = tracked.lag.position
                if not isinstance(position, Known):
                    continue
                if self._is_to_be_read(key, tracked, position.value):
                    positions = found.setdefault(key, set())
                    left -= position.value not in positions
                    positions.add(position.value)
        return found

    def _forget_stamps(self) -> None:
        """Where more stamps of a partition are kept than places of groups, forget the oldest."""
        crowded = {
            key: set[int]()
            for key, stamps in self._collected.record_times.items()
            if len(stamps) > STAMPS_MAX
        }
        for tracker in self.trackers.values() if crowded else ():
            for key in tracker.partitions.keys() & crowded.keys():
                stands = tracker.partitions[key].lag.position
                if isinstance(stands, Known):
                    crowded[key].add(stands.value)
        for key, standing in crowded.items():
            stamps = self._collected.record_times[key]
            left = [position for position in stamps if position not in standing]
            for position in left[: max(0, len(left) - STAMPS_MAX)]:
                del stamps[position]

    def _is_to_be_read(self, key: TopicPartition, tracked: Tracked, position: int) -> bool:
        is_estimate = tracked.is_stamp_old and not self._is_seen(key, position)
        if not (isinstance(tracked.age, Unknown) or tracked.may_be_control_only or is_estimate):
            return False
        stamp = self._stamp(key, position)
        end = self._collected.ends.get(key)
        return stamp is None or (isinstance(end, Known) and stamp.end != end.value)

    def _is_seen(self, key: TopicPartition, position: int) -> bool:
        """Whether the end offset was seen to pass the position, which tells the age by itself."""
        ends = self._end_times.get(key)
        return ends is not None and bool(ends.offsets) and position >= ends.offsets[0]

    def _stamp(self, key: TopicPartition, position: int) -> Stamp | None:
        return self._collected.record_times.get(key, {}).get(position)

    def _assigned(self, name: str) -> dict[TopicPartition, Member]:
        description = self._collected.descriptions.get(name)
        if not isinstance(description, GroupReading):
            return {}
        return owners(members_of(description, 0))

    def _left(self, committed: Mapping[str, CommittedAnswer]) -> dict[str, list[TopicPartition]]:
        """Where groups whose members have all left have no position, in topics in which they have.

        The coordinator forgets with the last member what was assigned, and what was not read there
        is unread still. Who takes partitions without being a member may never have meant these.
        """
        listings, layout = self._collected.listings(), self._collected.topics()
        left = {
            each.name: answer
            for each in listings
            if each.state is GroupState.EMPTY and each.protocol_type == _OF_CONSUMERS
            if not isinstance(answer := committed.get(each.name, {}), ClusterError) and answer
        }
        if not left or layout is None:
            return {}
        partitions = {
            topic.name: [TopicPartition(topic.name, each.index) for each in topic.partitions]
            for topic in layout.topics
        }
        return {
            name: [
                key
                for topic in {key.topic for key in answer}
                for key in partitions.get(topic, ())
                if key not in answer
            ]
            for name, answer in left.items()
        }

    def _offsets(
        self,
        committed: Mapping[TopicPartition, int | ClusterError],
        keys: Iterable[TopicPartition],
        at_ms: int,
    ) -> dict[TopicPartition, OffsetReading]:
        found = self._collected
        offsets: dict[TopicPartition, OffsetReading] = {}
        for key in keys:
            done: Figure[int] = NO_COMMIT
            if key in committed:
                done = figure(committed[key], at_ms)
            offsets[key] = OffsetReading(
                committed=done,
                log_start=found.starts.get(key, NOT_READ),
                high_watermark=found.ends.get(key, NOT_READ),
                last_stable=found.stables.get(key, NOT_ASKED),
                is_remainder_control_only=self._is_control_only(key, done),
            )
        return offsets

    def _is_control_only(self, key: TopicPartition, committed: Figure[int]) -> bool:
        end = self._collected.ends.get(key)
        if not isinstance(committed, Known) or not isinstance(end, Known):
            return False
        stamp = self._stamp(key, committed.value)
        if stamp is None:
            return False
        is_empty = stamp.timestamp_ms < 0 and stamp.end == end.value
        return is_empty and end.value > committed.value
