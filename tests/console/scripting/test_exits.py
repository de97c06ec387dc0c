"""How commands end: each row of the page's table on a real broker."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGINT

import pytest

from console.scripting.exits import MEANINGS, Exit
from tests.console.scripting.conftest import Run
from tests.support.group_reader import GroupReader, create_topic, write
from tests.support.interrupts import heed_interrupts

PAGE = Path(__file__).parents[3] / "docs" / "scripts.md"


@pytest.fixture(scope="module", autouse=True)
def group(bootstrap: str) -> None:
    """The group `billing` has read 1 of 2 records of `orders`, which has one partition."""
    create_topic(bootstrap, "orders", 1)
    write(bootstrap, "orders", 2, 1)
    with GroupReader(bootstrap, "billing", "orders", 1) as reader:
        reader.read(1)


def test_the_page_has_each_code_with_its_meaning() -> None:
    rows = [f"| {code} | {means} |" for code, means in MEANINGS.items()]
    table = "\n".join(["| code | means |", "|---|---|", *rows])

    assert set(MEANINGS) == set(Exit)
    assert f"## Exit codes\n\n{table}\n" in PAGE.read_text()


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (Exit.DONE, "get topics"),
        (Exit.DONE, "consume orders --exit"),
        (Exit.DONE, "assert lag billing --under 2"),
        (Exit.DONE, "reset group billing --to earliest --topic orders:0 --dry-run"),
        (Exit.FAILED, "get topics nowhere"),
        (Exit.FAILED, "consume orders -p 9"),
        (Exit.FAILED, "assert lag nobody --under 2"),
        (Exit.FAILED, "assert lag billing --under 2 -b 127.0.0.1:1"),
        (Exit.FAILED, "create topic orders"),
        (Exit.FAILED, "delete topic orders"),
        (Exit.FAILED, "delete records orders:9 --before end --dry-run"),
        (Exit.FAILED, "reset group billing --to earliest --topic orders:9 --dry-run"),
        (Exit.FAILED, "report nowhere/page.html --watch 0s"),
        (Exit.WRONG, "get nothing"),
        (Exit.WRONG, "consume orders --from soon"),
        (Exit.WRONG, "get topics -b :::"),
        (Exit.WRONG, "set configs orders retention.ms=soon"),
        (Exit.WRONG, "set configs orders cleanup.policy=burn"),
        (Exit.WRONG, "set configs orders nothing=1"),
        (Exit.NOT_SO, "assert lag billing --under 1"),
    ],
)
def test_each_end_has_its_code(run: Run, code: Exit, arguments: str) -> None:
    result = run(*arguments.split())

    assert result.exit_code == code, result.stderr
    assert code is Exit.DONE or result.stderr


@pytest.mark.parametrize("command", ["check", "repair", "dump"])
def test_a_path_that_is_not_there_is_wrong(run: Run, command: str, tmp_path: Path) -> None:
    assert run(command, str(tmp_path / "nowhere")).exit_code == Exit.WRONG


@contextmanager
def started(bootstrap: str, arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A command with a terminal to type at, which nobody does."""
    typing, terminal = pty.openpty()
    command = [sys.executable, "-m", "console.cli", "-b", bootstrap, *arguments.split()]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=terminal, stdout=pipe, stderr=pipe, bufsize=0, preexec_fn=heed_interrupts
    ) as process:
        os.close(terminal)
        try:
            yield process
        finally:
            process.kill()
            os.close(typing)


def _interrupted(process: "subprocess.Popen[bytes]") -> bytes:
    """What a command says once it is interrupted: again, where it was not yet waiting for a key."""
    for _ in range(30):
        process.send_signal(SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=2)[1]
    raise AssertionError("it does not end")


@pytest.mark.parametrize("arguments", ["consume orders", "get totals -o json --watch 60"])
def test_ctrl_c_is_told_though_nothing_else_ends_it(bootstrap: str, arguments: str) -> None:
    with started(bootstrap, arguments) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        stderr = _interrupted(process)

    assert process.returncode == Exit.INTERRUPTED
    assert b"Aborted" not in stderr
    assert b"Traceback" not in stderr


@pytest.mark.parametrize(
    ("arguments", "end_of_question"),
    [("delete topic orders", b"type orders: "), ("reset group billing --to earliest", b"[y/N]: ")],
)
def test_ctrl_c_at_a_question_changes_nothing(
    bootstrap: str, run: Run, arguments: str, end_of_question: bytes
) -> None:
    with started(bootstrap, arguments) as process:
        assert process.stderr is not None
        asked = b""
        while not asked.endswith(end_of_question):
            asked += process.stderr.read(1)
        stderr = _interrupted(process)

    told = b"\nkconsole: nothing is changed\n"
    assert (process.returncode, stderr) == (Exit.INTERRUPTED, told)
    assert run("assert", "lag", "billing", "--under", "2").stdout == "billing: lag 1\n"
