"""`kconsole produce`: what becomes of lines, and what is said about them."""

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from console.cli import main
from console.port.cluster import Published, Writes
from console.port.errors import ClusterError, Refused, TimedOut, Unreachable
from console.scripting.produce import LineForm, TopicSender
from console.scripting.waiting import SILENT_S, Waiting
from engine.client.settings import ClientSettings
from tests.console.scripting.conftest import Run
from tests.support.interrupts import heed_interrupts


def stored(run: Run, topic: str) -> list[dict[str, object]]:
    result = run("consume", topic, "--exit", "-o", "json")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_is_a_record_in_order(run: Run) -> None:
    result = run("produce", "--create", "lines", stdin="one\ntwo\n\nfour")

    assert result.exit_code == 0
    assert result.stderr == "4 records stored in lines\n"
    assert [each["value"] for each in stored(run, "lines")] == ["one", "two", "", "four"]


def test_one_record_is_not_told_as_several(run: Run) -> None:
    assert run("produce", "--create", "one", stdin="x").stderr == "1 record stored in one\n"
    refused = run("produce", "one", "-p", "7", stdin="x")
    assert refused.exit_code == 1
    assert "kconsole: 1 record refused: " in refused.stderr
    assert "0 records stored in one, 1 refused" in refused.stderr


def test_files_are_read_instead_of_standard_input(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"a\n")
    second.write_bytes(b"\xff\xfe\n")

    assert run("produce", "--create", "files", str(first), str(second)).exit_code == 0
    assert [each["value"] for each in stored(run, "files")] == ["a", {"base64": "//4="}]


def test_key_separator_headers_and_tombstones(run: Run) -> None:
    result = run(
        *("produce", "--create", "keyed", "-K", ":", "-k", "otherwise", "-Z", "-H", "from=test"),
        stdin="k1:v1\nno separator\nk2:\n",
    )

    assert result.exit_code == 0
    records = stored(run, "keyed")
    assert [(each["key"], each["value"]) for each in records] == [
        ("k1", "v1"),
        ("otherwise", "no separator"),
        ("k2", None),
    ]
    assert records[0]["headers"] == [{"name": "from", "value": "test"}]


def test_verbose_prints_where_each_record_went(run: Run) -> None:
    result = run("produce", "--create", "-v", "told", stdin="a\nb\n")

    assert result.stdout == "partition 0 offset 0\npartition 0 offset 1\n"


def test_more_lines_than_a_batch_keep_their_order(run: Run) -> None:
    lines = [str(number) for number in range(12_000)]
    assert run("produce", "--create", "many", stdin="\n".join(lines)).exit_code == 0

    assert [each["value"] for each in stored(run, "many")] == lines


def test_topic_that_is_not_there_is_told_and_nothing_is_stored(run: Run) -> None:
    result = run("produce", "missing", stdin="a\n")

    assert result.exit_code == 1
    assert "no such topic" in result.stderr


def test_topic_that_is_not_there_is_told_before_anything_is_read(run: Run) -> None:
    """kcat and Kafka's own producer end well on an empty input, and nobody learns of the slip."""
    result = run("produce", "typo", stdin="")

    assert result.exit_code == 1
    assert result.stderr == "kconsole: there is no such topic: typo; --create makes one\n"


@pytest.fixture
def named(bootstrap: str, tmp_path: Path) -> Callable[..., list[str]]:
    """What begins a command on a cluster of the configuration, with such keys."""

    def arguments(keys: str) -> list[str]:
        file = tmp_path / "k.toml"
        file.write_text(f'[clusters.shop]\nbootstrap = "{bootstrap}"\n{keys}\n')
        return ["--config", str(file), "--bootstrap", "shop", "produce"]

    return arguments


def test_production_cluster_needs_a_yes_where_nobody_can_be_asked(
    named: Callable[..., list[str]], run: Run
) -> None:
    command = [*named("production = true"), "careful", "--create"]
    refused = CliRunner().invoke(main, command, input="x\n")
    agreed = CliRunner().invoke(main, [*command, "--yes"], input="x\n")

    assert refused.exit_code == 1
    assert "shop is a production cluster: give --yes to store records in careful" in refused.stderr
    assert (agreed.exit_code, agreed.stderr) == (0, "1 record stored in careful\n")
    assert len(stored(run, "careful")) == 1


