"""`kconsole get`: every table from a running broker, in each form, and how it is asked for."""

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.scripting.get import OPTIONS, table_commands
from console.scripting.tables import TABLES
from tests.console.scripting.conftest import Run
from tests.support.group_reader import GroupReader, create_topic, write
from tests.support.interrupts import heed_interrupts

OF_OURS_ALONE = ("requests", "connections")
NAMES = {"differences": ["orders", "other"], "what-if": ["orders"]}


@pytest.fixture(scope="module", autouse=True)
def group(bootstrap: str) -> None:
    """A topic of two partitions with 10 records, of which the group `billing` has read 4."""
    create_topic(bootstrap, "orders", 2)
    create_topic(bootstrap, "other", 1)
    write(bootstrap, "orders", 4, 2)
    with GroupReader(bootstrap, "billing", "orders", 2) as reader:
        reader.read(4)
    write(bootstrap, "orders", 6, 2)


def rows(run: Run, *arguments: str) -> list[dict[str, object]]:
    result = run("get", *arguments, "-o", "json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def names_for(table: str) -> list[str]:
    return NAMES.get(table, ["orders"] if TABLES[table].named.least else [])


READ_HERE = [name for name in TABLES if not TABLES[name].needs_watch and name not in OF_OURS_ALONE]


@pytest.mark.parametrize("table", READ_HERE)
def test_every_table_can_be_read_in_every_form(run: Run, table: str) -> None:
    fields = [field.name for field in TABLES[table].fields]
    found = rows(run, table, *names_for(table))

    assert all(list(row) == fields for row in found)
    text = run("get", table, *names_for(table))
    table_csv = run("get", table, *names_for(table), "-o", "csv")

    assert text.stdout.splitlines()[0].split()[0] == TABLES[table].fields[0].title.split()[0]
    assert (f"kconsole: {TABLES[table].empty}\n" in text.stderr) == (
        not found and bool(TABLES[table].empty)
    )
    assert next(csv.reader(io.StringIO(table_csv.stdout))) == fields


@pytest.mark.parametrize("table", TABLES)
def test_help_of_every_table_tells_what_it_is_and_its_columns(run: Run, table: str) -> None:
    said = " ".join(run("get", table, "--help").stdout.split())

    assert TABLES[table].about in said
    assert all(field.name in said for field in TABLES[table].fields)
    assert said.startswith("Usage: ")
    compared, at_once = TABLES[table].over_time, TABLES[table].at_once
    but = f", except {at_once}" if at_once else ""
    assert (f"Told only with --watch, which compares readings{but}: " in said) == bool(compared)
    assert {field.name for field in TABLES[table].fields}.issuperset(compared)


def test_commands_are_those_of_the_tables_and_every_option_is_of_some() -> None:
    used = {option for table in TABLES.values() for option in table.options}

    assert list(table_commands()) == list(TABLES)
    assert used == OPTIONS.keys() - {"output", "watch"}


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
    assert (group["lag"], group["lag_max"], group["lag_max_partition"]) == (6, 3, "orders-0")


def test_lag_is_told_by_partition(run: Run) -> None:
    found = rows(run, "lag", "billing")

    assert [(each["partition"], each["committed"], each["end"], each["lag"]) for each in found] == [
        (0, 2, 5, 3),
        (1, 2, 5, 3),
    ]


def test_partitions_tell_leader_offsets_and_lag(run: Run) -> None:
    found = rows(run, "partitions", "orders")

    assert [(each["partition"], each["leader"], each["high_watermark"]) for each in found] == [
        (0, 1, 5),
        (1, 1, 5),
    ]
    assert [(each["lag"], each["status"]) for each in found] == [(3, "healthy")] * 2


def test_readers_tell_the_groups_of_a_topic(run: Run) -> None:
    assert [(each["group"], each["lag"]) for each in rows(run, "readers", "orders")] == [
        ("billing", 6)
    ]
    assert rows(run, "readers", "other") == []


def test_segments_tell_offsets_and_sizes(run: Run) -> None:
    found = rows(run, "segments", "orders")

    assert [(each["partition"], each["base_offset"], each["records"]) for each in found] == [
        (0, 0, 5),
        (1, 0, 5),
    ]


def test_messages_stand_newest_first_as_many_as_were_asked_for(run: Run) -> None:
    found = rows(run, "messages", "orders", "-n", "3")

    assert len(found) == 3
    assert found[0]["value"] == "record 5"
    assert [each["timestamp"] for each in found] == sorted(
        (each["timestamp"] for each in found), reverse=True
    )


def test_another_retention_is_tried_and_nothing_is_changed(run: Run) -> None:
    found = {each["about"]: each["what"] for each in rows(run, "what-if", "orders")}
    tried = {
        each["about"]: each["what"]
        for each in rows(run, "what-if", "orders", "--set", "retention.ms=1")
    }

    assert found["Goes at once"] == "nothing"
    assert "10 records" in str(tried["Goes at once"])
    assert rows(run, "topics", "orders")[0]["messages"] == 10


def test_differences_are_the_keys_that_are_not_the_same(run: Run, bootstrap: str) -> None:
    assert rows(run, "differences", "orders", "other") == []


def test_clusters_and_rules_come_from_the_configuration(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[clusters.prod]\nbootstrap = "127.0.0.1:1"\nproduction = true\n'
        "[alerts.behind]\nlag_over = 5\n[alerts.wrong]\nlag_over = true\n"
    )
    given = ("--config", str(config))

    (cluster,) = rows(run, "clusters", *given)
    (tried,) = rows(run, "clusters", "prod", "--try", *given)
    rules = run("get", "rules", "-o", "json", *given)
    alerts = run("get", "alerts", "-o", "json", *given)

    assert (cluster["cluster"], cluster["production"], cluster["state"]) == ("prod", True, None)
    assert tried["state"] == "cannot be had"
    assert "127.0.0.1:1" in str(tried["failure"])
    assert [rule["rule"] for rule in json.loads(rules.stdout)] == ["behind"]
    assert (rules.exit_code, "alerts.wrong.lag_over" in rules.stderr) == (1, True)
    assert [(each["group"], each["lag"]) for each in json.loads(alerts.stdout)] == [("billing", 6)]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("topics", "orders", "missing"), 1, "there is no topic missing"),
        (("members", "nobody"), 1, "there is no group nobody"),
        (("brokers", "7"), 1, "there is no id 7"),
        (("clusters", "nowhere"), 1, "there is no cluster nowhere"),
        (("messages", "missing"), 1, "there is no topic missing"),
        (("configs",), 2, "say which: kconsole get configs TOPIC"),
        (("differences", "orders"), 2, "say exactly 2: kconsole get differences TOPIC TOPIC"),
        (("what-if", "orders", "--set", "retention.ms=soon"), 2, "expected a time such as 7d"),
        (("what-if", "orders", "--set", "flush.ms=1"), 2, "'flush.ms' is none of retention.ms"),
        (
            ("what-if", "orders", *2 * ("--set", "retention.ms=1")),
            2,
            "'retention.ms' is given twice",
        ),
        (("events",), 2, "kconsole get events --watch 1"),
        (("topisc",), 2, "topics"),
        (("requests",), 1, "this broker tells no metrics"),
    ],
)
def test_what_cannot_be_had_is_told(
    run: Run, arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = run("get", *arguments)

    assert result.exit_code == code
    assert told in result.stderr
    assert result.stdout == ""


def test_a_group_without_members_is_there_all_the_same(run: Run) -> None:
    assert rows(run, "members", "billing") == []


def command(bootstrap: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "console.cli", "get", *arguments, "-b", bootstrap, "-w", "0.2"]


def test_ctrl_c_ends_watching_and_the_table_stayed_in_its_place(bootstrap: str) -> None:
    ours, theirs = pty.openpty()
    watched = command(bootstrap, "groups")
    with subprocess.Popen(
        watched,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=_terminal(),
        preexec_fn=heed_interrupts,
    ) as watching:
        os.close(theirs)
        shown = _read_until(ours, lambda text: text.count("billing") >= 3)
        watching.send_signal(signal.SIGINT)
        _read_until(ours, lambda text: "\x1b[?25h" in text)
        _, stderr = watching.communicate()
    os.close(ours)

    assert (watching.returncode, stderr) == (130, b"")
    assert "\x1b[2K" in shown
    assert "ctrl+c ends" in shown


def _terminal() -> dict[str, str]:
    return {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}


def _read_until(terminal: int, is_enough: Callable[[str], bool]) -> str:
    text = ""
    while not is_enough(text):
        text += os.read(terminal, 65_536).decode()
    return text


def test_a_reader_that_goes_away_ends_watching_though_nothing_changes(bootstrap: str) -> None:
    watched = command(bootstrap, "rules", "-o", "json")
    with subprocess.Popen(watched, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert watching.stdout.readline() == b"[]\n"
        watching.stdout.close()
        assert watching.stderr.read() == b""
    assert watching.returncode == 0
