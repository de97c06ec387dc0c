"""What a screen asks of the application that shows it, and what it draws beside the snapshot."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from console.acts.journal import Journal
from console.keys.actions import Possible
from console.keys.keymap import Keymap
from console.model.care import USUAL, Care
from console.model.list_state import ListState
from console.model.snapshot import Snapshot
from console.panels.times import Times
from console.port.cluster import Reads, Writes
from console.port.clusters import Clusters
from console.port.source import Source


class TopicPart(Enum):
    """A panel of a topic's screen."""

    PARTITIONS = "partitions"
    GROUPS = "groups"
    CONFIGS = "configs"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame of a screen draws beside the snapshot."""

    views: tuple[tuple[str, str], ...]
    view: str
    keymap: Keymap
    times: Times
    is_paused: bool = False
    are_internal_shown: bool = False
    """Whether lists show the topics that Kafka keeps for itself."""
    care: Care = USUAL
    alerts: int = 0
    """How many alerts fire."""
    lacks: frozenset[str] = frozenset()
    """What the cluster has no operation for, as `Capabilities` names it."""
    address: str = ""
    """Where a cluster is that goes by a name; empty where its name says it."""
    notice: str = ""
    """What is wrong on this side, safe to show; it stays until it is mended."""
    has_stopped: bool = False
    """Whether the broker that this console was attached to has stopped."""

    @property
    def possible(self) -> Possible:
        """Which actions can be done."""
        return Possible(not self.care.is_read_only, self.lacks, self.has_stopped)


class CannotEdit(Exception):
    """Why an editor did not do; the text is for people."""


class Host(Protocol):
    """What a screen asks of the application that shows it."""

    @property
    def snapshot(self) -> Snapshot | None: ...

    @property
    def reads(self) -> Reads: ...

    @property
    def writes(self) -> Writes: ...

    @property
    def source(self) -> Source: ...

    @property
    def clusters(self) -> Clusters | None: ...

    @property
    def journal(self) -> Journal: ...

    def frame(self) -> Frame: ...

    def recalled(self, name: str) -> ListState: ...

    def keep(self, name: str, state: ListState) -> None: ...

    async def edited(self, content: bytes, ending: str) -> bytes: ...


@runtime_checkable
class FollowsSnapshots(Protocol):
    """A dialog that does not stay with what it knew when it opened."""

    def follow(self, snapshot: Snapshot) -> None:
        """Take this snapshot, which is the newest by now."""
        ...
