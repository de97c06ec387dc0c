"""Members of groups of a simulated broker: of the classic protocol, of KIP-848, and of neither.

Each commits ever higher offsets, which no group may go back behind. A member joins, beats, commits
and leaves or falls silent, and joins anew whenever it is told to.
"""

from typing import Any

from tests.reliability.simulated_clients import Client, Surroundings
from tests.reliability.simulated_facts import TopicFacts
from tests.reliability.simulated_requests import has_coordinator
from tests.support.consumer_requests import arrive, live
from tests.support.group_conversation import subscription
from tests.support.group_requests import beat, commit, join, leave, sync

COMMIT, JOIN, SYNC, BEAT, LEAVE, LIVE = 9, 9, 5, 4, 5, 1
MEMBER_ID_REQUIRED = 79
SESSION_MS = 45_000
LEAVE_EPOCH = -1
STEPS_MAX = 30
"""After which a member has done its part for a while."""


class Committing(Client):
    """What all have in common."""

    def __init__(
        self,
        world: Surroundings,
        name: str,
        pause_s: float,
        topic: TopicFacts,
        group: str,
        partition: int = 0,
    ) -> None:
        super().__init__(world, name, pause_s)
        self.topic = topic
        self.group = group
        self._partition = partition
        """The one that only this client commits for."""
        self._offset = 0

    async def found(self) -> bool:
        """Whether there is a coordinator."""
        return await has_coordinator(self.caller, self.group)

    async def commit(self, member_id: str = "", generation: int = -1) -> bool:
        """Commit the next offset; whether the member is still one."""
        self._offset += 1
        offset, partition = self._offset, self._partition
        wanted = [(partition, offset, -1, None)]
        request = commit(self.group, {self.topic.name: wanted}, member_id, generation)
        answer = await self.caller.call(request, COMMIT)
        code = answer.topics[0].partitions[0].error_code
        if code:
            self.refused("a commit", code)
            return False
        self.world.facts.committed(self.group, self.topic.name, partition, offset)
        self.world.events["offsets committed"] += 1
        return True


class Soloist(Committing):
    """Commits for a group without members."""

    async def step(self) -> None:
        if await self.found():
            await self.commit()


class ClassicMember(Committing):
    """Joins, syncs, beats and commits."""

    member_id = ""
    generation = -1
    steps = 0

    async def step(self) -> None:
        if self.generation < 0:
            if await self.found():
                await self._join()
            return
        self.steps += 1
        if self.steps > STEPS_MAX:
            await self._leave()
            return
        answer = await self.caller.call(beat(self.group, self.member_id, self.generation), BEAT)
        self.world.events["heartbeats"] += 1
        if answer.error_code:
            self.refused("a heartbeat", answer.error_code)
            self.generation = -1
        elif not await self.commit(self.member_id, self.generation):
            self.generation = -1

    async def _join(self) -> None:
        topics = {"range": subscription(self.topic.name)}
        request = join(
            self.group, self.member_id, session_ms=SESSION_MS, rebalance_ms=15_000, protocols=topics
        )
        answer = await self.caller.call(request, JOIN)
        if answer.error_code == MEMBER_ID_REQUIRED:
            request.member_id = answer.member_id
            answer = await self.caller.call(request, JOIN)
        if answer.error_code:
            self.refused("a join", answer.error_code)
            self.member_id = ""
            return
        self.member_id = answer.member_id
        assignments = {each.member_id: b"a share" for each in answer.members}
        synced = await self.caller.call(
            sync(self.group, self.member_id, answer.generation_id, assignments), SYNC
        )
        if synced.error_code:
            self.refused("a sync", synced.error_code)
            return
        self.generation = answer.generation_id
        self.world.events["members joined"] += 1

    async def _leave(self) -> None:
        """Leave in order, or fall silent."""
        member_id, self.member_id, self.generation, self.steps = self.member_id, "", -1, 0
        if self.chance.random() < 0.5:
            await self.caller.call(leave(self.group, (member_id, None)), LEAVE)


class ModernMember(Committing):
    """Lives by the heartbeats of KIP-848."""

    epoch = 0
    steps = 0
    lives = 0

    async def step(self) -> None:
        if not self.epoch:
            if await self.found():
                self.lives += 1
                request = arrive(self.group, self._id, self.topic.name)
                await self._beat(request)
            return
        self.steps += 1
        if self.steps > STEPS_MAX:
            await self._leave()
            return
        await self._beat(live(self.group, self._id, self.epoch, owned=self._owned))
        if self.epoch:
            await self.commit(self._id, self.epoch)

    @property
    def _id(self) -> str:
        return f"{self.name}-{self.lives}"

    _owned: Any = None

    async def _beat(self, request: Any) -> None:
        answer = await self.caller.call(request, LIVE)
        self.world.events["heartbeats"] += 1
        if answer.error_code:
            self.refused("a heartbeat", answer.error_code)
            self._forget()
            return
        if not self.epoch:
            self.world.events["members joined"] += 1
        self.epoch = answer.member_epoch
        if answer.assignment is not None:
            found = answer.assignment.topic_partitions
            self._owned = {bytes(each.topic_id): list(each.partitions) for each in found}

    async def _leave(self) -> None:
        """Leave in order, or fall silent."""
        member_id = self._id
        self._forget()
        if self.chance.random() < 0.5:
            await self.caller.call(live(self.group, member_id, LEAVE_EPOCH), LIVE)

    def _forget(self) -> None:
        self.epoch, self.steps, self._owned = 0, 0, None
