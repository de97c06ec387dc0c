"""The room that records of clients may not take, and that produce goes on by itself."""

import logging
from pathlib import Path

import pytest

from engine.broker.disk_reserve import LOOK_INTERVAL_S, RESUME_SHARE, DiskReserve
from engine.broker.handlers.produce import ProduceHandler
from engine.broker.new_topics import NewTopic
from engine.kernel.event_log import EventLog
from engine.metrics import catalogue
from engine.metrics.registry import Registry
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.produce import ProduceResponse
from engine.storage.filesystem import DiskSpace
from tests.support.clock import FakeClock
from tests.support.kept_reply import KeptReply
from tests.support.running_engine import (
    batch,
    connect,
    create_topic,
    fetch,
    produce,
    produce_request,
    running_engine,
    values_of,
)
from tests.support.topic_broker import context, topic_broker

RESERVE = 1_000


class Volume:
    """A file system of which only the free bytes matter, and the reserve of it."""

    def __init__(self, free: int, reserve: int = RESERVE) -> None:
        self.free = free
        self.reserve_bytes = reserve
        self.looks = 0
        self.error: OSError | None = None
        self.clock = FakeClock()
        self.registry = Registry()
        self.reserve = DiskReserve(
            self.space,
            lambda: self.reserve_bytes,
            clock=self.clock,
            events=EventLog(logging.getLogger("tests.disk_reserve"), self.clock),
            registry=self.registry,
        )

    def space(self) -> DiskSpace:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return DiskSpace(100 * RESERVE, self.free)


def test_what_leaves_the_reserve_free_is_admitted() -> None:
    volume = Volume(free=RESERVE + 100)

    assert volume.reserve.admits(60)
    assert volume.reserve.admits(40)
    assert not volume.reserve.admits(1)


def test_produce_goes_on_when_there_is_room_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    volume = Volume(free=RESERVE)
    assert not volume.reserve.admits(1)
    volume.free = RESERVE + RESERVE // RESUME_SHARE

    volume.clock.advance(LOOK_INTERVAL_S)

    assert volume.reserve.admits(100)
    assert [record.message.split(" ")[0] for record in caplog.records] == [
        "disk_reserve_reached",
        "disk_reserve_restored",
    ]


def test_a_little_room_is_not_taken_and_told_again_and_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    volume = Volume(free=RESERVE + 10)
    for _ in range(30):
        assert not volume.reserve.admits(11)
        volume.clock.advance(LOOK_INTERVAL_S)

    assert len(caplog.records) == 1


def test_the_file_system_is_asked_now_and_then_only() -> None:
    volume = Volume(free=10 * RESERVE)
    for _ in range(50):
        assert volume.reserve.admits(1)
    assert volume.looks == 1

    volume.clock.advance(LOOK_INTERVAL_S)
    volume.reserve.admits(1)

    assert volume.looks == 2


def test_refusals_are_counted() -> None:
    volume = Volume(free=0)
    for _ in range(3):
        volume.reserve.admits(1)

    assert volume.registry.samples(catalogue.RESERVE_REFUSALS) == [((), 3.0)]


def test_without_a_reserve_the_disk_decides() -> None:
    volume = Volume(free=0, reserve=0)

    assert volume.reserve.admits(1 << 30)
    assert volume.looks == 0


def test_a_reserve_that_is_given_up_is_reached_no_more() -> None:
    """Else the files of deleted topics would never again be kept for their time."""
    volume = Volume(free=0)
    assert not volume.reserve.admits(1)

    volume.reserve_bytes = 0

    assert volume.reserve.admits(1)
    assert not volume.reserve.is_reached


def test_a_file_system_that_does_not_answer_refuses_nothing() -> None:
    volume = Volume(free=0)
    volume.error = OSError(5, "Input/output error")

    assert volume.reserve.admits(1)


async def test_only_records_of_clients_are_refused_while_the_reserve_is_reached(
    tmp_path: Path,
) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a"))
    everything = 1 << 62
    async with (
        running_engine(tmp_path / "data", disk_reserve_bytes=everything) as engine,
        connect(engine) as client,
    ):
        (answer,) = await produce(client, "orders", batch(b"b"))
        read = await fetch(client, "orders")
        made = await create_topic(client, "more")

    assert answer.error_code == ErrorCode.KAFKA_STORAGE_ERROR
    assert answer.base_offset == -1
    assert values_of(read) == [b"a"]
    assert made


async def test_what_is_in_flight_behind_a_first_batch_that_is_refused_waits_for_it(
    tmp_path: Path,
) -> None:
    volume = Volume(free=0)
    async with topic_broker(tmp_path / "data") as broker:
        await broker.admin.create([NewTopic("orders")])
        partition = broker.partitions.find("orders", 0)
        assert partition is not None
        handler = ProduceHandler(
            broker.partitions, broker.commit, broker.throttling, volume.reserve
        )

        async def send(sequence: int) -> tuple[int, int]:
            records = batch(b"v", producer_id=9, producer_epoch=0, base_sequence=sequence)
            reply = KeptReply(ProduceResponse)
            request = produce_request("orders", memoryview(records), acks=1)
            handler.handle(request, context(ApiKey.PRODUCE, 9), reply)
            broker.commit.flush()
            answer = (await reply.response()).responses[0].partition_responses[0]
            return answer.error_code, answer.base_offset

        assert await send(0) == (ErrorCode.KAFKA_STORAGE_ERROR, -1)
        volume.reserve_bytes = 0
        assert await send(1) == (ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1)
        assert await send(0) == (ErrorCode.NONE, 0)
        assert await send(1) == (ErrorCode.NONE, 1)
