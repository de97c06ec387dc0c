"""`kconsole delete records` and `delete group` on a real broker."""

import json

import pytest
from click.testing import CliRunner
from confluent_kafka import Consumer, TopicPartition

from console.cli import main
from console.messages.start_position import Start, StartKind
from console.resets.extent import parse_extent
from console.scripting.record_deletion import RecordDeletion
from tests.console.scripting.conftest import Run


def topic_of(run: Run, name: str) -> str:
    """A new topic of two partitions with five records each."""
    assert run("create", "topic", name, "--partitions", "2").exit_code == 0
    for partition in ("0", "1"):
        assert run("produce", name, "-p", partition, stdin="a\nb\nc\nd\ne\n").exit_code == 0
    return name


def starts(run: Run, name: str) -> list[int]:
    """The first offset of each partition."""
    found = json.loads(run("get", "partitions", name, "-o", "json").stdout)
    return [each["log_start"] for each in found]


@pytest.mark.parametrize(
    ("name", "part", "options", "after"),
    [
        ("every", "", ("--before", "end"), [5, 5]),
        ("one", ":1", ("--before", "end"), [0, 5]),
        ("whole", "", ("--before", "5"), [5, 5]),
        ("offset", "", ("--before", "3"), [3, 3]),
        ("newest", "", ("--before", "end-1"), [4, 4]),
        ("aged", "", ("--before", "-1h"), [0, 0]),
    ],
    ids=str,
)
def test_records_before_a_place_go(
    run: Run, name: str, part: str, options: tuple[str, ...], after: list[int]
) -> None:
    topic = topic_of(run, name)
    result = run("delete", "records", f"{topic}{part}", *options, "--yes")

    assert result.exit_code == 0
    assert starts(run, topic) == after


def test_what_was_done_is_told(run: Run) -> None:
    topic = topic_of(run, "told")
    command = ("delete", "records", topic, "--before", "3", "--yes")

    assert run(*command).stderr == "kconsole: 2 of 2 partitions done, 6 records deleted\n"
    assert run(*command).stderr == "kconsole: there is nothing to delete\n"


def test_topic_that_was_created_again_since_the_plan_keeps_its_records(
    bootstrap: str, run: Run
) -> None:
    topic = topic_of(run, "again")
    deletion = RecordDeletion(parse_extent(topic), Start(StartKind.END))
    deletion.plan(bootstrap, None)
    assert run("delete", "topic", topic, "--yes").exit_code == 0
    topic_of(run, "again")
    deletion.carry_out(bootstrap, None, is_agreed=True)

    assert deletion.failed.startswith("nothing is deleted: again was deleted and created again")
    assert starts(run, topic) == [0, 0]


def test_offset_beyond_an_end_deletes_nothing_anywhere(run: Run) -> None:
    topic = topic_of(run, "beyond")
    assert run("produce", topic, "-p", "0", stdin="f\n").exit_code == 0
    result = run("delete", "records", topic, "--before", "6", "--yes")

    assert result.exit_code == 1
    assert result.stderr == (
        "kconsole: nothing is deleted: 6 is beyond the end of beyond-1, which is 5\n"
    )
    assert result.stdout == ""
    assert starts(run, topic) == [0, 0]


def test_dry_run_counts_and_deletes_nothing(run: Run) -> None:
    topic = topic_of(run, "counted")
    result = run("delete", "records", topic, "--before", "2", "--dry-run")

    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["TOPIC", "PARTITION", "START", "BEFORE", "DELETED"],
        ["counted", "0", "0", "2", "2"],
        ["counted", "1", "0", "2", "2"],
    ]
    assert starts(run, topic) == [0, 0]


def test_deletion_needs_a_yes_where_nobody_can_be_asked(run: Run) -> None:
    topic = topic_of(run, "asked")
    result = run("delete", "records", topic, "--before", "end")

    assert result.exit_code == 1
    assert result.stderr == "kconsole: give --yes to delete 10 records of asked\n"
    assert starts(run, topic) == [0, 0]


@pytest.mark.parametrize(
    ("what", "told"),
    [("nowhere", "there is no topic nowhere"), ("short:7", "short has no partition 7")],
)
def test_what_is_not_there_is_told(run: Run, what: str, told: str) -> None:
    assert run("create", "topic", "short", "--if-not-exists").exit_code == 0
    result = run("delete", "records", what, "--before", "end", "--yes")

    assert result.exit_code == 1
    assert result.stderr == f"kconsole: {told}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("records",), "Missing argument"),
        (("records", "a", "--yes"), "Missing option '--before'"),
        (("records", "all", "--before", "end"), "name the topics"),
        (("records", "a:x", "--before", "end"), "partitions are numbers"),
        (("records", "a", "--before", "soon"), "is none of"),
        (("records", "a", "", "--before", "end"), "all, or topics"),
        (("records", "a b", "--before", "end"), "is not one topic"),
        (("records", "a", "all", "--before", "end"), "is not one topic"),
        (("records", "a", ":0", "--before", "end"), "all, or topics"),
        (("records", "a:0,1", "a:1", "--before", "end"), "'a' is named twice"),
        (("group",), "Missing argument"),
    ],
    ids=str,
)
def test_wrong_input_is_a_usage_error(arguments: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(main, ["delete", *arguments])

    assert result.exit_code == 2
    assert told in result.stderr


def test_group_is_deleted_with_its_offsets(bootstrap: str, run: Run) -> None:
    topic = topic_of(run, "grouped")
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "leaving"})
    consumer.commit(offsets=[TopicPartition(topic, 0, 4)], asynchronous=False)
    consumer.close()
    refused = run("delete", "group", "leaving")
    result = run("delete", "group", "leaving", "--yes")

    assert refused.stderr == "kconsole: give --yes to delete group leaving\n"
    assert (result.exit_code, result.stdout) == (0, "leaving is deleted\n")
    assert run("get", "groups", "leaving").exit_code == 1