def test_production_cluster_is_one_by_its_address_too(
    named: Callable[..., list[str]], bootstrap: str, run: Run
) -> None:
    """Method: the same configuration, and the address in the place of the name."""
    assert run("produce", "--create", "guarded", stdin="").exit_code == 0
    command = [bootstrap if each == "shop" else each for each in named("production = true")]
    refused = CliRunner().invoke(main, [*command, "guarded"], input="x\n")

    assert refused.exit_code == 1
    assert f"kconsole: {bootstrap} is shop of the configuration: production\n" in refused.stderr
    assert "shop is a production cluster: give --yes to store records in" in refused.stderr
    assert stored(run, "guarded") == []


@pytest.mark.parametrize(("answer", "code", "count"), [("y", 0, 1), ("n", 1, 0)])
def test_production_cluster_asks_at_a_terminal(
    named: Callable[..., list[str]], run: Run, answer: str, code: int, count: int
) -> None:
    """Method: the reading end of a pseudo-terminal is standard input; ctrl+d ends it."""
    topic = f"asked-{answer}"
    assert run("produce", "--create", topic, stdin="").exit_code == 0
    command = [sys.executable, "-m", "console.cli", *named("production = true"), topic]
    typing, terminal = pty.openpty()
    with os.fdopen(typing, "wb", buffering=0) as keys:
        process = subprocess.Popen(command, stdin=terminal, stderr=subprocess.PIPE)
        os.close(terminal)
        keys.write(f"{answer}\nline\n\x04".encode())
        _, told = process.communicate(timeout=60)
    assert process.returncode == code
    assert b"shop is a production cluster. Go on, and store records in" in told
    assert len(stored(run, topic)) == count


def test_cluster_that_is_read_only_refuses_before_anything_is_read(
    named: Callable[..., list[str]],
) -> None:
    result = CliRunner().invoke(main, [*named("read_only = true"), "any"], input="")

    assert result.exit_code == 1
    assert "read_only" in result.stderr


def test_partition_that_is_not_there_is_refused_with_the_count(run: Run) -> None:
    assert run("produce", "--create", "small", stdin="").exit_code == 0
    result = run("produce", "--create", "small", "-p", "7", stdin="a\nb\n")

    assert result.exit_code == 1
    assert "2 records refused: small has no partition 7\n" in result.stderr
    assert "0 records stored in small, 2 refused" in result.stderr


def test_header_without_a_value_is_a_usage_error(run: Run) -> None:
    result = run("produce", "lines", "-H", "nothing", stdin="a\n")

    assert result.exit_code == 2
    assert "NAME=VALUE" in result.stderr


def test_interrupted_it_says_how_many_are_stored(bootstrap: str) -> None:
    """Standard input stays open, as a terminal does: nothing may wait for it any more."""
    program = [sys.executable, "-m", "console.cli", "--bootstrap", bootstrap]
    command = [*program, "produce", "--create", "--verbose", "interrupted"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, bufsize=0, preexec_fn=heed_interrupts, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"one\n")
        assert process.stdout.readline() == b"partition 0 offset 0\n"
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait() == 130
    assert said.startswith(b"1 record")
    assert said.endswith(b" stored in interrupted\n")
    assert said.count(b"\n") == 1


def test_reader_that_goes_away_keeps_no_record_from_being_stored(bootstrap: str) -> None:
    command = [sys.executable, "-m", "console.cli", "produce", "--create", "counted", "-v"]
    command += ["--bootstrap", bootstrap]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, told = process.communicate(b"line\n" * 7)
    assert (process.returncode, told) == (0, b"7 records stored in counted\n")


def test_what_is_stored_is_in_the_journal(named: Callable[..., list[str]], run: Run) -> None:
    """A change is a change, whether from a screen or from a script."""
    command = [*named(""), "kept"]
    assert CliRunner().invoke(main, [*command, "--create"], input="a\nb\n").exit_code == 0
    assert CliRunner().invoke(main, command, input="").exit_code == 0
    found = json.loads(run("get", "journal", "-o", "json").stdout)
    told = [(each["cluster"], each["act"], each["subject"], each["what"]) for each in found]
    assert told == [
        ("shop", "publish", "kept", "2 messages"),
        ("shop", "create topic", "kept", "the broker's number of partitions"),
    ]


def test_a_topic_that_is_there_is_not_created_again(run: Run) -> None:
    """An attempt that is refused would stand in the journal as a change that failed."""
    for _ in range(2):
        assert run("produce", "--create", "once", stdin="a\n").exit_code == 0
    found = json.loads(run("get", "journal", "-o", "json").stdout)
    told = [(each["act"], each["failure"]) for each in found if each["subject"] == "once"]
    assert sorted(told) == [("create topic", None), ("publish", None), ("publish", None)]


