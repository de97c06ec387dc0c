"""`kconsole reset group` on a real broker: the plan, the reset, and when it is refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from confluent_kafka import Consumer, TopicPartition

from console.cli import main
from console.resets.aim import parse_aim
from console.resets.extent import parse_extent
from console.scripting.output import Form
from console.scripting.resetting import GroupReset
from tests.console.scripting.conftest import Run

GROUP = "billing"
TOPIC = "resets"


@pytest.fixture(scope="module")
def filled(bootstrap: str) -> None:
    """A topic of two partitions with ten records each."""

    def call(*arguments: str, stdin: str | None = None) -> None:
        assert CliRunner().invoke(main, ["-b", bootstrap, *arguments], input=stdin).exit_code == 0

    lines = "\n".join(map(str, range(10)))
    call("create", "topic", TOPIC, "--partitions", "2")
    call("produce", TOPIC, "-p", "0", stdin=lines)
    call("produce", TOPIC, "-p", "1", stdin=lines)


@pytest.fixture(autouse=True)
def committed(bootstrap: str, filled: None) -> None:
    """A group that has read four and six of them."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": GROUP})
    consumer.commit(
        offsets=[TopicPartition(TOPIC, 0, 4), TopicPartition(TOPIC, 1, 6)], asynchronous=False
    )
    consumer.close()


@pytest.fixture
def member(bootstrap: str) -> Iterator[Consumer]:
    """A member of the group that reads."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": GROUP})
    consumer.subscribe([TOPIC])
    while not consumer.assignment():
        consumer.poll(0.1)
    yield consumer
    consumer.close()


def positions(run: Run) -> list[int]:
    """Where the group is."""
    found = json.loads(run("get", "lag", GROUP, "-o", "json").stdout)
    return [each["committed"] for each in found]


def test_dry_run_tells_each_partition_and_changes_nothing(run: Run) -> None:
    result = run("reset", "group", GROUP, "--to", "earliest", "--dry-run", "-o", "json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {
            "topic": TOPIC,
            "partition": partition,
            "old": old,
            "new": 0,
            "again": old,
            "skipped": 0,
            "remark": "",
        }
        for partition, old in ((0, 4), (1, 6))
    ]
    assert "2 of 2 partitions move; at most 10 records read again, 0 skipped" in result.stderr
    assert positions(run) == [4, 6]


@pytest.mark.parametrize(
    ("where", "after"),
    [
        (("earliest",), [0, 0]),
        (("latest",), [10, 10]),
        (("7",), [7, 7]),
        (("end-1",), [9, 9]),
        (("-1h",), [0, 0]),
        (("2999-01-01",), [10, 10]),
        (("+2",), [6, 8]),
        (("99",), [10, 10]),
        (("latest", "--topic", f"{TOPIC}:1"), [4, 10]),
    ],
    ids=str,
)
def test_group_is_set_to_where_it_was_asked_for(
    run: Run, where: tuple[str, ...], after: list[int]
) -> None:
    result = run("reset", "group", GROUP, "--yes", "--to", *where)

    assert result.exit_code == 0
    assert positions(run) == after


def test_offset_beyond_the_log_is_remarked(run: Run) -> None:
    result = run("reset", "group", GROUP, "--to", "99", "--dry-run")

    assert "99 is beyond the end" in result.stdout


def test_reset_needs_a_yes_where_nobody_can_be_asked(run: Run) -> None:
    result = run("reset", "group", GROUP, "--to", "earliest")

    assert result.exit_code == 1
    assert f"give --yes to reset the offsets of {GROUP}" in result.stderr
    assert positions(run) == [4, 6]


@pytest.mark.usefixtures("member")
def test_group_with_members_is_refused_and_they_are_named(run: Run) -> None:
    dry = run("reset", "group", GROUP, "--to", "earliest", "--dry-run")
    result = run("reset", "group", GROUP, "--to", "earliest", "--yes")

    assert dry.exit_code == result.exit_code
    assert "this would be refused: " in dry.stderr
    assert result.exit_code == 1
    assert "nothing is changed: rdkafka" in result.stderr
    assert "stop it first" in result.stderr


def test_group_without_positions_wants_a_topic(run: Run) -> None:
    result = run("reset", "group", "newcomers", "--to", "latest", "--yes")

    assert result.exit_code == 1
    assert result.stderr == "kconsole: newcomers has no positions: name a topic\n"


def test_new_group_begins_where_it_was_told(run: Run) -> None:
    command = ["reset", "group", "early", "--to", "latest", "--topic", TOPIC, "--yes"]
    result = run(*command)

    assert result.exit_code == 0
    assert "there is no group early yet: this makes it" in result.stderr
    found = json.loads(run("get", "lag", "early", "-o", "json").stdout)
    assert [each["committed"] for each in found] == [10, 10]


def test_topic_that_is_not_there_is_refused(run: Run) -> None:
    result = run("reset", "group", GROUP, "--to", "latest", "--topic", "nowhere", "--yes")

    assert result.exit_code == 1
    assert "there is no topic nowhere" in result.stderr


def test_partitions_that_refuse_are_named_beside_those_that_are_done(
    bootstrap: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Method: one of two topics is deleted between the plan and the reset of a new group."""
    assert run("create", "topic", "going", "--partitions", "2").exit_code == 0
    aim, extent = parse_aim("latest", 0), parse_extent(f"{TOPIC}:0 going")
    reset = GroupReset("split", aim, extent, Form.TABLE)
    assert reset.plan(bootstrap, None)
    assert run("delete", "topic", "going", "--yes").exit_code == 0
    reset.carry_out(bootstrap, None, is_agreed=True)

    assert reset.failed.startswith("going-0, going-1: ")
    assert capsys.readouterr().err.endswith("kconsole: 1 of 3 partitions done\n")


def test_positions_come_back_from_a_file(run: Run, tmp_path: Path) -> None:
    """Method: the file is as Kafka's own tool exports it."""
    file = tmp_path / "positions.csv"
    file.write_text(f"{TOPIC},0,1\n{TOPIC},1,2\n")
    assert run("reset", "group", GROUP, "--to", f"file {file}", "--yes").exit_code == 0

    assert positions(run) == [1, 2]


def test_which_cluster_is_meant_is_told_once(bootstrap: str, tmp_path: Path) -> None:
    """Method: the address of a saved cluster, of which that is said."""
    file = tmp_path / "k.toml"
    file.write_text(f'[clusters.shop]\nbootstrap = "{bootstrap}"\nproduction = true\n')
    command = ["--config", str(file), "-b", bootstrap, "reset", "group", GROUP]
    result = CliRunner().invoke(main, [*command, "--to", "earliest", "--yes"])

    assert result.exit_code == 0
    assert result.stderr.count("is shop of the configuration") == 1
