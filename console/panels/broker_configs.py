"""The configuration of one broker: what was set on it first, then for all brokers, the defaults."""

from console.model.section import LOADING
from console.model.snapshot import Snapshot
from console.panels.topic_configs import ConfigsPanel


class BrokerConfigsPanel(ConfigsPanel):
    """Every configuration of one broker."""

    def __init__(self, node_id: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._node_id = node_id

    def show(self, snapshot: Snapshot) -> None:
        """Draw the configuration of the broker in a snapshot."""
        self.show_entries(snapshot.broker_configs.get(self._node_id, LOADING), snapshot.at_ms)