def test_an_audit_file_that_cannot_be_written_is_told_and_keeps_nothing_from_being_stored(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("no directory")
    result = run("produce", "--create", "unkept", stdin="a\n")
    assert result.exit_code == 0
    assert "the audit file cannot be written" in result.stderr
    assert len(stored(run, "unkept")) == 1


async def test_a_record_whose_fate_is_not_known_is_not_called_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who sends it again has it twice, perhaps."""
    lines = tmp_path / "lines"
    lines.write_text("a\nb\nc\nd\n")
    lost = Unreachable("the connection was lost", was_sent=True)
    sender = sender_to("some")

    await sender.run(
        cast(Writes, Answering([Published(0, 0), lost, lost, Refused("no")])), (lines,)
    )

    assert sender.failed == 3
    assert capsys.readouterr().err.splitlines() == [
        "kconsole: 2 records perhaps stored: the connection was lost",
        "kconsole: 1 record refused: no",
        "1 record stored in some, 2 perhaps stored, 1 refused",
    ]


async def test_a_batch_that_fails_as_a_whole_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines"
    lines.write_text("a\n")
    sender = sender_to("some")

    with pytest.raises(TimedOut):
        await sender.run(cast(Writes, Failing(TimedOut("no answer in 15 s"))), (lines,))

    assert sender.failed == 1
    assert capsys.readouterr().err.splitlines() == [
        "kconsole: 1 record perhaps stored: no answer in 15 s",
        "0 records stored in some, 1 perhaps stored",
    ]


async def test_records_that_are_under_way_when_it_is_interrupted_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines"
    lines.write_text("a\n")
    writes = Hanging()
    running = asyncio.ensure_future(sender_to("some").run(cast(Writes, writes), (lines,)))
    await writes.has_records.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert capsys.readouterr().err.splitlines() == [
        "kconsole: 1 record perhaps stored: interrupted before the answer came",
        "0 records stored in some, 1 perhaps stored",
    ]


async def test_a_broker_that_does_not_answer_is_named_while_it_is_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines"
    lines.write_text("a\n")
    writes, seconds = Hanging(), iter(range(SILENT_S))

    async def pause(_seconds: float) -> None:
        if writes.has_records.is_set() and next(seconds, None) is None:
            writes.answers.set()
        await asyncio.sleep(0)

    waiting = Waiting(pause)
    waiting.whom = "kafka-1:9092"
    await sender_to("some", waiting).run(cast(Writes, writes), (lines,))

    first, *_, last = capsys.readouterr().err.splitlines()
    assert first == f"kconsole: kafka-1:9092 has not answered for {SILENT_S} s; waiting"
    assert last == "1 record stored in some"


def test_help_tells_how_long_it_tries() -> None:
    told = " ".join(CliRunner().invoke(main, ["produce", "--help"]).stdout.split())
    settings = ClientSettings()
    last_s = settings.connect_timeout_s + settings.request_timeout_s

    assert f"tried again for {settings.writing.deadline_s:g} s" in told
    assert f"the last try has {last_s:g} s" in told


def sender_to(topic: str, waiting: Waiting | None = None) -> TopicSender:
    """Sends lines as values, wherever the cluster likes."""
    return TopicSender(
        topic,
        LineForm(None, None, None, False, ()),
        creates=None,
        is_verbose=False,
        waiting=waiting or Waiting(),
    )


class Hanging:
    """A cluster that stores what is sent to it once it may answer."""

    def __init__(self) -> None:
        self.has_records = asyncio.Event()
        self.answers = asyncio.Event()

    async def publish(self, topic: str, records: list[object]) -> list[Published]:
        if records:
            self.has_records.set()
            await self.answers.wait()
        return [Published(0, offset) for offset, _ in enumerate(records)]


class Failing:
    """A cluster that fails as a whole with every record."""

    def __init__(self, error: ClusterError) -> None:
        self._error = error

    async def publish(self, topic: str, records: list[object]) -> list[Published]:
        if records:
            raise self._error
        return []


class Answering:
    """A cluster that gives an answer to each record of a topic."""

    def __init__(self, answers: list[Published | ClusterError]) -> None:
        self._answers = answers

    async def publish(self, topic: str, records: list[object]) -> list[Published | ClusterError]:
        return [self._answers.pop(0) for _ in records]
