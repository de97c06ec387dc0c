"""Watching a table: what is printed of the readings that follow the first."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from console.model.group import GroupState
from console.port.errors import Unreachable
from console.port.source import Source
from console.scripting.output import Form
from console.scripting.printing import Printer
from console.scripting.table import Place
from console.scripting.tables import TABLES
from engine.config.load import Document
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

Step = Callable[[FakeCluster], None]


class Enough(Exception):
    """The test has seen enough."""


async def watched(table: str, form: Form, *steps: Step, topic: str = "orders") -> Printer[Any]:
    """Watch a table of a cluster to which a step is done before each reading but the first.

    Without a topic brokers lead nothing: their rates are known at once, and stay as they are.
    """
    clock = FakeClock()
    cluster = FakeCluster(clock, nodes=2)
    if topic:
        cluster.world.add_topic(topic, 1, end=5)
    left = iter(steps)

    async def pause(seconds: float) -> None:
        clock.advance(60)
        for step in left:
            step(cluster)
            return
        raise Enough

    place = Place(cluster, Source(cluster, cluster, clock), Document())
    printer = Printer(TABLES[table], form, 60.0, pause)
    with pytest.raises(Enough):
        await printer.run(place)
    return printer


def nothing(_: FakeCluster) -> None:
    return


def stopped(cluster: FakeCluster) -> None:
    cluster.world.stop_node(2)


def broken(cluster: FakeCluster) -> None:
    cluster.fail("layout", Unreachable("nobody is there"))


def mended(cluster: FakeCluster) -> None:
    cluster.fail("layout", None)


def created(name: str) -> Step:
    def step(cluster: FakeCluster) -> None:
        cluster.world.add_topic(name, 1)

    return step


async def test_json_is_a_line_for_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    await watched("brokers", Form.JSON, nothing, stopped, nothing, topic="")

    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert [row["state"] for row in first] == ["online", "online"]
    assert [row["state"] for row in second] == ["online", "gone"]


def with_reader(cluster: FakeCluster, committed: int) -> None:
    group = cluster.world.add_group("billing", "orders", committed=committed, members=0)
    group.state = GroupState.EMPTY


@pytest.mark.parametrize("form", Form)
async def test_what_one_reading_cannot_tell_is_said_to_people(
    form: Form, capsys: pytest.CaptureFixture[str]
) -> None:
    """Programs know what they asked for, and have null or `unknown`."""
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 1, end=5)
    with_reader(cluster, 2)
    await printed_once(cluster, "lag", form)

    said = "kconsole: VERDICT, OUTLOOK: unknown from one reading; --watch 1 compares several\n"
    assert capsys.readouterr().err == (said if form is Form.TABLE else "")


async def test_nothing_is_said_of_what_one_reading_tells(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A group that has read everything needs no second reading."""
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 1, end=5)
    with_reader(cluster, 5)
    await printed_once(cluster, "lag", Form.TABLE)

    assert capsys.readouterr().err == ""


async def test_a_table_that_is_watched_says_nothing_of_single_readings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await watched("lag", Form.TABLE, lambda cluster: with_reader(cluster, 2), nothing)

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize("form", Form)
async def test_that_nothing_is_wrong_is_said_to_people(
    form: Form,
    is_terminal: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A heading without rows leaves open whether that is good, in a file or a mail as well. Each
    form is what it is with rows, for those who read it by its first line."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 1)
    await printed_once(cluster, "health", form)

    heads = {
        Form.JSON: "[]\n",
        Form.CSV: "severity,code,subject,what,advice,since\n",
        Form.TABLE: "SEVERITY  CODE  SUBJECT  WHAT  ADVICE  SINCE\n",
    }
    said = "kconsole: nothing is wrong, as far as it can be read\n"
    printed = capsys.readouterr()
    assert printed.out == heads[form]
    assert printed.err == (said if form is Form.TABLE else "")


async def printed_once(cluster: FakeCluster, table: str, form: Form) -> None:
    place = Place(cluster, Source(cluster, cluster, cluster.world.clock), Document())
    await Printer(TABLES[table], form, None).run(place)


async def test_a_table_that_becomes_empty_is_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    def deleted(cluster: FakeCluster) -> None:
        cluster.world.topics.clear()

    await watched("topics", Form.JSON, nothing, nothing, deleted)

    assert [len(json.loads(line)) for line in capsys.readouterr().out.splitlines()] == [1, 1, 0]


async def test_csv_has_one_head_and_the_moment_of_each_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await watched("brokers", Form.CSV, nothing, stopped, topic="")

    head, *lines = [line.split(",") for line in capsys.readouterr().out.splitlines()]
    assert head[:2] == ["read_at", "id"]
    assert [line[1] for line in lines] == ["1", "2", "1", "2"]
    assert lines[0][0] == lines[1][0] < lines[2][0] == lines[3][0]


async def test_tables_of_a_pipe_stand_one_after_the_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await watched("brokers", Form.TABLE, stopped, topic="")

    first, second = capsys.readouterr().out.split("\n\n")
    assert first.split()[0] == second.split()[0] == "ID"


async def test_what_grows_prints_only_what_is_new_in_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await watched("events", Form.TABLE, created("a"), nothing, created("b"))

    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["AT", "SEVERITY", "KIND", "SUBJECT", "WHAT"]
    assert [line.split()[4] for line in lines] == ["a", "b"]


async def test_old_figures_are_told_and_told_no_more_when_they_are_new(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printer = await watched("brokers", Form.JSON, broken, broken, mended, topic="")

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert told[0].startswith("kconsole: as of ")
    assert told[0].endswith(" UTC: nobody is there")
    assert told[1] == "kconsole: the figures are whole again"
    assert printer.is_whole


async def test_the_last_reading_decides_whether_all_was_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printer = await watched("brokers", Form.JSON, broken, topic="")

    assert not printer.is_whole
    assert capsys.readouterr().out.count("\n") == 1


async def test_csv_is_cleaned_for_a_terminal_and_left_as_it_is_for_a_program(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hostile(cluster: FakeCluster) -> None:
        cluster.world.add_group("a\x1b]0;owned\x07b")

    await watched("groups", Form.CSV, hostile)
    assert "a\x1b]0;owned\x07b" in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    await watched("groups", Form.CSV, hostile)
    assert "a␛]0;owned␇b" in capsys.readouterr().out
