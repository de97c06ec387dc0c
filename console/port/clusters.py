"""The clusters that can be opened, as screens see them: which there are, one in use, trying one."""

from dataclasses import dataclass, field
from typing import Protocol

from console.model.care import USUAL, Care
from console.port.capabilities import Capabilities
from console.port.cluster import Reads, Writes
from console.port.readings import ConfigReading
from console.port.source import Source


@dataclass(frozen=True, slots=True)
class SavedCluster:
    """A cluster that can be opened by its name.

    `protection` says how it is reached: `TLS, SCRAM-SHA-512`. `theme` is used while it is shown,
    empty for the one of the settings. `is_hosted`: it is the broker of this console.
    """

    name: str
    address: str
    protection: str = "open"
    care: Care = USUAL
    theme: str = ""
    is_hosted: bool = False

    @property
    def recorded_name(self) -> str:
        """What the journal calls it. A broker of ours has its address there, as it has when this
        console is attached to it: it is one broker, whoever started it."""
        return self.address if self.is_hosted else self.name


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a cluster: `failure` says why it cannot be had, and is empty if it can.

    `rights` are what this user may do to the cluster, None where the cluster does not tell;
    `missing` are those of the known ones that are lacking.
    """

    failure: str = ""
    brokers: int = 0
    answered_ms: float = 0.0
    offered: Capabilities = field(default_factory=Capabilities)
    rights: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()


class Clusters(Protocol):
    """Every cluster that can be opened. One of them is in use."""

    @property
    def saved(self) -> tuple[SavedCluster, ...]:
        """All of them, in the order of the configuration."""
        ...

    @property
    def current(self) -> SavedCluster:
        """The one in use."""
        ...

    @property
    def reads(self) -> Reads:
        """The way to ask the one in use."""
        ...

    @property
    def writes(self) -> Writes:
        """The way to change the one in use."""
        ...

    @property
    def source(self) -> Source:
        """The way to read records of the one in use."""
        ...

    def switch(self, name: str) -> None:
        """Close the one in use and open another."""
        ...

    def start_broker(self) -> None:
        """Start a broker of this console's own, if that is the one in use and the broker of another
        process that it was attached to has stopped."""
        ...

    async def topic_configs(self, name: str, topic: str) -> tuple[ConfigReading, ...]:
        """The configuration of a topic of one, in use or not. Raises ClusterError.

        One that is not in use is connected to for that, and left again.
        """
        ...

    async def tried(self, name: str) -> Trial:
        """Connect to one beside the one in use and see what works there; never raises
        ClusterError."""
        ...
