"""Commands that show their plan first, on a real broker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from confluent_kafka import Consumer, TopicPartition

from console.cli import main
from tests.console.scripting.conftest import Run

TOPIC, GROUP = "planned", "billing"


@pytest.fixture(autouse=True)
def filled(bootstrap: str, run: Run) -> None:
    """A topic of one partition with records, and a group that has read one."""
    assert run("create", "topic", TOPIC, "--if-not-exists").exit_code == 0
    assert run("produce", TOPIC, stdin="one\ntwo\n").exit_code == 0
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": GROUP})
    consumer.commit(offsets=[TopicPartition(TOPIC, 0, 1)], asynchronous=False)
    consumer.close()


@pytest.fixture
def run_read_only(bootstrap: str, tmp_path: Path) -> Run:
    """Call a command on the broker, of which the configuration says that it is read only."""
    file = tmp_path / "k.toml"
    file.write_text(f'[clusters.shop]\nbootstrap = "{bootstrap}"\nread_only = true\n')

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(file), "-b", "shop", *arguments])

    return call


@pytest.mark.parametrize(
    "command",
    [
        f"delete records {TOPIC} --before end",
        f"reset group {GROUP} --to earliest",
        f"set configs {TOPIC} retention.ms=1d",
        "create topic another",
    ],
)
def test_dry_run_is_refused_where_the_run_is(run_read_only: Run, command: str) -> None:
    for how in ("--dry-run", "--yes"):
        result = run_read_only(*command.split(), how)

        assert result.exit_code == 1
        assert "the configuration says read_only for this cluster" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        f"delete records {TOPIC} --before 0",
        f"reset group {GROUP} --to 1",
        f"set configs {TOPIC} --default segment.bytes",
    ],
)
def test_where_nothing_changes_nothing_is_refused(run_read_only: Run, command: str) -> None:
    for how in ("--dry-run", "--yes"):
        assert run_read_only(*command.split(), how).exit_code == 0


@pytest.mark.parametrize(
    "command",
    [
        f"delete records {TOPIC} --before end",
        f"reset group {GROUP} --to earliest",
        f"set configs {TOPIC} retention.ms=1d",
    ],
)
def test_plan_that_nobody_reads_is_not_carried_out(bootstrap: str, command: str) -> None:
    """Method: the other end of standard output is closed, as behind `| head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "console.cli", "-b", bootstrap, *command.split(), "--yes"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert done.returncode == 1
    assert done.stderr == "kconsole: nothing is changed: the plan was not read to its end\n"
