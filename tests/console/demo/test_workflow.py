"""The whole workflow with real processes on a real broker: payments, fraud, warehouse, mail."""

import asyncio
import json
import mailbox
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.adapters.kafka import KafkaCluster
from console.demo.control import Command, Verb
from console.demo.generator import ALERTS_TOPIC, PAYMENTS_TOPIC, RATE_AT_START, TOPIC_PARTITIONS
from console.demo.workflow import WORKERS, Wish, WorkerState, WorkerStatus, Workflow
from console.model.names import TopicPartition
from console.port.errors import ClusterError
from console.port.readings import GroupReading
from engine.kernel.system import SystemClock, SystemEntropy
from engine.kernel.tasks import Tasks
from tests.support.served import ServedBroker

pytestmark = pytest.mark.timeout(180)
FAST = 4_000.0
"""Payments a second at which thefts, and so alerts, come within a second or two."""


class Play:
    """The workflow under way, and the cluster that it plays on."""

    def __init__(self, address: str, folder: Path) -> None:
        self.failures: list[str] = []
        self.tasks = Tasks(lambda name, error: self.failures.append(f"{name}: {error!r}"))
        self.workflow = Workflow(address, folder, 1, self.tasks)
        self.cluster = KafkaCluster(address, clock=SystemClock(), entropy=SystemEntropy())
        self.changed = asyncio.Event()
        self.workflow.on_change(self.changed.set)

    def state(self, name: str) -> WorkerState:
        return {state.row.name: state for state in self.workflow.states}[name]

    def handled(self, name: str) -> int:
        report = self.state(name).report
        return report.handled if report is not None else 0

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something that the workers' reports tell."""
        while not condition():
            self.changed.clear()
            await self.changed.wait()

    async def ends(self, topic: str) -> dict[TopicPartition, int]:
        keys = [TopicPartition(topic, index) for index in range(TOPIC_PARTITIONS[topic])]
        found = await self.cluster.reads.end_offsets(keys)
        return {key: end for key, end in found.items() if isinstance(end, int)}

    async def lag(self, group: str, topic: str) -> int:
        committed = (await self.cluster.reads.committed([group]))[group]
        assert not isinstance(committed, ClusterError)
        ends = await self.ends(topic)
        return sum(
            end - (done if isinstance(done := committed.get(key, 0), int) else 0)
            for key, end in ends.items()
        )

    async def until_read(self, group: str, topic: str) -> None:
        """Wait until a group has committed everything; writers are paused."""
        while await self.lag(group, topic):
            self.changed.clear()
            await self.changed.wait()

    async def still(self) -> None:
        """Pause the payments and wait until none is on its way."""
        self.workflow.send("payments", Command(Verb.PAUSE))
        before: dict[TopicPartition, int] = {}
        await self.until(lambda: (report := self.state("payments").report) and report.is_paused)
        while before != (now := await self.ends(PAYMENTS_TOPIC)):
            before = now
            self.changed.clear()
            await self.changed.wait()


@asynccontextmanager
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """All workers at work."""
    with ServedBroker(tmp_path / "data") as broker:
        playing = Play(broker.address, tmp_path / "workflow")
        async with playing.cluster:
            try:
                await playing.workflow.start()
                yield playing
            finally:
                await playing.workflow.close()
                await playing.tasks.close()
    assert not playing.failures


def filed(folder: Path) -> dict[int, list[int]]:
    """The offsets in the warehouse's files, by partition."""
    found: dict[int, list[int]] = {}
    for file in sorted((folder / "warehouse").glob("date=*/partition=*.jsonl")):
        offsets = [json.loads(line)["offset"] for line in file.read_text().splitlines()]
        found.setdefault(int(file.stem.partition("=")[2]), []).extend(offsets)
    return found


