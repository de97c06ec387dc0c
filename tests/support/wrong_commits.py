"""Commits that a group must refuse, made in the name of who may not make them.

Of an earlier generation, or of one to come; of a member that is gone; of nobody, while the group
has members. Which of them there is to make depends on the group: `try_one` makes what there is, and
counts what the broker has refused for whose it is.
"""

from collections import Counter
from collections.abc import Iterator

from tests.support.group_conversation import GROUP, Conversation
from tests.support.group_positions import NOBODY, Claim, Place, Positions
from tests.support.new_member import NewMember
from tests.support.old_member import OldMember

WRONG = {
    "past": "of an earlier generation",
    "future": "of a generation to come",
    "ghost": "of a member that is gone",
    "nobody": "of nobody to a group with members",
}
"""What is wrong with a commit, by its short name."""
GHOSTS_TRIED = 3

Member = NewMember | OldMember


class WrongCommits:
    """Makes such commits. `counts` tells how many were refused, as `refused NAME`."""

    def __init__(self, talk: Conversation, positions: Positions, counts: Counter[str]) -> None:
        self._talk = talk
        self._positions = positions
        self._counts = counts
        self._ghosts: list[Claim] = []

    def note_gone(self, claim: Claim) -> None:
        """A member has left, or another has taken its place."""
        if claim.member_id and claim.generation_id > 0:
            self._ghosts.append(claim)

    def try_one(self, how: str, member: Member | None, listed: frozenset[str]) -> bool:
        """Commit in one of the ways of `WRONG`, beside or as a member; whether any was refused.

        `listed` are the members that the coordinator knows. Raises AssertionError when one is
        acknowledged.
        """
        refused = 0
        for claim, place in self._claims(how, member, listed):
            refused += self._positions.is_refused(claim, place, f"a commit {WRONG[how]}")
            if how == "ghost":
                self._positions.refuses_heartbeat(claim)
        self._counts[f"refused {how}"] += refused
        return refused > 0

    def _claims(
        self, how: str, member: Member | None, listed: frozenset[str]
    ) -> Iterator[tuple[Claim, Place]]:
        """In whose name nobody may commit at present, and what."""
        if how == "nobody" and listed:
            yield NOBODY, ("t1", 0)
        # As in Kafka, that a classic member has left is stored with the next generation: a restart
        # before that has the member again, until its session ends.
        ghosts = [each for each in self._ghosts if each.member_id not in listed]
        for ghost in ghosts[-GHOSTS_TRIED:] if how == "ghost" else ():
            yield ghost, ("t1", 0)
        if member is None or not member.owned or not member.is_in_step:
            return
        place, claim = min(member.owned), claim_of(member)
        if how == "future":
            yield claim._replace(generation_id=claim.generation_id + 1_000), place
        elif how == "past" and self._is_new_to(member, place):
            yield claim._replace(generation_id=claim.generation_id - 1), place

    def _is_new_to(self, member: Member, place: Place) -> bool:
        """Whether the member surely had no right to the partition in the epoch before."""
        if isinstance(member, OldMember):
            return self._talk.coordinator.describe(GROUP) is not None and member.generation_id > 0
        # A static member that comes back is taken for one that has had all since the first epoch.
        since = member.since.get(place) if member.instance is None else None
        return since is not None and 1 < member.generation_id <= since


def claim_of(member: Member) -> Claim:
    """In whose name a member commits."""
    return Claim(member.member_id, member.instance, member.generation_id)
