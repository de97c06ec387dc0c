"""`kconsole create topic` and `delete topic` on a real broker."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.cli import main
from tests.console.scripting.conftest import Run


def names(run: Run) -> list[str]:
    """The topics that there are."""
    return [each["topic"] for each in json.loads(run("get", "topics", "-o", "json").stdout)]


def test_topic_is_created_as_it_was_asked_for(run: Run) -> None:
    made = run("create", "topic", "made", "--partitions", "3", "--set", "retention.ms=7d")

    assert (made.exit_code, made.stdout) == (0, "made is created with 3 partitions\n")
    found = json.loads(run("get", "configs", "made", "-o", "json").stdout)
    values = {each["key"]: (each["value"], each["set_by"]) for each in found}
    assert values["retention.ms"] == ("604800000", "topic")


def test_topic_that_is_there_is_told_and_the_others_are_created(run: Run) -> None:
    assert run("create", "topic", "there").exit_code == 0
    result = run("create", "topic", "there", "beside")

    assert result.exit_code == 1
    assert result.stderr.startswith("kconsole: there: ")
    assert result.stdout == "beside is created with 1 partition\n"


def test_topic_that_is_there_may_be_fine(run: Run) -> None:
    assert run("create", "topic", "kept").exit_code == 0
    result = run("create", "topic", "kept", "--if-not-exists")

    assert (result.exit_code, result.stdout) == (0, "kept is there already\n")


def test_dry_run_creates_nothing(run: Run) -> None:
    result = run("create", "topic", "dry", "--partitions", "2", "--dry-run")

    assert (result.exit_code, result.stdout) == (0, "dry would be created with 2 partitions\n")
    assert "dry" not in names(run)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "topic"), "Missing argument 'TOPIC...'"),
        (
            ("create", "topic", "a/b", "c", "d%"),
            "'a/b': only letters, digits, '.', '_' and '-'; 'd%'",
        ),
        (
            ("create", "topic", "a", "--set", "flush.ms=x"),
            "flush.ms cannot be 'x': expected a time",
        ),
        (("create", "topic", "a", "--partitions", "x"), "'x' is not a whole number of 1 or more"),
        (("consume", "a", "-p", "-1"), "'-1' is not a whole number of 0 or more"),
        (("get", "messages", "a", "-n", "1e9"), "'1e9' is not a whole number from 1 to 10,000"),
        (("get", "topics", "-w", "nan"), "'nan' is not a number of 0.2 or more"),
        (("create", "topic", "a", "b", "a"), "'a' is named twice"),
        (("create", "topic", "a", "--set", "x=1", "--set", "x=2"), "'x' is given twice"),
        (("delete", "topic", "a", "a"), "'a' is named twice"),
        (("delete", "topic", "a", ""), "a name is empty"),
        (("delete", "group", "a", "a"), "'a' is named twice"),
        (("create", "topic", "a", "--partitions", "0"), "--partitions"),
        (("create", "topic", "a", "--set", "retention.ms"), "is not KEY=VALUE"),
        (
            ("create", "topic", "a", "--set", "retention.ms=soon"),
            "retention.ms cannot be 'soon': expected a time",
        ),
        (("delete", "topic"), "Missing argument 'TOPIC...'"),
        (("reset", "group", "g"), "Missing option '--to'"),
        (("reset", "group", "g", "--to", "yesterday"), "earliest, latest"),
        (("reset", "group", "g", "--to", "latest", "--topic", "a:x"), "partitions are numbers"),
        (("reset", "group", "g", "--to", "latest", "--topic", ""), "all, or topics"),
        (("reset", "group", "g", "--to", "latest", "-t", "a", "-t", "a:0"), "'a' is named twice"),
    ],
    ids=str,
)
def test_wrong_input_is_a_usage_error_that_says_what_is_right(
    arguments: tuple[str, ...], told: str
) -> None:
    """Method: no cluster is named that could be asked."""
    result = CliRunner().invoke(main, [*arguments])

    assert result.exit_code == 2
    assert told in result.stderr


def test_configuration_that_the_broker_does_not_know_is_refused_by_it(run: Run) -> None:
    result = run("create", "topic", "odd", "--set", "no.such.key=1")

    assert result.exit_code == 1
    assert "no.such.key" in result.stderr
    near = run("create", "topic", "odd", "--set", "retentions.ms=1")
    assert near.stderr.endswith("retentions.ms, did you mean retention.ms?\n")
    assert "odd" not in names(run)


def test_delete_needs_a_yes_where_nobody_can_be_asked(run: Run) -> None:
    assert run("create", "topic", "doomed").exit_code == 0
    refused = run("delete", "topic", "doomed", stdin="doomed\n")

    assert refused.exit_code == 1
    assert refused.stderr == "kconsole: give --yes to delete topic doomed\n"
    assert "doomed" in names(run)
    deleted = run("delete", "topic", "doomed", "--yes")
    assert (deleted.exit_code, deleted.stdout) == (0, "doomed is deleted\n")
    assert "doomed" not in names(run)


def test_closed_standard_input_can_be_asked_nothing(bootstrap: str) -> None:
    """Method: a shell closes it, as scripts may."""
    command = [sys.executable, "-m", "console.cli", "-b", bootstrap, "delete", "topic", "b"]
    told = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command], capture_output=True, timeout=60, check=False
    )

    assert told.returncode == 1
    assert told.stderr == b"kconsole: give --yes to delete topic b\n"


def test_topic_that_is_not_there_is_told_unless_that_is_fine(run: Run) -> None:
    strict = run("delete", "topic", "missing", "--yes")
    easy = run("delete", "topic", "missing", "--yes", "--if-exists")

    assert strict.exit_code == 1
    assert strict.stderr == "kconsole: missing: there is no such topic\n"
    assert (easy.exit_code, easy.stdout) == (0, "missing is not there\n")


@pytest.mark.parametrize(("answer", "code", "is_left"), [("shop/{}", 0, False), ("{}", 1, True)])
def test_production_cluster_wants_both_names_typed(
    bootstrap: str, run: Run, tmp_path: Path, answer: str, code: int, is_left: bool
) -> None:
    """Method: the reading end of a pseudo-terminal is standard input."""
    topic = f"typed-{code}"
    assert run("create", "topic", topic).exit_code == 0
    file = tmp_path / "k.toml"
    file.write_text(f'[clusters.shop]\nbootstrap = "{bootstrap}"\nproduction = true\n')
    told = typed(["--config", str(file), "-b", "shop", "delete", "topic", topic], answer, topic)

    assert told.returncode == code
    assert f"To delete topic {topic}, type shop/{topic}".encode() in told.stderr
    assert (topic in names(run)) is is_left


def typed(arguments: list[str], answer: str, topic: str) -> "subprocess.CompletedProcess[bytes]":
    """The command with an answer that is typed at a terminal."""
    command = [sys.executable, "-m", "console.cli", *arguments]
    typing, terminal = pty.openpty()
    with os.fdopen(typing, "wb", buffering=0) as keys:
        keys.write(f"{answer.format(topic)}\n".encode())
        try:
            return subprocess.run(
                command, stdin=terminal, capture_output=True, timeout=60, check=False
            )
        finally:
            os.close(terminal)


def test_name_that_is_typed_is_enough_elsewhere(bootstrap: str, run: Run) -> None:
    assert run("create", "topic", "spoken").exit_code == 0
    told = typed(["-b", bootstrap, "delete", "topic", "spoken"], "{}", "spoken")

    assert told.returncode == 0
    assert "spoken" not in names(run)


def test_cluster_that_is_read_only_refuses(bootstrap: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "k.toml"
    file.write_text(f'[clusters.shop]\nbootstrap = "{bootstrap}"\nread_only = true\n')
    result = CliRunner().invoke(
        main, ["--config", str(file), "-b", "shop", "create", "topic", "no"]
    )

    assert result.exit_code == 1
    assert "read_only" in result.stderr
    assert "no" not in names(run)


def test_what_was_done_is_in_the_journal(run: Run) -> None:
    assert run("create", "topic", "noted").exit_code == 0
    assert run("delete", "topic", "noted", "--yes").exit_code == 0
    found = json.loads(run("get", "journal", "-o", "json").stdout)

    assert [(each["act"], each["subject"]) for each in found] == [
        ("delete topic", "noted"),
        ("create topic", "noted"),
    ]
