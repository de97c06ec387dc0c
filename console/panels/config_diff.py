"""What two topics' configurations differ in, key by key; the second may be of another cluster."""

from console.model.config_rule import in_words
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

DIFFERS = "≠"
VALUE_MAX = 200
ORDER = Order(1, is_down=True)


def columns_of(first: str, second: str) -> tuple[Column, ...]:
    """The columns for two topics."""
    return (
        Column("key", "KEY", 20, is_flex=True, width_max=44),
        Column("differs", "DIFF", 4, sort_first_down=True),
        Column("first", plain(first), 16, is_flex=True, width_max=60),
        Column("second", plain(second), 16, is_flex=True, width_max=60),
    )


def value_cell(entry: ConfigEntry | None) -> Cell:
    """A value, and behind it who set it where the topic has none of its own."""
    if entry is None:
        return cells.muted("not told")
    value = "hidden" if entry.is_sensitive else in_words(entry.name, entry.rule, entry.value)
    shown = plain(value, limit=VALUE_MAX)
    if entry.is_own:
        return Cell(shown, Role.PRIMARY)
    return Cell(shown, Role.MUTED, f" {plain(entry.source, limit=20)}")


def are_different(first: ConfigEntry | None, second: ConfigEntry | None) -> bool:
    """Whether two topics behave differently by this key, as far as that is told."""
    if first is None or second is None:
        return first is not second
    return first.value != second.value


def diff_row(key: str, first: ConfigEntry | None, second: ConfigEntry | None) -> Row:
    """One key as a row."""
    is_different = are_different(first, second)
    return Row(
        key,
        (
            cells.name(key),
            Cell(DIFFERS if is_different else " ", Role.WARNING),
            value_cell(first),
            value_cell(second),
        ),
        (
            key,
            float(is_different),
            (first.value if first is not None else "") or "",
            (second.value if second is not None else "") or "",
        ),
    )


class ConfigDiffPanel(TablePanel):
    """The keys in which two topics differ, or every key."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__("Differences", columns_of(first, second), noun="key", order=ORDER)
        self._topics = (first, second)

    def show(
        self,
        snapshot: Snapshot,
        *,
        is_whole: bool,
        key: str,
        elsewhere: Section[tuple[ConfigEntry, ...]] | None = None,
    ) -> None:
        """Draw what a snapshot tells; `is_whole` shows equal keys too, `key` switches that.

        `elsewhere` is the configuration of the second topic where that is no part of the snapshot.
        """
        found: list[dict[str, ConfigEntry]] = []
        for topic in self._topics:
            what = f"configuration of {plain(topic)}"
            detail = snapshot.topic_details.get(topic)
            configs = LOADING if detail is None else detail.configs
            if elsewhere is not None and topic is self._topics[1]:
                configs = elsewhere
            entries = table_value(self, configs, what=what, now_ms=snapshot.at_ms)
            if entries is None:
                return
            found.append({entry.name: entry for entry in entries})
        first, second = found
        names = sorted(first.keys() | second.keys())
        rows = [diff_row(name, first.get(name), second.get(name)) for name in names]
        differing = [row for row in rows if row.sorts[1]]
        self.retitle("Configuration" if is_whole else "Differences")
        if not differing and not is_whole:
            hint = f"{key} shows all {len(rows)} keys" if key else ""
            self.show_face().empty("Both have the same configuration", hint)
            return
        self.set_rows(rows if is_whole else differing)
