"""Telling the operator of damaged ranges of offsets."""

import logging

import pytest

from engine.broker.damage_watch import DamageWatch
from engine.kernel.event_log import EventLog
from engine.storage.errors import StorageDamaged
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import (
    EVERYTHING,
    ORDERS,
    ORDERS_DIRECTORY,
    ORDERS_ID,
    commit,
    new_disk,
    open_directory,
)


def test_a_range_that_a_reader_found_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    directory.create_partitions([ORDERS], ORDERS_ID)
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())
    for value in "abc":
        commit(log, value)
    assert directory.close()
    filesystem.files[f"{ORDERS_DIRECTORY}/{0:020d}.log"].content[62] ^= 1
    directory = open_directory(filesystem, clock)
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())
    watch = DamageWatch(directory, EventLog(logging.getLogger("tests.damage"), clock))
    with pytest.raises(StorageDamaged):
        log.read(0, 1000, end_offset=EVERYTHING)

    for _ in range(3):
        watch.look()

    (told,) = caplog.records
    assert told.message == "damaged_range_found partition=orders-0 start_offset=0 end_offset=1"
