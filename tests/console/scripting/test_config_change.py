"""`kconsole set configs` on a real broker."""

import json

import pytest
from click.testing import CliRunner

from console.cli import main
from tests.console.scripting.conftest import Run

TOPIC = "configured"


@pytest.fixture(autouse=True)
def topic(run: Run) -> None:
    """A topic that keeps its records for a week by its own configuration."""
    assert run("create", "topic", TOPIC, "--if-not-exists").exit_code == 0
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
    assert again.stdout == "segment.bytes: that is what holds already\n"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("no.such.key=1", "a topic has no configuration no.such.key"),
        ("retention.ms=soon", "retention.ms: expected "),
        ("cleanup.policy=burn", "Invalid value burn"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(run: Run, change: str, told: str) -> None:
    result = run("set", "configs", TOPIC, "segment.bytes=64MiB", change)

    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""
    assert value(run, "segment.bytes")[1] != "topic"


def test_topic_that_is_not_there_is_told(run: Run) -> None:
    result = run("set", "configs", "nowhere", "retention.ms=1d")

    assert result.exit_code == 1
    assert result.stderr.startswith("kconsole: nowhere: ")


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