async def test_payments_become_alerts_letters_and_files(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        assert [each.status for each in playing.workflow.states] == [WorkerStatus.RUNNING] * 5
        playing.workflow.send("payments", Command(Verb.RATE, FAST))
        await playing.until(lambda: playing.handled("mailer") >= 3)
        await playing.still()
        await playing.until_read("fraud-detection", PAYMENTS_TOPIC)
        await playing.until_read("warehouse", PAYMENTS_TOPIC)
        await playing.until_read("mailer", ALERTS_TOPIC)
        ends = await playing.ends(PAYMENTS_TOPIC)
        alerts = sum((await playing.ends(ALERTS_TOPIC)).values())
    assert filed(playing.workflow.folder) == {
        key.partition: list(range(end)) for key, end in ends.items() if end
    }
    box = mailbox.mbox(playing.workflow.folder / "outbox.mbox")
    assert len(box) == alerts >= 3
    box.close()
    assert all(state.status is WorkerStatus.ENDED for state in playing.workflow.states)
    assert [state.exit_code for state in playing.workflow.states] == [0] * 5


async def test_a_paused_worker_falls_behind_and_catches_up(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        await playing.until(lambda: playing.handled("warehouse"))
        assert playing.workflow.send("warehouse", Command(Verb.PAUSE))
        await playing.until(
            lambda: (report := playing.state("warehouse").report) and report.is_paused
        )
        handled = playing.handled("warehouse")
        written = playing.handled("payments")
        await playing.until(lambda: playing.handled("payments") > written + 2 * RATE_AT_START)
        assert await playing.lag("warehouse", PAYMENTS_TOPIC) >= RATE_AT_START
        assert playing.handled("warehouse") == handled
        (group,) = (await playing.cluster.reads.describe_groups({"warehouse": "classic"})).values()
        assert isinstance(group, GroupReading)
        assert len(group.members) == 1, "a paused worker stays a member of its group"
        await playing.still()
        playing.workflow.send("warehouse", Command(Verb.RESUME))
        await playing.until_read("warehouse", PAYMENTS_TOPIC)


async def test_a_slowed_worker_keeps_to_its_limit(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        await playing.until(lambda: playing.handled("warehouse"))
        playing.workflow.send("warehouse", Command(Verb.RATE, 20.0))
        await playing.until(
            lambda: (report := playing.state("warehouse").report) and report.limit == 20.0
        )
        written, handled = playing.handled("payments"), playing.handled("warehouse")
        await playing.until(lambda: playing.handled("payments") > written + 3 * RATE_AT_START)
        assert playing.handled("warehouse") - handled < RATE_AT_START


async def test_a_killed_worker_is_replaced_by_its_group_and_comes_back(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        await playing.until(lambda: playing.handled("fraud-1") and playing.handled("fraud-2"))
        assert playing.workflow.kill("fraud-1")
        await playing.until(lambda: playing.state("fraud-1").status is WorkerStatus.ENDED)
        assert playing.state("fraud-1").exit_code == -9
        assert playing.state("fraud-1").pid is None
        assert not playing.workflow.send("fraud-1", Command(Verb.PAUSE))
        assert not playing.workflow.kill("fraud-1")
        await playing.still()
        await playing.until_read("fraud-detection", PAYMENTS_TOPIC)
        await playing.workflow.restart("fraud-1")
        assert playing.state("fraud-1").status is WorkerStatus.RUNNING
        playing.workflow.send("payments", Command(Verb.RESUME))
        await playing.until(lambda: playing.handled("fraud-1"))


async def test_a_replay_writes_the_warehouse_anew_from_the_first_record(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        playing.workflow.send("payments", Command(Verb.RATE, FAST))
        await playing.until(lambda: playing.handled("warehouse") > 2 * FAST)
        await playing.still()
        await playing.until_read("warehouse", PAYMENTS_TOPIC)
        count = sum((await playing.ends(PAYMENTS_TOPIC)).values())
        # A report follows what it tells of: the last one comes after the last commit.
        await playing.until(lambda: playing.handled("warehouse") == count)
        whole = filed(playing.workflow.folder)
        playing.workflow.send("warehouse", Command(Verb.REPLAY))
        await playing.until(lambda: playing.handled("warehouse") == 2 * count)
        await playing.until_read("warehouse", PAYMENTS_TOPIC)
        assert filed(playing.workflow.folder) == whole


async def test_a_topic_that_is_deleted_is_made_again_as_it_was_and_nobody_ends(
    tmp_path: Path,
) -> None:
    async with play(tmp_path) as playing:
        await playing.until(lambda: playing.handled("warehouse"))
        await playing.cluster.writes.delete_topic(PAYMENTS_TOPIC)
        await playing.until(
            lambda: (report := playing.state("payments").report) and "made again" in report.note
        )
        (topic,) = (
            each
            for each in (await playing.cluster.reads.layout()).topics
            if each.name == PAYMENTS_TOPIC
        )
        assert len(topic.partitions) == TOPIC_PARTITIONS[PAYMENTS_TOPIC]
        read = playing.handled("warehouse")
        await playing.until(lambda: playing.handled("warehouse") > read + RATE_AT_START)
        assert {each.status for each in playing.workflow.states} == {WorkerStatus.RUNNING}


async def test_starting_twice_starts_each_worker_once(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        pids = [state.pid for state in playing.workflow.states]
        await asyncio.gather(playing.workflow.start(), playing.workflow.start())
        assert [state.pid for state in playing.workflow.states] == pids
        playing.workflow.kill("mailer")
        await playing.until(lambda: playing.state("mailer").status is WorkerStatus.ENDED)
        await asyncio.gather(*(playing.workflow.restart("mailer") for _ in range(3)))
        assert playing.state("mailer").pid not in pids


def test_a_wish_is_what_was_said_last() -> None:
    wish = Wish(200.0)
    for verb, value, expected in (
        (Verb.RATE, 500.0, Wish(500.0)),
        (Verb.PAUSE, None, Wish(500.0, is_paused=True)),
        (Verb.REPLAY, None, Wish(500.0, is_paused=True)),
        (Verb.RATE, None, Wish(None, is_paused=True)),
        (Verb.RESUME, None, Wish(None)),
    ):
        wish = wish.after(Command(verb, value))
        assert wish == expected


async def test_nothing_runs_before_the_start(tmp_path: Path) -> None:
    playing = Play("127.0.0.1:1", tmp_path)
    assert [state.row for state in playing.workflow.states] == list(WORKERS)
    assert {state.status for state in playing.workflow.states} == {WorkerStatus.STOPPED}
    assert not playing.workflow.send("payments", Command(Verb.PAUSE))
    await playing.workflow.close()
    async with playing.cluster:
        pass
