"""One member of a classic group, with the request that it may have waiting."""

from dataclasses import dataclass

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.journal import StoredMember


@dataclass(slots=True)
class ClassicMember:
    """A member. Its group changes it; nothing else does.

    A token is None while no such request waits. `is_new` lasts until the member's first generation
    is complete: until then it does not know its id, and its waiting join does not keep it alive.
    """

    member_id: str
    group_instance_id: str | None
    client_id: str
    client_host: str
    session_timeout_ms: int
    rebalance_timeout_ms: int
    protocols: tuple[OfferedProtocol, ...]
    assignment: bytes = b""
    is_new: bool = False
    join_token: object | None = None
    sync_token: object | None = None

    @property
    def is_static(self) -> bool:
        return self.group_instance_id is not None

    @property
    def is_awaiting_join(self) -> bool:
        return self.join_token is not None

    @property
    def is_kept_alive_by_its_request(self) -> bool:
        """A waiting request proves life: its sender cannot do anything else meanwhile."""
        return not self.is_new and (self.join_token is not None or self.sync_token is not None)

    def metadata_for(self, protocol_name: str) -> bytes:
        """The metadata that the member offered with a protocol. KeyError when it offered none."""
        for name, metadata in self.protocols:
            if name == protocol_name:
                return metadata
        raise KeyError(protocol_name)

    def vote(self, candidates: frozenset[str]) -> str:
        """The first of the member's protocols among the candidates."""
        for name, _ in self.protocols:
            if name in candidates:
                return name
        raise ValueError(f"member {self.member_id} knows none of the candidates")

    def stored(self, protocol_name: str, assignment: bytes) -> StoredMember:
        """The member as a generation keeps it."""
        return StoredMember(
            self.member_id,
            self.group_instance_id,
            self.client_id,
            self.client_host,
            self.rebalance_timeout_ms,
            self.session_timeout_ms,
            self.metadata_for(protocol_name),
            assignment,
        )


def restored_member(stored: StoredMember, protocol_name: str) -> ClassicMember:
    """A member read back from a stored generation: it knows the one protocol that was in use."""
    return ClassicMember(
        member_id=stored.member_id,
        group_instance_id=stored.group_instance_id,
        client_id=stored.client_id,
        client_host=stored.client_host,
        session_timeout_ms=stored.session_timeout_ms,
        rebalance_timeout_ms=stored.rebalance_timeout_ms,
        protocols=(OfferedProtocol(protocol_name, stored.subscription),),
        assignment=stored.assignment,
    )
