"""Uniform assignment of members that read different topics.

First everyone keeps what it has of the topics that it still reads. Then the partitions that nobody
has go, topic by topic, to the reader with the fewest. Last, again topic by topic, partitions move
from the reader with the most to the one with the fewest, until no topic gets more even by it.

Topics with many partitions for each reader come first, and among equals those with few readers:
they leave the least choice. Source: Kafka's `UniformHeterogeneousAssignmentBuilder`.
"""

import heapq

from engine.coordinator.assignment_problem import AssignmentProblem, Targets
from engine.kernel.ids import TopicId

_NOBODY = -1
_ROUNDS_MAX = 16
"""Rounds over all topics. Overlapping subscriptions can take many; each about halves the rest."""


class MixedAssignment:
    """One problem on its way to its solution. Members are numbered as the problem orders them."""

    def __init__(self, problem: AssignmentProblem) -> None:
        self._problem = problem
        self._sizes = [0] * len(problem.members)
        self._owners = {
            topic_id: [_NOBODY] * count for topic_id, count in problem.partition_counts.items()
        }
        self._readers: dict[TopicId, list[int]] = {}
        for number, member in enumerate(problem.members):
            for topic_id in member.topic_ids:
                self._readers.setdefault(topic_id, []).append(number)

    def solve(self) -> Targets:
        """The targets of all members."""
        self._keep()
        topic_ids = sorted(self._readers, key=self._urgency)
        for topic_id in topic_ids:
            self._hand_out(topic_id)
        self._balance([each for each in topic_ids if len(self._readers[each]) > 1])
        targets: list[dict[TopicId, set[int]]] = [{} for _ in self._problem.members]
        for topic_id, owners in self._owners.items():
            for partition, owner in enumerate(owners):
                targets[owner].setdefault(topic_id, set()).add(partition)
        return {
            member.member_id: {
                topic_id: frozenset(partitions) for topic_id, partitions in target.items()
            }
            for member, target in zip(self._problem.members, targets, strict=True)
        }

    def _urgency(self, topic_id: TopicId) -> tuple[float, int, TopicId]:
        reader_count = len(self._readers[topic_id])
        return -len(self._owners[topic_id]) / reader_count, reader_count, topic_id

    def _keep(self) -> None:
        for number, member in enumerate(self._problem.members):
            for topic_id, partitions in member.target.items():
                if topic_id in member.topic_ids:
                    for partition in partitions:
                        self._give(topic_id, partition, number)

    def _give(self, topic_id: TopicId, partition: int, number: int) -> None:
        owner = self._owners[topic_id][partition]
        if owner != _NOBODY:
            self._sizes[owner] -= 1
        self._owners[topic_id][partition] = number
        self._sizes[number] += 1

    def _by_size(self, numbers: list[int]) -> list[int]:
        return sorted(numbers, key=lambda number: (self._sizes[number], number))

    def _hand_out(self, topic_id: TopicId) -> None:
        """Give partitions without an owner to the readers with the fewest."""
        # The rank in the first order breaks ties for good: readers of one level take turns.
        readers = self._by_size(self._readers[topic_id])
        queue = [(self._sizes[number], rank) for rank, number in enumerate(readers)]
        for partition, owner in enumerate(self._owners[topic_id]):
            if owner == _NOBODY:
                size, rank = queue[0]
                self._give(topic_id, partition, readers[rank])
                heapq.heapreplace(queue, (size + 1, rank))

    def _balance(self, topic_ids: list[TopicId]) -> None:
        """Even topics out in turn until a whole round has changed nothing."""
        unchanged = 0
        for _ in range(_ROUNDS_MAX):
            for topic_id in topic_ids:
                unchanged = 0 if self._even_out(topic_id) else unchanged + 1
                if unchanged >= len(topic_ids):
                    return

    def _even_out(self, topic_id: TopicId) -> bool:
        """Move partitions of one topic from the fullest readers to the emptiest; whether any."""
        readers = self._by_size(self._readers[topic_id])
        held: dict[int, list[int]] = {}
        for partition, owner in enumerate(self._owners[topic_id]):
            held.setdefault(owner, []).append(partition)
        fullest = [
            (-self._sizes[number], -rank) for rank, number in enumerate(readers) if number in held
        ]
        emptiest = [(self._sizes[number], rank) for rank, number in enumerate(readers)]
        heapq.heapify(fullest)
        has_moved = False
        while fullest:
            most, from_rank = -fullest[0][0], -fullest[0][1]
            least, to_rank = emptiest[0]
            if most - least <= 1:
                break
            giver = readers[from_rank]
            self._give(topic_id, held[giver].pop(), readers[to_rank])
            has_moved = True
            heapq.heapreplace(emptiest, (least + 1, to_rank))
            if held[giver]:
                heapq.heapreplace(fullest, (1 - most, -from_rank))
            else:
                heapq.heappop(fullest)
        return has_moved
