"""Recovery points and log starts: what is known of them, and what their files say."""

import errno
from random import Random

import pytest

from engine.kernel.ids import TopicPartition
from engine.storage.known_offsets import CHECKSUMS, KnownOffsets, LogOffsets
from engine.storage.offset_checkpoint import (
    LOG_STARTS,
    RECOVERY_POINTS,
    decode_offsets,
    encode_offsets,
)
from engine.storage.whole_file import write_file
from tests.support.logs import ORDERS, ROOT, new_disk
from tests.support.power_cut import power_cut

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


def published(recovery_points, log_starts):
    filesystem = new_disk()
    KnownOffsets(filesystem, ROOT).publish(recovery_points, log_starts)
    return filesystem


@pytest.mark.parametrize("name", [RECOVERY_POINTS, LOG_STARTS])
def test_a_digit_that_changed_is_noticed(name):
    """A log start that is too high would hide records, and retention would remove them."""
    filesystem = published({ORDERS: 1200}, {ORDERS: 500})
    content = filesystem.files[f"{ROOT}/{name}"].content
    content[-2] ^= 1
    known = KnownOffsets(filesystem, ROOT)
    assert known.unreadable == [f"{ROOT}/{name}"]
    good = LogOffsets(1200, 500)
    index = (RECOVERY_POINTS, LOG_STARTS).index(name)
    assert known.of(ORDERS)[index] == 0
    assert known.of(ORDERS)[1 - index] == good[1 - index]


@pytest.mark.parametrize("at", range(0, 120, 7))
def test_damaged_checksums_do_not_cost_the_files_that_are_sound(at):
    filesystem = published({ORDERS: 1200}, {ORDERS: 500})
    content = filesystem.files[f"{ROOT}/{CHECKSUMS}"].content
    content[at % len(content)] ^= 4
    known = KnownOffsets(filesystem, ROOT)
    assert known.of(ORDERS) == LogOffsets(1200, 500)
    assert known.unreadable == []


def test_a_file_that_was_lost_is_noticed():
    filesystem = published({ORDERS: 1100}, {})
    KnownOffsets(filesystem, ROOT).publish({ORDERS: 1200}, {})
    del filesystem.files[f"{ROOT}/{RECOVERY_POINTS}"]
    known = KnownOffsets(filesystem, ROOT)
    assert known.unreadable == [f"{ROOT}/{RECOVERY_POINTS}"]
    assert known.of(ORDERS) == LogOffsets()


def test_files_without_checksums_are_believed():
    """Those of a real Kafka."""
    known = KnownOffsets(disk_with(encode_offsets({ORDERS: 12})), ROOT)
    assert known.of(ORDERS) == LogOffsets(12, 0)


def test_the_files_are_believed_whenever_power_was_cut():
    filesystem = published({ORDERS: 12}, {ORDERS: 3})
    KnownOffsets(filesystem, ROOT).publish({ORDERS: 20}, {ORDERS: 9})
    KnownOffsets(filesystem, ROOT).publish({ORDERS: 28}, {ORDERS: 17})
    found = set()
    for length in range(len(filesystem.journal) + 1):
        for seed in range(6):
            image = power_cut(filesystem, length, Random(seed))
            if ROOT in image.directories:
                known = KnownOffsets(image, ROOT)
                assert known.unreadable == [], f"{length} operations, seed {seed}"
                found.add(known.of(ORDERS).recovery_point)
    assert found == {0, 12, 20, 28}


@pytest.mark.parametrize("content", [b"\x00" * 20, b"0\n2\norders 0 12\n", b"7\n0\n"])
def test_a_file_that_cannot_be_read_tells_nothing(content):
    known = KnownOffsets(disk_with(content, encode_offsets({ORDERS: 5})), ROOT)
    assert known.of(ORDERS) == LogOffsets(recovery_point=0, log_start_offset=5)
    assert known.unreadable == [f"{ROOT}/{RECOVERY_POINTS}"]


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
    filesystem.fail(2, errno.EIO, kinds=["rename"])
    with pytest.raises(OSError):
        known.publish({ORDERS: 12}, {})
    assert entries(filesystem, RECOVERY_POINTS) == {ORDERS: 12}
    known.withdraw([ORDERS])
    assert entries(filesystem, RECOVERY_POINTS) == {}


def settled(recovery_points, log_starts):
    """A disk on which nothing but these offsets is believed."""
    filesystem = published(recovery_points, log_starts)
    KnownOffsets(filesystem, ROOT).publish(recovery_points, log_starts)
    return filesystem


def test_what_is_on_disk_already_is_not_written_again():
    filesystem = settled({ORDERS: 12}, {ORDERS: 5})
    known = KnownOffsets(filesystem, ROOT)
    filesystem.operations.clear()
    for _ in range(2):
        known.publish(*known.begin_publishing())
    assert not filesystem.operations


def test_what_was_on_disk_before_is_believed_no_more_once_nothing_changes():
    filesystem = published({ORDERS: 12}, {})
    known = KnownOffsets(filesystem, ROOT)
    old = bytes(filesystem.files[f"{ROOT}/{RECOVERY_POINTS}"].content)
    for _ in range(2):
        known.publish({ORDERS: 20}, {})
    filesystem.files[f"{ROOT}/{RECOVERY_POINTS}"].content[:] = old
    assert KnownOffsets(filesystem, ROOT).unreadable == [f"{ROOT}/{RECOVERY_POINTS}"]


@pytest.mark.parametrize("name", [RECOVERY_POINTS, LOG_STARTS, CHECKSUMS])
def test_a_file_that_was_lost_is_written_again_though_nothing_changed(name):
    filesystem = settled({ORDERS: 12}, {ORDERS: 5})
    del filesystem.files[f"{ROOT}/{name}"]
    known = KnownOffsets(filesystem, ROOT)
    known.publish(*known.begin_publishing())
    assert KnownOffsets(filesystem, ROOT).unreadable == []
    assert f"{ROOT}/{name}" in filesystem.files
    assert f"{ROOT}/{CHECKSUMS}" in filesystem.files


def test_offsets_that_could_not_be_published_are_written_by_the_next_try():
    filesystem = published({ORDERS: 12}, {})
    known = KnownOffsets(filesystem, ROOT)
    filesystem.fail(2, errno.EIO, kinds=["rename"])
    with pytest.raises(OSError):
        known.publish({ORDERS: 13}, {ORDERS: 1})
    known.publish({ORDERS: 12}, {})
    assert entries(filesystem, RECOVERY_POINTS) == {ORDERS: 12}
