"""The deadlines of consumer groups: when a member that has not been heard of is taken out.

    deadline     set when                                          met by
    session      any sign of life                                  the next sign of life
    revocation   a member has to give partitions up                its next assignment
    join         a classic member is told to join again            its join
    sync         a classic member has joined                       its sync
    expressions  a group's expressions have to be resolved         -

A deadline outlives the append that was to make its member known: whoever acts on it looks first
whether the member is still there, and in the state that the deadline was for.
"""

from engine.coordinator.consumer_member import ConsumerMember, MemberState
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.instant import Instant
from engine.coordinator.rebalance import DeadlineKey, DeadlineKind

MEMBER_KINDS = (
    DeadlineKind.CONSUMER_SESSION,
    DeadlineKind.REVOCATION,
    DeadlineKind.CLASSIC_JOIN,
    DeadlineKind.CLASSIC_SYNC,
)
"""The deadlines that take a member out of a consumer group."""


class ConsumerTimers:
    """Sets and cancels the deadlines of consumer groups."""

    def __init__(self, settings: GroupSettings, deadlines: Deadlines[DeadlineKey]) -> None:
        self._settings = settings
        self._deadlines = deadlines

    def keep_alive(self, group_id: str, member: ConsumerMember, now: Instant) -> None:
        """Start a member's session anew: its own time-out if it is a classic one, else ours."""
        classic = member.metadata.classic
        if classic is not None:
            timeout_ms = classic.session_timeout_ms
        else:
            timeout_ms = self._settings.consumer_of(group_id).session_timeout_ms
        self._set(DeadlineKind.CONSUMER_SESSION, group_id, member.member_id, now, timeout_ms)

    def expect(self, group_id: str, member: ConsumerMember, now: Instant) -> None:
        """Set the deadlines that a member must have and has not: after loading, after a failure."""
        key = (DeadlineKind.CONSUMER_SESSION, group_id, member.member_id)
        if self._deadlines.get(key) is None:
            self.keep_alive(group_id, member, now)
        key = (DeadlineKind.REVOCATION, group_id, member.member_id)
        must_revoke = member.current.state is MemberState.UNREVOKED_PARTITIONS
        if must_revoke and not member.is_classic and self._deadlines.get(key) is None:
            self.await_revocation(group_id, member, now)

    def await_revocation(self, group_id: str, member: ConsumerMember, now: Instant) -> None:
        """Give a member its rebalance time-out to give partitions up."""
        timeout_ms = member.metadata.rebalance_timeout_ms
        self._set(DeadlineKind.REVOCATION, group_id, member.member_id, now, timeout_ms)

    def revoked(self, group_id: str, member_id: str) -> None:
        """Nothing is left to give up."""
        self._deadlines.cancel((DeadlineKind.REVOCATION, group_id, member_id))

    def await_join(self, group_id: str, member: ConsumerMember, now: Instant) -> None:
        """Give a classic member its rebalance time-out to join; told again, it gets no more."""
        if self._deadlines.get((DeadlineKind.CLASSIC_JOIN, group_id, member.member_id)) is None:
            timeout_ms = member.metadata.rebalance_timeout_ms
            self._set(DeadlineKind.CLASSIC_JOIN, group_id, member.member_id, now, timeout_ms)

    def joined(self, group_id: str, member: ConsumerMember, now: Instant) -> None:
        """A classic member has joined; it has its rebalance time-out to sync."""
        self._deadlines.cancel((DeadlineKind.CLASSIC_JOIN, group_id, member.member_id))
        self.keep_alive(group_id, member, now)
        timeout_ms = member.metadata.rebalance_timeout_ms
        self._set(DeadlineKind.CLASSIC_SYNC, group_id, member.member_id, now, timeout_ms)

    def synced(self, group_id: str, member_id: str) -> None:
        """A classic member has asked for its assignment, or never learnt that it has one."""
        self._deadlines.cancel((DeadlineKind.CLASSIC_SYNC, group_id, member_id))

    def forget(self, group_id: str, member_id: str) -> None:
        """Expect nothing more from a member."""
        for kind in MEMBER_KINDS:
            self._deadlines.cancel((kind, group_id, member_id))

    def resolve_soon(self, group_id: str, now: Instant) -> None:
        """Have a group's expressions resolved in a turn of their own."""
        self._set(DeadlineKind.EXPRESSIONS, group_id, "", now, 0)

    def is_resolving(self, group_id: str) -> bool:
        return self._deadlines.get((DeadlineKind.EXPRESSIONS, group_id, "")) is not None

    def _set(
        self, kind: DeadlineKind, group_id: str, member_id: str, now: Instant, timeout_ms: int
    ) -> None:
        self._deadlines.set((kind, group_id, member_id), now.monotonic_ms + timeout_ms)
