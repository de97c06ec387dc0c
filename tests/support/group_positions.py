"""The positions that a group has committed: what was acknowledged is what is found, always.

A commit that was cut off may have been stored or not; whichever is found first is true from then
on. A commit that must be refused is tried as well.
"""

from typing import NamedTuple

from engine.coordinator.commands import CommitOffsets, Heartbeat, OffsetsReply, OffsetToCommit
from engine.coordinator.errors import GroupError
from engine.kernel.ids import NULL_TOPIC_ID
from tests.support.group_conversation import GROUP, Conversation
from tests.support.new_member import REFUSED_FOR_A_WHILE

Place = tuple[str, int]
"""A partition by topic name and number."""


class Claim(NamedTuple):
    """In whose name a position is committed."""

    member_id: str
    instance: str | None
    generation_id: int


NOBODY = Claim("", None, -1)


class Positions:
    """What was committed, and what may therefore be found."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._possible: dict[Place, set[int | None]] = {}
        self._offset = 0

    def commit(self, claim: Claim, place: Place) -> GroupError:
        """Commit the offset after all that were committed; what the broker says of it."""
        self._offset += 1
        topic, partition = place
        topics = self._talk.topics
        topic_id = topics.id_of(topic) if topic in topics.names() else NULL_TOPIC_ID
        token = self._talk.token()
        command = CommitOffsets(
            token=token,
            group_id=GROUP,
            generation_id=claim.generation_id,
            member_id=claim.member_id,
            group_instance_id=claim.instance,
            offsets=(OffsetToCommit(topic, partition, self._offset, -1, "", topic_id),),
        )
        self._talk.follow(self._talk.coordinator.commit(command, self._talk.now))
        answer = self._talk.answers.get(token)
        error = GroupError.NOT_COORDINATOR
        if answer is not None:
            assert isinstance(answer, OffsetsReply)
            (error,) = answer.partitions
        if error is GroupError.NONE:
            self._possible[place] = {self._offset}
        elif error in REFUSED_FOR_A_WHILE:
            self._possible.setdefault(place, {None}).add(self._offset)
        return error

    def is_refused(self, claim: Claim, place: Place, what: str) -> bool:
        """Try a commit that nobody may make; whether it was refused for whose it is.

        An answer that was cut off, or that tells of the disk alone, says nothing of that. Raises
        AssertionError when the commit is acknowledged.
        """
        error = self.commit(claim, place)
        assert error is not GroupError.NONE, f"{what} was accepted: {claim}"
        return error not in REFUSED_FOR_A_WHILE

    def refuses_heartbeat(self, claim: Claim) -> None:
        """Try a sign of life of who is gone. Raises AssertionError when it is taken for one."""
        command = Heartbeat(
            group_id=GROUP,
            generation_id=claim.generation_id,
            member_id=claim.member_id,
            group_instance_id=claim.instance,
        )
        error = self._talk.coordinator.heartbeat(command, self._talk.now)
        assert error is not GroupError.NONE, f"{claim} is gone, and its heartbeat was accepted"

    def may_be_gone(self, topic: str | None = None) -> None:
        """Positions, of one topic or all, are deleted or not: nobody was told."""
        for place, possible in self._possible.items():
            if topic in (None, place[0]):
                possible.add(None)

    def are_gone(self) -> None:
        """All are deleted."""
        self._possible.clear()

    def check(self) -> None:
        """Find what was acknowledged. Raises AssertionError."""
        fetched = self._talk.coordinator.fetch_all_offsets(GROUP, require_stable=True)
        found = {
            (topic, partition): each.value.offset
            for topic, partitions in fetched.items()
            for partition, each in partitions.items()
            if each.value is not None
        }
        for place in {*found, *self._possible}:
            offset = found.get(place)
            possible = self._possible.get(place, {None})
            assert offset in possible, f"{place} is at {offset}, committed was {possible}"
            self._possible[place] = {offset}
