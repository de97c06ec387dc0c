"""Recovery points and log starts: what the files say, and of which names they may speak."""

import pytest

from engine.kernel.ids import TopicPartition
from engine.storage.known_offsets import KnownOffsets, LogOffsets
from engine.storage.offset_checkpoint import LOG_STARTS, RECOVERY_POINTS, encode_offsets
from engine.storage.whole_file import write_file
from tests.support.logs import ORDERS, ROOT, new_disk

OTHER = TopicPartition("other", 3)


def disk_with(recovery_points=b"", log_starts=b""):
    filesystem = new_disk()
    for name, content in ((RECOVERY_POINTS, recovery_points), (LOG_STARTS, log_starts)):
        if content:
            write_file(filesystem, f"{ROOT}/{name}", content, is_synced=True)
    return filesystem


def test_nothing_is_known_of_a_new_directory():
    known = KnownOffsets(disk_with(), ROOT)
    assert known.of(ORDERS) == LogOffsets(0, 0)
    assert not known.may_be_published(ORDERS)


def test_both_files_are_read():
    filesystem = disk_with(encode_offsets({ORDERS: 12}), encode_offsets({ORDERS: 5, OTHER: 7}))
    known = KnownOffsets(filesystem, ROOT)
    assert known.of(ORDERS) == LogOffsets(recovery_point=12, log_start_offset=5)
    assert known.of(OTHER) == LogOffsets(recovery_point=0, log_start_offset=7)
    assert known.may_be_published(ORDERS)
    assert known.may_be_published(OTHER)


@pytest.mark.parametrize("content", [b"\x00" * 20, b"0\n2\norders 0 12\n", b"7\n0\n"])
def test_a_file_that_cannot_be_read_tells_nothing(content):
    known = KnownOffsets(disk_with(content, encode_offsets({ORDERS: 5})), ROOT)
    assert known.of(ORDERS) == LogOffsets(recovery_point=0, log_start_offset=5)


def test_a_forgotten_name_may_stay_in_the_files_until_they_are_published_again():
    known = KnownOffsets(disk_with(encode_offsets({ORDERS: 12})), ROOT)
    known.forget(ORDERS)
    assert known.of(ORDERS) == LogOffsets()
    assert known.may_be_published(ORDERS)
    known.published([OTHER])
    assert not known.may_be_published(ORDERS)
    assert known.may_be_published(OTHER)


def test_a_checkpoint_under_way_may_have_published_a_name_already():
    known = KnownOffsets(disk_with(encode_offsets({ORDERS: 12})), ROOT)
    known.publishing([OTHER])
    assert known.may_be_published(ORDERS)
    assert known.may_be_published(OTHER)
