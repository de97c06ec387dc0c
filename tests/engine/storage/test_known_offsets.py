"""Recovery points and log starts: what is known of them, and what their files say."""

import errno

import pytest

from engine.kernel.ids import TopicPartition
from engine.storage.known_offsets import KnownOffsets, LogOffsets
from engine.storage.offset_checkpoint import (
    LOG_STARTS,
    RECOVERY_POINTS,
    decode_offsets,
    encode_offsets,
)
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
    assert KnownOffsets(disk_with(), ROOT).of(ORDERS) == LogOffsets(0, 0)


def test_both_files_are_read():
    filesystem = disk_with(encode_offsets({ORDERS: 12}), encode_offsets({ORDERS: 5, OTHER: 7}))
    known = KnownOffsets(filesystem, ROOT)
    assert known.of(ORDERS) == LogOffsets(recovery_point=12, log_start_offset=5)
    assert known.of(OTHER) == LogOffsets(recovery_point=0, log_start_offset=7)


@pytest.mark.parametrize("content", [b"\x00" * 20, b"0\n2\norders 0 12\n", b"7\n0\n"])
def test_a_file_that_cannot_be_read_tells_nothing(content):
    known = KnownOffsets(disk_with(content, encode_offsets({ORDERS: 5})), ROOT)
    assert known.of(ORDERS) == LogOffsets(recovery_point=0, log_start_offset=5)


def entries(filesystem, name):
    path = f"{ROOT}/{name}"
    return decode_offsets(bytes(filesystem.files[path].content), path)


def test_a_forgotten_partition_is_not_known():
    known = KnownOffsets(disk_with(encode_offsets({ORDERS: 12})), ROOT)
    known.forget(ORDERS)
    assert known.of(ORDERS) == LogOffsets()


def test_what_is_published_is_read_by_the_next_start():
    filesystem = disk_with()
    KnownOffsets(filesystem, ROOT).publish({ORDERS: 12, OTHER: 3}, {ORDERS: 2})
    known = KnownOffsets(filesystem, ROOT)
    assert known.of(ORDERS) == LogOffsets(12, 2)
    assert known.of(OTHER) == LogOffsets(3, 0)


def test_a_checkpoint_leaves_out_partitions_that_went_while_it_ran():
    filesystem = disk_with(encode_offsets({ORDERS: 12, OTHER: 3}), encode_offsets({ORDERS: 5}))
    known = KnownOffsets(filesystem, ROOT)
    recovery_points, log_starts = known.begin_publishing()
    known.forget(ORDERS)
    known.publish(recovery_points, log_starts)
    assert entries(filesystem, RECOVERY_POINTS) == {OTHER: 3}
    assert entries(filesystem, LOG_STARTS) == {}


def test_a_later_checkpoint_publishes_a_partition_of_the_same_name():
    filesystem = disk_with()
    known = KnownOffsets(filesystem, ROOT)
    known.forget(ORDERS)
    recovery_points, log_starts = known.begin_publishing()
    known.publish(recovery_points | {ORDERS: 7}, log_starts)
    assert entries(filesystem, RECOVERY_POINTS) == {ORDERS: 7}


def test_withdrawing_takes_old_entries_out_of_both_files():
    filesystem = disk_with(encode_offsets({ORDERS: 12, OTHER: 3}), encode_offsets({ORDERS: 5}))
    KnownOffsets(filesystem, ROOT).withdraw([ORDERS])
    assert entries(filesystem, RECOVERY_POINTS) == {OTHER: 3}
    assert entries(filesystem, LOG_STARTS) == {}


def test_withdrawing_a_name_that_was_never_published_does_not_touch_the_disk():
    filesystem = disk_with(encode_offsets({OTHER: 3}))
    known = KnownOffsets(filesystem, ROOT)
    filesystem.operations.clear()
    known.withdraw([ORDERS])
    assert not filesystem.operations


def test_a_name_that_a_failed_checkpoint_may_have_published_is_withdrawn():
    """The first of the two files was replaced, the second was not."""
    filesystem = disk_with()
    known = KnownOffsets(filesystem, ROOT)
    filesystem.fail(1, errno.EIO, kinds=["rename"])
    with pytest.raises(OSError):
        known.publish({ORDERS: 12}, {})
    assert entries(filesystem, RECOVERY_POINTS) == {ORDERS: 12}
    known.withdraw([ORDERS])
    assert entries(filesystem, RECOVERY_POINTS) == {}
