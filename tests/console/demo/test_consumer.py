"""The worker that reads as a member of a group: what is committed when, pause, limit, replay."""

from collections.abc import Sequence
from typing import Any

import pytest

from console.demo.consumer import GroupWorker, consumer_settings
from console.demo.control import Command, Verb, WorkerReport, read_report
from tests.support.clock import FakeClock
from tests.support.demo_clients import (
    FakeConsumer,
    FakeRecord,
    ScriptedCommands,
    kafka_error,
)

RECORDS = [FakeRecord(b"%d" % number, number) for number in range(5000)]


class FakeSink:
    """Remembers what it is given, and what was committed when it was asked to secure it."""

    def __init__(self, consumer: FakeConsumer) -> None:
        self._consumer = consumer
        self.taken: list[bytes | None] = []
        self.secured = 0
        self.restarts = 0
        self.is_closed = False
        self.failure: Exception | None = None

    def take(self, records: Sequence[Any]) -> None:
        self.taken += [record.value() for record in records]

    def secure(self) -> str:
        assert not self._consumer.committed or self._consumer.committed[-1] <= self.secured
        if self.failure is not None:
            raise self.failure
        self.secured = self._consumer.position
        return f"{len(self.taken)} taken"

    def restart(self) -> None:
        self.restarts += 1
        self.taken.clear()
        self.secured = self._consumer.position

    def close(self) -> None:
        self.is_closed = True


class Worker:
    """A worker on a consumer in memory; `run` lets it work for so long."""

    def __init__(self, **consumer: Any) -> None:
        self.clock = FakeClock()
        self.consumer = FakeConsumer(**{"records": RECORDS, **consumer})
        self.sink = FakeSink(self.consumer)

    def run(
        self,
        capsys: pytest.CaptureFixture[str],
        seconds: float,
        *script: tuple[float, Command],
    ) -> list[WorkerReport]:
        commands: Any = ScriptedCommands(self.clock, seconds, *script)
        client: Any = self.consumer
        GroupWorker(self.clock, commands, client, self.sink, "payments").run()
        return [read_report(line) for line in capsys.readouterr().out.splitlines()]


def test_everything_is_taken_in_order_and_committed_after_it_is_safe(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worker = Worker()
    reports = worker.run(capsys, 3)
    assert worker.sink.taken == [record.value() for record in RECORDS]
    assert worker.consumer.committed[-1] == len(RECORDS)
    assert reports[-1].handled == len(RECORDS)
    assert reports[-1].note == "5000 taken"


def test_what_is_not_safe_is_not_committed(capsys: pytest.CaptureFixture[str]) -> None:
    worker = Worker()
    worker.sink.failure = RuntimeError("disk full")
    with pytest.raises(RuntimeError, match="disk full"):
        worker.run(capsys, 3)
    assert worker.consumer.committed == []
    assert worker.sink.is_closed
    assert worker.consumer.is_closed


def test_a_stop_closes_sink_and_consumer(capsys: pytest.CaptureFixture[str]) -> None:
    worker = Worker(records=())
    worker.run(capsys, 1)
    assert worker.sink.is_closed
    assert worker.consumer.is_closed


def test_a_paused_worker_polls_on_and_takes_nothing_until_it_resumes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worker = Worker(records=RECORDS[:100])
    reports = worker.run(capsys, 4, (0, Command(Verb.PAUSE)), (2, Command(Verb.RESUME)))
    assert {report.handled for report in reports if report.is_paused} == {0}
    assert reports[-1].handled == 100
    assert not worker.consumer.is_paused


def test_a_limit_slows_it_down_and_can_be_lifted(capsys: pytest.CaptureFixture[str]) -> None:
    worker = Worker()
    reports = worker.run(capsys, 20, (0, Command(Verb.RATE, 50)))
    assert reports[-1].handled == pytest.approx(20 * 50, rel=0.1)
    assert reports[-1].limit == 50
    worker = Worker()
    reports = worker.run(capsys, 20, (0, Command(Verb.RATE, 50)), (10, Command(Verb.RATE)))
    assert reports[-1].handled == len(RECORDS)
    assert reports[-1].limit is None


def test_a_replay_goes_back_to_the_first_record_that_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worker = Worker(first=1000, position=1000)
    worker.run(capsys, 6, (3, Command(Verb.REPLAY)))
    assert worker.sink.restarts == 1
    assert worker.sink.taken == [record.value() for record in RECORDS[1000:]]


def test_the_way_back_is_committed_before_anything_is_forgotten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A worker that is killed in the midst of a replay reads the rest after its restart."""
    worker = Worker(records=RECORDS[:10])
    committed: list[list[int]] = []
    restart = worker.sink.restart
    worker.sink.restart = lambda: (committed.append(worker.consumer.committed[:]), restart())[1]  # type: ignore[method-assign]
    worker.run(capsys, 2, (1, Command(Verb.REPLAY)))
    assert committed[0][-1] == 0


@pytest.mark.parametrize(
    ("broken", "note"),
    [
        ({"partitions": ()}, "not replayed: no partition is assigned yet"),
        ({"seek_error": kafka_error("Erroneous state")}, "not replayed: Erroneous state"),
    ],
)
def test_a_replay_that_cannot_be_made_forgets_nothing(
    capsys: pytest.CaptureFixture[str], broken: dict[str, Any], note: str
) -> None:
    worker = Worker(records=RECORDS[:10], **broken)
    reports = worker.run(capsys, 3, (2, Command(Verb.REPLAY)))
    assert worker.sink.restarts == 0
    assert len(worker.sink.taken) == 10
    assert reports[-1].note == note


def test_an_error_between_records_is_a_note_and_is_over_with_an_assignment(
    capsys: pytest.CaptureFixture[str],
) -> None:
    missing = FakeRecord(None, problem="Subscribed topic not available: fraud-alerts")
    worker = Worker(records=[missing])
    reports = worker.run(capsys, 2)
    assert reports[-1].note == "Subscribed topic not available: fraud-alerts"
    assert worker.consumer.committed == []
    assert reports[-1].handled == 0
    commands: Any = ScriptedCommands(worker.clock, 1)
    client: Any = worker.consumer
    again = GroupWorker(worker.clock, commands, client, worker.sink, "payments", note="old")
    again.run()
    assert worker.consumer.on_assign is not None
    worker.consumer.on_assign(client, [])
    assert again.note == ""


def test_a_commit_that_fails_is_a_note_and_no_end(capsys: pytest.CaptureFixture[str]) -> None:
    worker = Worker(records=RECORDS[:10], commit_error=kafka_error("rebalance in progress"))
    reports = worker.run(capsys, 2)
    assert reports[-1].note == "not committed: rebalance in progress"
    assert reports[-1].handled == 10


def test_members_commit_by_hand_and_begin_at_the_first_record() -> None:
    settings = consumer_settings("broker:9092", "warehouse", "warehouse-1")
    assert settings["enable.auto.commit"] is False
    assert settings["auto.offset.reset"] == "earliest"
    assert (settings["group.id"], settings["client.id"]) == ("warehouse", "warehouse-1")
