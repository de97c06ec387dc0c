"""A date that is far ahead: what the broker believes over several starts, and who confirms it."""

import logging

from engine.broker.deletion_clock import deletion_clock
from engine.broker.new_topics import NewTopic
from engine.kernel.event_log import EventLog
from engine.metrics.catalogue import CLOCK_UNCONFIRMED
from tests.support.clock import FakeClock
from tests.support.logs import new_disk, open_directory
from tests.support.topic_broker import append, topic_broker

DAY_S = 86_400
LOGGER = logging.getLogger("tests.deletion_clock")


def started(disk, clock):
    """A data directory opened anew, and its guard."""
    directory = open_directory(disk, clock)
    return directory, deletion_clock(directory, clock, EventLog(LOGGER, clock))


def test_restarts_do_not_vouch_for_a_date_that_nobody_confirmed(caplog):
    clock = FakeClock()
    disk = new_disk(clock)
    directory, _ = started(disk, clock)
    directory.trusted_time.write(clock.wall)
    directory.close()
    clock.step_wall(60 * DAY_S)
    for _ in range(3):
        directory, guard = started(disk, clock)
        clock.advance(DAY_S)
        assert guard.trusted_now_ms() is None
        directory.close()
    assert caplog.text.count("clock_not_confirmed clock_ahead_seconds=") == 3
    assert 'confirm="date +%s000 > /data/last-trusted-time"' in caplog.text


def test_a_date_that_somebody_confirms_while_the_broker_runs_is_believed():
    clock = FakeClock()
    disk = new_disk(clock)
    directory, _ = started(disk, clock)
    directory.trusted_time.write(clock.wall)
    directory.close()
    clock.step_wall(60 * DAY_S)
    directory, guard = started(disk, clock)
    assert guard.trusted_now_ms() is None
    disk.files[directory.trusted_time.path].content[:] = b"%d000\n" % (clock.wall // 1000)
    assert guard.trusted_now_ms() == clock.wall


def test_a_shorter_absence_is_believed_after_a_while(caplog):
    clock = FakeClock()
    disk = new_disk(clock)
    directory, _ = started(disk, clock)
    directory.trusted_time.write(clock.wall)
    directory.close()
    clock.step_wall(10 * DAY_S)
    _, guard = started(disk, clock)
    clock.advance(DAY_S)
    assert guard.trusted_now_ms() == clock.wall
    assert "deletion_held_back clock_ahead_seconds=864000" in caplog.text


async def test_a_stop_leaves_the_time_that_was_trusted(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        broker.clock.advance(300)
    assert broker.directory.trusted_time.read() == broker.clock.wall


async def test_a_broker_that_waits_for_a_date_leaves_none_and_deletes_nothing(tmp_path):
    async with topic_broker(tmp_path / "a", started_ahead_s=60 * DAY_S) as broker:
        await broker.admin.create([NewTopic("t", configs=[("retention.ms", "1000")])])
        await append(broker, "t", timestamp_ms=broker.clock.wall - 60 * DAY_S * 1000)
        for _ in range(10):
            broker.clock.advance(DAY_S)
            await broker.maintenance.retain()
        assert broker.partitions.find("t", 0).log.log_start_offset == 0
        told = broker.registry.samples(CLOCK_UNCONFIRMED)
        assert told == [((), 1.0)]
    assert broker.directory.trusted_time.read() is None
