"""`kconsole get`: every table from a running broker, in each form."""

import csv
import io
import json

import pytest

from console.scripting.commands import TABLE_NAMES
from console.scripting.tables import TABLES
from tests.console.scripting.conftest import Run
from tests.support.group_reader import GroupReader, create_topic, write


@pytest.fixture(scope="module", autouse=True)
def group(bootstrap: str) -> None:
    """A topic of two partitions with 10 records, of which the group `billing` has read 4."""
    create_topic(bootstrap, "orders", 2)
    write(bootstrap, "orders", 4, 2)
    with GroupReader(bootstrap, "billing", "orders", 2) as reader:
        reader.read(4)
    write(bootstrap, "orders", 6, 2)


def rows(run: Run, *arguments: str) -> list[dict[str, object]]:
    result = run("get", *arguments, "-o", "json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_names_on_the_command_line_are_those_of_the_tables() -> None:
    assert tuple(TABLES) == TABLE_NAMES


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_every_table_can_be_read_in_every_form(run: Run, table: str) -> None:
    names = ["orders"] if TABLES[table].needs_names else []
    fields = [field.name for field in TABLES[table].fields]

    for row in rows(run, table, *names):
        assert list(row) == fields
    text = run("get", table, *names)
    table_csv = run("get", table, *names, "-o", "csv")

    assert text.stdout.splitlines()[0].split()[0] == TABLES[table].fields[0].title.split()[0]
    assert next(csv.reader(io.StringIO(table_csv.stdout))) == fields


def test_topics_tell_messages_and_lag(run: Run) -> None:
    (topic,) = rows(run, "topics", "orders")

    assert topic["partitions"] == 2
    assert topic["messages"] == 10
    assert topic["lag"] == 6
    assert topic["groups"] == ["billing"]


def test_groups_tell_state_and_total_lag(run: Run) -> None:
    (group,) = rows(run, "groups")

    assert group["group"] == "billing"
    assert group["state"] == "Empty"
    assert group["lag"] == 6


def test_lag_is_told_by_partition(run: Run) -> None:
    found = rows(run, "lag", "billing")

    assert [(each["partition"], each["committed"], each["end"], each["lag"]) for each in found] == [
        (0, 2, 5, 3),
        (1, 2, 5, 3),
    ]


def test_partitions_tell_leader_and_offsets(run: Run) -> None:
    found = rows(run, "partitions", "orders")

    assert [(each["partition"], each["leader"], each["high_watermark"]) for each in found] == [
        (0, 1, 5),
        (1, 1, 5),
    ]


def test_name_that_is_not_there_is_told(run: Run) -> None:
    result = run("get", "topics", "orders", "missing")

    assert result.exit_code == 1
    assert "there is no topic missing" in result.stderr


def test_table_of_topics_in_detail_needs_a_name(run: Run) -> None:
    result = run("get", "configs")

    assert result.exit_code == 2
    assert "kconsole get configs TOPIC" in result.stderr
