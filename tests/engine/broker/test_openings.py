"""Partitions whose logs are being opened: who waits, for how long, and what they find then."""

import asyncio
import logging
from functools import partial

import pytest

from engine.broker.error_mapping import code_of
from engine.broker.new_topics import NewTopic
from engine.broker.openings import Openings
from engine.broker.partitions import OPEN_RETRY_S, PartitionOpening, PartitionUnavailable
from engine.protocol.error_codes import ErrorCode
from tests.support.topic_broker import InlineOpenings, append, topic_broker
from tests.support.waiting import until


class HeldOpenings(InlineOpenings):
    """Openings that run when the test says so."""

    def __init__(self):
        self.held = []
        self.given_up = []

    def run(self, opening, done):
        self.held.append((opening, done))
        return partial(self.given_up.append, opening)

    def go_on(self):
        """Run what is held."""
        while self.held:
            super().run(*self.held.pop(0))

    def fail(self, error):
        """Let what is held fail."""
        while self.held:
            self.held.pop(0)[1](error)


def opened_logs(broker):
    names = [log.topic_partition for log in broker.directory.open_logs()]
    return [name for name in names if name.topic == "t"]


@pytest.fixture
async def held(tmp_path):
    """A broker with a topic `t` of two partitions, none of them open, and its openings."""
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", 2)])
        await append(broker, "t")
    openings = HeldOpenings()
    async with topic_broker(tmp_path / "a", openings=openings) as broker:
        yield broker, openings


async def test_a_partition_is_not_led_until_its_log_is_open(held):
    broker, openings = held
    with pytest.raises(PartitionOpening) as refused:
        broker.partitions.find("t", 0)
    assert code_of(refused.value) is ErrorCode.NOT_LEADER_OR_FOLLOWER
    openings.go_on()
    assert broker.partitions.find("t", 0).log.log_end_offset == 1


async def test_a_log_is_opened_once_for_all_who_ask(held):
    broker, openings = held
    for _ in range(3):
        assert broker.partitions.awaited([("t", [0])]) is not None
    assert len(openings.held) == 1


async def test_requests_wait_until_everything_they_name_is_open(held):
    broker, openings = held
    topic_id = broker.metadata.catalogue.by_name("t").topic_id
    opened = broker.partitions.awaited([("t", [0]), (topic_id, [1])])
    assert len(openings.held) == 2
    openings.go_on()
    await opened
    assert broker.partitions.awaited([("t", [0]), (topic_id, [1])]) is None


async def test_nobody_waits_for_what_is_not_there(held):
    broker, openings = held
    assert broker.partitions.awaited([("t", [7]), ("u", [0]), (bytes(16), [0])]) is None
    assert openings.held == []


async def test_requests_wait_for_a_while_only(held):
    broker, openings = held
    broker.partitions._openings = Openings(openings, patience_s=0.0)
    opened = broker.partitions.awaited([("t", [0])])
    await opened
    assert openings.held
    assert broker.partitions.awaited([("t", [0])]) is None
    with pytest.raises(PartitionOpening):
        broker.partitions.find("t", 0)


async def test_a_failure_is_told_to_who_waits_and_tried_again_later(held, caplog):
    broker, openings = held
    opened = broker.partitions.awaited([("t", [0])])
    openings.fail(OSError(5, "the disk is gone"))
    await opened
    assert broker.partitions.awaited([("t", [0])]) is None
    with pytest.raises(PartitionUnavailable, match="the disk is gone") as refused:
        broker.partitions.find("t", 0)
    assert code_of(refused.value) is ErrorCode.KAFKA_STORAGE_ERROR
    assert caplog.text.count("partition_unavailable partition=t-0") == 1
    broker.clock.advance(OPEN_RETRY_S)
    assert broker.partitions.awaited([("t", [0])]) is not None


async def test_who_works_in_the_background_waits_to_the_end(held):
    broker, openings = held
    ready = asyncio.ensure_future(broker.partitions.ready("t", 0))
    await until(lambda: openings.held)
    openings.go_on()
    assert (await ready).log.log_end_offset == 1


async def test_a_configuration_that_changed_meanwhile_counts(held):
    broker, openings = held
    broker.partitions.awaited([("t", [0])])
    await broker.admin.alter_topic("t", lambda _: {"segment.bytes": "20000000"})
    openings.go_on()
    assert broker.partitions.find("t", 0).log.config.segment_bytes == 20_000_000


async def test_a_topic_is_deleted_when_nobody_touches_its_files(held):
    broker, openings = held
    opened = broker.partitions.awaited([("t", [0])])
    topic = broker.metadata.catalogue.by_name("t")
    deleting = asyncio.ensure_future(broker.admin.delete([topic.topic_id]))
    await until(lambda: openings.given_up)
    assert broker.directory.holds(("t", 0))
    openings.go_on()
    await deleting
    await opened
    assert not broker.directory.holds(("t", 0))
    assert opened_logs(broker) == []
    assert broker.partitions.find("t", 0) is None


async def test_nothing_opens_once_partitions_are_closed(held):
    broker, openings = held
    broker.partitions.awaited([("t", [0])])
    broker.partitions.close()
    openings.go_on()
    assert opened_logs(broker) == []
    with pytest.raises(PartitionUnavailable):
        broker.partitions.find("t", 1)
    assert openings.held == []


async def test_a_retention_round_waits_for_the_log_that_it_needs(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", configs=[("retention.ms", "1000")])])
        await append(broker, "t")
        clock = broker.clock
    clock.advance(86_400)
    openings = HeldOpenings()
    async with topic_broker(tmp_path / "a", openings=openings, clock=clock) as broker:
        retaining = asyncio.ensure_future(broker.maintenance.retain())
        await until(lambda: openings.held)
        openings.go_on()
        await retaining
        assert "retention_failed" not in caplog.text
        assert broker.partitions.find("t", 0).log.log_start_offset == 1


async def test_a_log_that_was_just_made_may_be_named_twice(held):
    broker, _ = held
    await broker.admin.create([NewTopic("new")])
    assert broker.partitions.awaited([("new", [0, 0]), ("new", [0])]) is None
    assert broker.partitions.find("new", 0).log.log_end_offset == 0


async def test_a_log_that_was_just_made_is_open_at_once(held):
    """There is nothing to read: whoever creates a topic need not wait for a thread."""
    broker, openings = held
    await broker.admin.create([NewTopic("new")])
    assert broker.partitions.awaited([("new", [0])]) is None
    assert broker.partitions.find("new", 0).log.log_end_offset == 0
    assert openings.held == []
