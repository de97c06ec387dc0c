"""`kconsole consume`: which records are printed, how, and when it ends."""

import asyncio
import json
from types import SimpleNamespace
from typing import cast

import pytest

from console.adapters.kafka import KafkaCluster
from console.messages.seek import FROM_BEGINNING
from console.model.names import TopicPartition
from console.port.errors import TimedOut, Unreachable
from console.scripting import consume as module
from console.scripting import setbacks
from console.scripting.exits import CommandFailed
from tests.console.scripting.conftest import Run
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow
from tests.support.group_reader import create_topic
from tests.support.waiting import until


@pytest.fixture(scope="module", autouse=True)
def numbers(bootstrap: str) -> None:
    """Ten records with the numbers from 0 on, in one partition."""
    from click.testing import CliRunner

    from console.cli import main

    lines = "".join(f"k{number}\t{number}\n" for number in range(10))
    command = ["produce", "-b", bootstrap, "--create", "numbers", "-K", "\t"]
    assert CliRunner().invoke(main, command, input=lines).exit_code == 0


def test_everything_up_to_the_present_end(run: Run) -> None:
    result = run("consume", "numbers", "--exit")

    assert result.exit_code == 0
    assert result.stdout == "".join(f"{number}\n" for number in range(10))


def test_count_ends_it_without_waiting_for_more(run: Run) -> None:
    assert run("consume", "numbers", "-n", "3").stdout == "0\n1\n2\n"


@pytest.mark.parametrize(
    ("start", "first"),
    [("beginning", "0"), ("7", "7"), ("end-2", "8"), ("end-500", "0"), ("-1h", "0"), ("p0:6", "6")],
)
def test_start_may_be_said_in_many_ways(run: Run, start: str, first: str) -> None:
    result = run("consume", "numbers", "--exit", "--from", start)

    assert result.stdout.splitlines()[0] == first


def test_a_start_may_be_that_of_some_partitions_which_leaves_out_the_others(
    run: Run, bootstrap: str
) -> None:
    create_topic(bootstrap, "parted", 3)
    for partition, lines in ((0, "a\nb\n"), (2, "c\nd\n")):
        assert run("produce", "parted", "-p", str(partition), stdin=lines).exit_code == 0
    read = ("consume", "parted", "--exit", "-o", "json", "--from")
    assert run(*read, "p2:1").stdout.count("\n") == 1
    assert run(*read, "p2:1, beginning").stdout.count("\n") == 3
    missing = run(*read, "p7:1")
    assert (missing.exit_code, missing.stderr) == (1, "kconsole: parted has no partition 7\n")
    nothing = run(*read, "p2:1", "-p", "0")
    assert nothing.exit_code == 2
    assert "it leaves out every partition of --partition" in nothing.stderr


def test_end_and_a_moment_to_come_print_nothing(run: Run) -> None:
    assert run("consume", "numbers", "--exit", "--from", "end").stdout == ""
    assert run("consume", "numbers", "--exit", "--from", "2999-01-01").stdout == ""


@pytest.mark.parametrize("wanted", ["k7", 'key == "k7"', "value == 7", "!/[0-689]$/"])
def test_only_what_passes_the_filter_is_printed_and_counted(run: Run, wanted: str) -> None:
    assert run("consume", "numbers", "--exit", "--filter", wanted).stdout == "7\n"
    assert run("consume", "numbers", "-n", "1", "--filter", wanted).stdout == "7\n"


def test_a_filter_that_cannot_be_understood_says_where(run: Run) -> None:
    result = run("consume", "numbers", "--filter", "value.a >")

    assert result.exit_code == 2
    assert "column 10" in result.stderr


def test_keys_stand_before_a_tab(run: Run) -> None:
    assert run("consume", "numbers", "-n", "1", "--keys").stdout == "k0\t0\n"


def test_json_has_all_of_a_record(run: Run) -> None:
    record = json.loads(run("consume", "numbers", "-n", "1", "-o", "json").stdout)

    assert record.pop("timestamp") > 1_700_000_000_000
    assert record == {
        "topic": "numbers",
        "partition": 0,
        "offset": 0,
        "key": "k0",
        "value": "0",
        "headers": [],
    }


def test_bytes_reach_a_pipe_as_they_are(run: Run) -> None:
    run("produce", "--create", "bytes", stdin=b"\x1b[2J\xff\n")

    assert run("consume", "bytes", "--exit").stdout_bytes == b"\x1b[2J\xff\n"


def test_what_is_not_there_is_told(run: Run) -> None:
    topic = run("consume", "missing", "--exit")
    partition = run("consume", "numbers", "-p", "3", "--exit")
    offset = run("consume", "numbers", "--from", "99")

    assert (topic.exit_code, partition.exit_code, offset.exit_code) == (1, 1, 1)
    assert "there is no topic missing" in topic.stderr
    assert "numbers has no partition 3" in partition.stderr
    assert "offset" in offset.stderr.lower()


