"""`kconsole check` and `kconsole dump` as a user calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.cli import main
from engine.storage.log_config import LogConfig
from engine.storage.posix import PosixFileSystem
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS, ORDERS_ID, commit, open_directory


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def made(tmp_path: Path, *values: str) -> Path:
    directory = open_directory(PosixFileSystem(), FakeClock(), str(tmp_path))
    directory.create_partitions([ORDERS], ORDERS_ID)
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())
    for value in values:
        commit(log, value)
    assert directory.close()
    return tmp_path / "orders-0" / f"{0:020d}.log"


def test_check_of_a_sound_directory_counts_and_exits_with_0(tmp_path: Path) -> None:
    made(tmp_path, "a", "b")

    result = run("check", str(tmp_path))

    assert result.exit_code == 0
    told = "sound; 0 damages, 0 notices in 1 partition, 1 segment, 2 batches, 2 records, "
    assert result.stdout.startswith(f"{tmp_path}: {told}")
    assert result.stdout.endswith(" bytes\n")


@pytest.mark.parametrize("command", ["check", "repair"])
def test_the_directory_one_is_in_is_told_by_its_name(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "a")
    monkeypatch.chdir(tmp_path)

    result = run(command, ".")

    assert result.stdout.splitlines()[-1].startswith(f"{tmp_path}: ")
    assert ", 1 records" not in result.stdout


def test_one_notice_is_not_told_as_several(tmp_path: Path) -> None:
    """Method: a broker that did not end in order and left nothing torn."""
    made(tmp_path, "a")
    (tmp_path / ".kafka_cleanshutdown").unlink()

    result = run("check", str(tmp_path))

    first, last = result.stdout.splitlines()
    assert first == "notice: the last broker did not end in order; the next start recovers"
    assert "; 0 damages, 1 notice in 1 partition, " in last


def test_check_names_damage_and_exits_with_3(tmp_path: Path) -> None:
    segment = made(tmp_path, "a", "b")
    segment.write_bytes(segment.read_bytes()[:-1])

    result = run("check", str(tmp_path))

    assert result.exit_code == 3
    assert "damage: orders-0" in result.stdout
    assert "damaged" in result.stdout


def test_check_of_something_else_says_what_is_missing(tmp_path: Path) -> None:
    result = run("check", str(tmp_path))

    assert result.exit_code == 2
    assert "meta.properties" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere"),
        ("repair", "nowhere"),
        ("dump", __file__),
        ("report", "nowhere/report.html", "--bootstrap", "127.0.0.1:1"),
        ("get", "topics", "--bootstrap", "127.0.0.1:1"),
        ("produce", "orders", "--bootstrap", "127.0.0.1:1"),
        ("config", "check", "--config", "nowhere"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_whatever_a_command_cannot_do_is_told_under_the_name_of_the_program(
    arguments: tuple[str, ...],
) -> None:
    result = run(*arguments)

    assert result.exit_code in (1, 2)
    assert result.stderr
    assert all(line.startswith("kconsole: ") for line in result.stderr.splitlines())


def test_dump_prints_batches_and_with_records_their_records(tmp_path: Path) -> None:
    segment = made(tmp_path, "hello")

    batches = run("dump", str(segment))
    records = run("dump", "--records", "-o", "json", str(segment))

    assert batches.stdout.startswith("baseOffset: 0 lastOffset: 0 count: 1 ")
    assert len(batches.stdout.splitlines()) == 1
    assert [json.loads(line).get("value") for line in records.stdout.splitlines()] == [
        None,
        "hello",
    ]


def test_dump_spells_what_is_true_or_absent_as_kafka_does(tmp_path: Path) -> None:
    """Kafka's dump-log prints `isTransactional: false`; None and True are words of Python alone."""
    batch, record = run("dump", "--records", str(made(tmp_path, "hello"))).stdout.splitlines()

    assert " isTransactional: false isControl: false " in batch
    assert batch.endswith(" isvalid: true")
    assert " key: null value: hello headers: {}" in record


def test_dump_lets_no_control_character_reach_the_terminal(tmp_path: Path) -> None:
    segment = made(tmp_path, "\x1b[2Jgone")

    result = run("dump", "--records", str(segment))

    assert "\x1b" not in result.stdout
    assert "[2Jgone" in result.stdout


def test_dump_of_an_unknown_file_says_which_are_known(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("x")

    result = run("dump", str(tmp_path / "notes"))

    assert result.exit_code == 2
    assert ".timeindex" in result.stderr


def test_dump_of_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    result = run("dump", str(tmp_path / "00000000000000000000.log"))

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


@pytest.mark.parametrize("command", ["check", "dump"])
def test_a_reader_that_goes_away_ends_a_command_quietly(tmp_path: Path, command: str) -> None:
    segment = made(tmp_path, "hello")
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [sys.executable, "-m", "console.cli", command, tmp_path if command == "check" else segment],
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(write)
    assert ended.stderr == b""
