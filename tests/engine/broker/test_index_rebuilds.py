"""Indexes that are made anew while their logs are served."""

import logging

from engine.broker.index_rebuilds import IndexRebuilds
from engine.kernel.event_log import EventLog
from engine.storage.index_rebuild import IndexRebuild
from engine.storage.open_files import OpenFiles
from engine.storage.segment import Segment
from engine.storage.segments import Segments
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS, ORDERS_DIRECTORY, new_disk


class ByHand:
    """An `OpeningRunner` whose work a test ends."""

    def __init__(self):
        self.begun = []

    def run(self, work, done):
        self.begun.append((work, done))
        return lambda: None

    def close(self):
        self.begun.clear()


def segment_and_log():
    filesystem = new_disk()
    filesystem.make_directory(ORDERS_DIRECTORY)
    segments = Segments(ORDERS_DIRECTORY, filesystem, OpenFiles(filesystem), 4096)
    for base in (0, 10):
        segments.add(Segment(ORDERS_DIRECTORY, base))
    return segments, segments.first


def rebuilds():
    runner = ByHand()
    return runner, IndexRebuilds(runner, EventLog(logging.getLogger("test"), FakeClock()))


def test_a_segment_is_rebuilt_once_however_often_it_is_asked_for():
    runner, made = rebuilds()
    segments, segment = segment_and_log()
    for _ in range(3):
        made.begin(IndexRebuild(ORDERS, segments, segment))
    ((work, done),) = runner.begun
    work.run()
    done(None)
    assert segment.offset_index is not None


def test_one_that_failed_is_tried_again(caplog):
    runner, made = rebuilds()
    segments, segment = segment_and_log()
    made.begin(IndexRebuild(ORDERS, segments, segment))
    runner.begun.pop()[1](OSError(5, "the disk"))
    assert segment.offset_index is None
    assert "index_not_rebuilt" in caplog.text
    made.begin(IndexRebuild(ORDERS, segments, segment))
    assert len(runner.begun) == 1
