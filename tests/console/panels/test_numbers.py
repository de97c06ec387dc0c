"""Lists in files: each column of numbers has the number itself, or null where it is not known."""

from collections.abc import Sequence

import pytest

from console.model.figures import Figure, Known, value_or
from console.model.section import content
from console.model.snapshot import Snapshot
from console.panels import group_parts, groups, health, partitions, topics, wire
from console.widgets.columns import Column
from console.widgets.row_telling import row_object
from console.widgets.table_rows import TableRow
from tests.support.sample_snapshots import busy, hosted, partial, stale

SNAPSHOTS = (busy, hosted, partial, stale)


def lists(snapshot: Snapshot) -> list[tuple[Sequence[Column], list[TableRow]]]:
    """The rows of lists of a snapshot with their columns."""
    found = content(snapshot.groups) or ()
    cluster = content(snapshot.cluster)
    details = snapshot.topic_details.values()
    return [
        (topics.COLUMNS, [topics.topic_row(each) for each in content(snapshot.topics) or ()]),
        (groups.COLUMNS, [groups.group_row(each) for each in found]),
        (
            group_parts.LAG_COLUMNS,
            [group_parts.lag_row(part) for each in found for part in each.partitions],
        ),
        (
            health.BROKER_COLUMNS,
            [] if cluster is None else [health.broker_row(each) for each in cluster.brokers],
        ),
        (
            partitions.COLUMNS,
            [
                partitions.partition_row(part)
                for each in details
                for part in content(each.partitions) or ()
            ],
        ),
    ]


@pytest.mark.parametrize("snapshot", [make() for make in SNAPSHOTS], ids=lambda _: "")
def test_where_a_cell_shows_a_figure_there_is_a_number_and_else_none(snapshot: Snapshot) -> None:
    """A cell begins with a digit where it shows a figure; `3?` counts what is not known."""
    for columns, rows in lists(snapshot):
        for row in rows:
            told = row_object(columns, row)
            for column, cell in zip(columns, row.cells, strict=True):
                if column.measure is None:
                    continue
                is_figure = cell.text.lstrip(">").lstrip("-")[:1].isdigit() and "?" not in cell.text
                number = told[column.key + column.measure.unit]
                is_number = isinstance(number, int | float)
                assert is_number or not is_figure, (column.key, cell)
                assert is_figure or cell.text == "now" or not is_number, (column.key, cell)


def test_what_a_topic_holds_is_written_to_the_byte() -> None:
    def known(figure: Figure[int] | Figure[float]) -> float | None:
        return value_or(figure, None) if isinstance(figure, Known) else None

    for topic in content(busy().topics) or ():
        told = row_object(topics.COLUMNS, topics.topic_row(topic))
        assert told["size_bytes"] == known(topic.size_bytes)
        assert told["lag_records"] == known(topic.lag)
        assert told["parts"] == topic.partition_count


@pytest.mark.parametrize(
    "columns",
    [topics.COLUMNS, groups.COLUMNS, group_parts.LAG_COLUMNS, health.BROKER_COLUMNS, wire.COLUMNS],
    ids=lambda _: "",
)
def test_no_name_says_anything_twice(columns: Sequence[Column]) -> None:
    for column in columns:
        for name in column.names:
            words = name.split("_")
            assert len(words) == len(set(words)), name
