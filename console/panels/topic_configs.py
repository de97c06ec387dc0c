"""The configuration of a topic or broker: what was set on it first, then for all, the defaults."""

from console.model.config_rule import in_short
from console.model.section import LOADING, Section
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.topic import ConfigEntry
from console.panels import cells
from console.panels.faces import table_value
from console.widgets.columns import Column
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

VALUE_WIDTH = 19
"""The digits of the largest number that Kafka has."""

COLUMNS = (
    Column("key", "KEY", 21, is_flex=True, width_max=60, fits=True),
    Column("value", "VALUE", VALUE_WIDTH, is_flex=True, is_right=True, width_max=60, fits=True),
    Column("source", "SET BY", 8, priority=1, sort_first_down=True),
    Column("meaning", "MEANING", 30, is_flex=True, priority=2, appears_from=100),
)
ORDER = Order(2, is_down=True)


def config_row(entry: ConfigEntry) -> Row:
    """One key as a row."""
    value = plain(in_short(entry.name, entry.rule, entry.value), limit=200)
    role = Role.MUTED if entry.is_default else Role.PRIMARY
    return Row(
        entry.name,
        (
            cells.name(entry.name),
            Cell("hidden" if entry.is_sensitive else value, role),
            cells.muted("default" if entry.is_default else plain(entry.source, limit=20)),
            cells.muted(plain(entry.documentation, limit=300)),
        ),
        (
            entry.name,
            value,
            2.0 if entry.is_own else float(not entry.is_default),
            entry.documentation,
        ),
    )


class ConfigsPanel(TablePanel):
    """Every configuration of one topic or broker."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Configuration", COLUMNS, noun="key", order=ORDER, id=id)

    def show_entries(self, section: Section[tuple[ConfigEntry, ...]], now_ms: int) -> None:
        """Draw these keys, or say why there are none."""
        entries = table_value(self, section, what="configuration", now_ms=now_ms)
        if entries is not None:
            self.set_rows([config_row(entry) for entry in entries])


class TopicConfigsPanel(ConfigsPanel):
    """Every configuration of one topic."""

    def __init__(self, topic: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._topic = topic

    def show(self, snapshot: Snapshot) -> None:
        """Draw the configuration of the topic in a snapshot."""
        detail = snapshot.topic_details.get(self._topic)
        self.show_entries(LOADING if detail is None else detail.configs, snapshot.at_ms)