def test_start_that_cannot_be_read_says_what_is_allowed(run: Run) -> None:
    result = run("consume", "numbers", "--from", "yesterday")

    assert result.exit_code == 2
    assert "end-N" in result.stderr


async def test_a_cluster_that_does_not_answer_for_a_while_does_not_end_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there are more partitions by now can be asked later; what is read goes on."""
    monkeypatch.setattr(module, "LAYOUT_EVERY_S", -1.0)
    fake = FakeCluster(FakeClock())
    topic = fake.world.add_topic("orders", 1, end=3)
    cluster = cast(KafkaCluster, SimpleNamespace(reads=fake, records=fake, registry=None))
    beginning = FROM_BEGINNING
    wanted = module.Wanted("orders", (), beginning, 5, False, False, False)
    reading = asyncio.create_task(module.TopicReader(cluster, wanted).run())
    await until(lambda: fake.reads)
    fake.fail("layout", Unreachable("nobody is there"))
    await until(lambda: reading.done() or fake.calls.count("layout") > 3)
    fake.fail("layout", None)
    topic.partitions[0].end = Flow(5)
    await reading
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 5
    assert printed.err == "kconsole: nobody is there; trying again\n"


def reader_of(fake: FakeCluster, count: int | None) -> module.TopicReader:
    """One that prints so many records of `orders`, from the first on."""
    cluster = cast(KafkaCluster, SimpleNamespace(reads=fake, records=fake, registry=None))
    beginning = FROM_BEGINNING
    wanted = module.Wanted("orders", (), beginning, count, count is None, False, False)
    return module.TopicReader(cluster, wanted)


@pytest.mark.parametrize("count", [None, 15])
async def test_retention_that_overtakes_it_does_not_end_it(
    capsys: pytest.CaptureFixture[str], count: int | None
) -> None:
    """Method: nobody reads while half of the log is deleted; then it is read on."""
    fake = FakeCluster(FakeClock())
    fake.world.add_topic("orders", 1, end=30)
    fake.answer_records_max = 10
    gate = fake.hold("read")
    reading = asyncio.create_task(reader_of(fake, count).run())
    await until(lambda: "read" in fake.calls)
    await fake.delete_records({TopicPartition("orders", 0): 15})
    gate.set()
    await reading
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 15
    assert printed.err == (
        "kconsole: orders-0: 15 records deleted before being read; going on at 15\n"
    )


async def test_a_log_whose_edges_are_not_told_for_a_while_is_asked_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "RETRY_S", 0.0)
    fake = FakeCluster(FakeClock())
    fake.world.add_topic("orders", 1, end=30)
    gate = fake.hold("read")
    reading = asyncio.create_task(reader_of(fake, 15).run())
    await until(lambda: "read" in fake.calls)
    await fake.delete_records({TopicPartition("orders", 0): 15})
    fake.fail("start_offsets", TimedOut("no answer came"))
    gate.set()
    await until(lambda: fake.calls.count("read") > 2)
    fake.fail("start_offsets", None)
    await reading
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 15
    assert "no answer came; trying again" in printed.err


def damaged_cluster() -> FakeCluster:
    """Of two partitions with 30 records each, the first has damage from 12 to 20."""
    fake = FakeCluster(FakeClock())
    fake.world.add_topic("orders", 2, end=30).partitions[0].damaged = range(12, 20)
    return fake


CANNOT = "at offset 12 the disk is damaged"
ADVICE = (
    "kconsole: the broker's log names what is damaged; `--from p0:OFFSET` reads what lies behind\n"
)


async def test_up_to_the_end_what_cannot_be_read_is_given_up_and_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "RETRY_S", 0.0)
    fake = damaged_cluster()
    fake.answer_records_max = 1  # The sound partition has still far to go by then.
    with pytest.raises(CommandFailed) as ended:
        await reader_of(fake, None).run()

    printed = capsys.readouterr()
    assert (
        ended.value.message == f"cannot read orders-0, tried {setbacks.TRIES_MAX} times: {CANNOT}"
    )
    assert len(printed.out.splitlines()) == 12 + 30
    told = f"kconsole: cannot read orders-0: {CANNOT}; trying again\n"
    assert printed.err == told + ADVICE


async def test_without_an_end_what_cannot_be_read_is_told_once_and_asked_for_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "RETRY_S", 0.0)
    fake = damaged_cluster()
    partition = fake.world.topics["orders"].partitions[0]
    reading = asyncio.create_task(reader_of(fake, 60).run())
    await until(lambda: len(fake.reads) > 3 * setbacks.TRIES_MAX)
    partition.damaged = range(0)
    await reading

    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 60
    assert printed.err == (
        f"kconsole: cannot read orders-0: {CANNOT}; trying again\n{ADVICE}"
        "kconsole: reading on: orders-0 at offset 12\n"
    )
