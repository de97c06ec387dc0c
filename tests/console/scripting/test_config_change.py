"""`kconsole set configs` on a real broker."""

import json

import pytest
from click.testing import CliRunner

from console.cli import main
from tests.console.scripting.conftest import Run

TOPIC = "configured"


@pytest.fixture(autouse=True)
def topic(run: Run) -> None:
    """A topic with a record that it keeps for a week by its own configuration."""
    assert run("create", "topic", TOPIC, "--if-not-exists").exit_code == 0
    assert run("produce", TOPIC, stdin="one\n").exit_code == 0
    assert run("set", "configs", TOPIC, "retention.ms=7d", "--yes").exit_code == 0
    assert run("set", "configs", TOPIC, "--default", "segment.bytes", "--yes").exit_code == 0


def value(run: Run, key: str) -> tuple[str, str]:
    """What holds, and who set it."""
    found = json.loads(run("get", "configs", TOPIC, "-o", "json").stdout)
    return next((each["value"], each["set_by"]) for each in found if each["key"] == key)


def test_keys_are_set_and_told(run: Run) -> None:
    result = run("set", "configs", TOPIC, "retention.ms=14d", "segment.bytes=64MiB")

    assert result.exit_code == 0
    assert "retention.ms: 604800000 (7d) → 1209600000 (14d)\n" in result.stdout
    assert result.stderr == f"kconsole: changed retention.ms, segment.bytes of {TOPIC}\n"
    assert value(run, "retention.ms") == ("1209600000", "topic")
    assert value(run, "segment.bytes") == ("67108864", "topic")


def test_dry_run_changes_nothing(run: Run) -> None:
    result = run("set", "configs", TOPIC, "retention.ms=1d", "--dry-run")

    assert result.exit_code == 0
    assert "The broker will delete what lies beyond" in result.stderr
    assert value(run, "retention.ms") == ("604800000", "topic")


def test_change_that_deletes_records_needs_a_yes_where_nobody_can_be_asked(run: Run) -> None:
    refused = run("set", "configs", TOPIC, "retention.ms=1d")

    assert refused.exit_code == 1
    assert f"give --yes to change retention.ms of {TOPIC}\n" in refused.stderr
    assert value(run, "retention.ms") == ("604800000", "topic")
    assert run("set", "configs", TOPIC, "retention.ms=1d", "--yes").exit_code == 0
    assert value(run, "retention.ms") == ("86400000", "topic")


def test_topic_without_records_loses_none(run: Run) -> None:
    assert run("create", "topic", "without", "--partitions", "2").exit_code == 0
    result = run("set", "configs", "without", "retention.ms=1d")

    assert (result.exit_code, result.stderr) == (0, "kconsole: changed retention.ms of without\n")
    assert run("produce", "without", "-p", "1", stdin="one\n").exit_code == 0
    assert run("set", "configs", "without", "retention.ms=1h").exit_code == 1


def test_default_that_is_less_is_told(run: Run) -> None:
    assert run("set", "configs", TOPIC, "retention.ms=14d").exit_code == 0
    result = run("set", "configs", TOPIC, "--default", "retention.ms", "--dry-run")

    assert result.stdout == "retention.ms: 1209600000 (14d) → 604800000 (7d), its default\n"
    assert result.stderr == "kconsole: The broker will delete what lies beyond 604800000 (7d).\n"


def test_key_is_given_its_default_again(run: Run) -> None:
    assert run("set", "configs", TOPIC, "segment.bytes=64MiB").exit_code == 0
    assert run("set", "configs", TOPIC, "--default", "segment.bytes").exit_code == 0

    assert value(run, "segment.bytes")[1] != "topic"


def test_value_of_the_default_becomes_the_topics_own(run: Run) -> None:
    default, set_by = value(run, "segment.bytes")
    assert set_by != "topic"
    pinned = run("set", "configs", TOPIC, f"segment.bytes={default}")
    again = run("set", "configs", TOPIC, f"segment.bytes={default}")

    assert pinned.stdout.endswith(", now the topic's own\n")
    assert value(run, "segment.bytes") == (default, "topic")
    assert again.stdout == "segment.bytes: it has this value already\n"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("no.such.key=1", "a topic has no configuration no.such.key\n"),
        ("retentions.ms=1", "no configuration retentions.ms, did you mean retention.ms?\n"),
        ("retention.ms=soon", "retention.ms cannot be 'soon': expected a time such as 7d"),
        ("cleanup.policy=burn", "cannot be 'burn': expected compact | delete, several with"),
        ("segment.bytes=1", "segment.bytes cannot be '1': expected at least 1,048,576"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(run: Run, change: str, told: str) -> None:
    result = run("set", "configs", TOPIC, "min.insync.replicas=1", change)

    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""
    assert value(run, "min.insync.replicas")[1] != "topic"


def test_topic_that_is_not_there_is_told(run: Run) -> None:
    result = run("set", "configs", "nowhere", "retention.ms=1d")

    assert result.exit_code == 1
    assert result.stderr == "kconsole: there is no topic nowhere\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what to change"),
        (("retention.ms",), "is not KEY=VALUE"),
        (("a=1", "a=2"), "'a' is given twice"),
        (("--default", "a", "--default", "a"), "'a' is named twice"),
        (("a=1", "--default", "a"), "either a value or its default"),
    ],
    ids=str,
)
def test_wrong_input_is_a_usage_error(arguments: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(main, ["set", "configs", TOPIC, *arguments])

    assert result.exit_code == 2
    assert told in result.stderr
