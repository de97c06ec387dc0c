"""Opening a log in a thread of its own: progress, giving up, and what is told of the directory."""

import pytest

from engine.kernel.ids import TopicId
from engine.storage.errors import TopicIdMismatch
from engine.storage.known_offsets import LogOffsets
from engine.storage.log_config import LogConfig
from engine.storage.log_opening import LogOpening
from engine.storage.open_files import OpenFiles
from engine.storage.segments import Segments
from tests.support.clock import FakeClock
from tests.support.logs import (
    ORDERS,
    ORDERS_DIRECTORY,
    ORDERS_ID,
    commit,
    new_disk,
    new_partition,
    open_directory,
    read_all,
    values_of,
)

SEGMENT_OF_THREE = LogConfig(segment_bytes=250)


class GivenUp(Exception):
    pass


def killed_log(count):
    """A disk with a log of so many records that no checkpoint covers, and the log."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = new_partition(open_directory(filesystem, clock), SEGMENT_OF_THREE)
    for at in range(count):
        commit(log, str(at))
    return filesystem.copy(), log


def opening(filesystem, topic_id=ORDERS_ID, **fields):
    segments = Segments(ORDERS_DIRECTORY, filesystem, OpenFiles(filesystem), 4096)
    fields = {"report": None, "is_new": False, "known": LogOffsets()} | fields
    return LogOpening(
        ORDERS, topic_id, SEGMENT_OF_THREE, segments=segments, clock=filesystem.clock, **fields
    )


def test_a_long_recovery_tells_how_far_it_is():
    filesystem, log = killed_log(20)
    told = []
    found = opening(filesystem, report=lambda *each: told.append(each), progress_bytes=200)
    found.run()
    assert found.log.recovered.checked_bytes == log.size_bytes
    names, checked, of = zip(*told, strict=True)
    assert set(names) == {ORDERS}
    assert set(of) == {log.size_bytes}
    assert list(checked) == sorted(checked)
    assert len(checked) == log.size_bytes // 200


def test_it_pauses_after_every_batch():
    filesystem, log = killed_log(20)
    pauses = []
    opening(filesystem).run(lambda: pauses.append(1))
    assert len(pauses) == log.log_end_offset


@pytest.mark.parametrize("batches", [1, 7, 19])
def test_what_is_given_up_between_two_batches_is_opened_later(batches):
    filesystem, log = killed_log(20)
    left = batches

    def pause():
        nonlocal left
        left -= 1
        if not left:
            raise GivenUp

    given_up = opening(filesystem)
    with pytest.raises(GivenUp):
        given_up.run(pause)
    assert given_up.log is None
    again = opening(filesystem)
    again.run()
    assert values_of(read_all(again.log)) == values_of(read_all(log))


def test_a_directory_of_another_topic_is_refused():
    filesystem, _ = killed_log(1)
    with pytest.raises(TopicIdMismatch):
        opening(filesystem, TopicId(b"another topic id")).run()


def test_a_directory_holds_a_log_only_when_its_opening_has_ended():
    filesystem, _ = killed_log(2)
    directory = open_directory(filesystem, filesystem.clock)
    begun = directory.begin_opening(ORDERS, ORDERS_ID, SEGMENT_OF_THREE)
    begun.run()
    assert directory.open_logs() == []
    log = directory.end_opening(begun)
    assert directory.open_logs() == [log]
    assert log is directory.open_partition(ORDERS, ORDERS_ID, SEGMENT_OF_THREE)
