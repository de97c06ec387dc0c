"""The cluster as clients are told of it: its id, its nodes and where each is reached.

Nothing here assumes that this node is the only one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.config.address import Address
from engine.kernel.ids import BrokerId


@dataclass(frozen=True, slots=True)
class Node:
    """One broker and the addresses that clients are to use, by the listener that they came to.

    Whoever came to a listener that has no address of its own is told the first.
    """

    node_id: BrokerId
    addresses: Mapping[str, Address]
    rack: str | None = None

    def address_for(self, listener: str) -> Address:
        """Where a client of a listener reaches this broker."""
        return self.addresses.get(listener) or next(iter(self.addresses.values()))


class Cluster:
    """The nodes that serve clients. Loop thread only."""

    def __init__(self, cluster_id: str, node_id: BrokerId) -> None:
        self.cluster_id = cluster_id
        self.node_id = node_id
        """This node."""
        self._nodes: tuple[Node, ...] = ()
        self.version = 0
        """Grows with every change: what was derived from the nodes is valid while it stays."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """By id in ascending order; empty until the first listener is bound."""
        return self._nodes

    @nodes.setter
    def nodes(self, nodes: Sequence[Node]) -> None:
        self._nodes = tuple(sorted(nodes, key=lambda node: node.node_id))
        self.version += 1

    @property
    def controller_id(self) -> int:
        """The node that takes changes of the cluster: the first; -1 while there is none."""
        return self._nodes[0].node_id if self._nodes else -1

    def broker_ids(self) -> frozenset[BrokerId]:
        """Who can hold replicas: the nodes, and this one even before it is reachable."""
        return frozenset({self.node_id, *(node.node_id for node in self._nodes)})
