"""Where clean parts end: what is known, and what Kafka's file says of it."""

import errno

import pytest

from engine.kernel.ids import TopicPartition
from engine.storage.cleaned_offsets import FILE_NAME, CleanedOffsets
from engine.storage.offset_checkpoint import encode_offsets
from engine.storage.whole_file import read_file, write_file
from tests.support.logs import ORDERS, ROOT, new_disk

OTHER = TopicPartition("other", 3)


def test_what_is_published_is_known_to_the_next_start():
    filesystem = new_disk()
    offsets = CleanedOffsets(filesystem, ROOT)
    assert offsets.of(ORDERS) == 0
    offsets.note(ORDERS, 12)
    assert CleanedOffsets(filesystem, ROOT).of(ORDERS) == 0
    offsets.publish()
    assert CleanedOffsets(filesystem, ROOT).of(ORDERS) == 12
    assert read_file(filesystem, f"{ROOT}/{FILE_NAME}") == encode_offsets({ORDERS: 12})


def test_a_file_that_cannot_be_read_tells_nothing():
    filesystem = new_disk()
    write_file(filesystem, f"{ROOT}/{FILE_NAME}", b"0\n9\n", is_synced=True)
    assert CleanedOffsets(filesystem, ROOT).of(ORDERS) == 0


def test_a_partition_made_anew_has_no_entry_of_the_old_one_on_disk():
    filesystem = new_disk()
    offsets = CleanedOffsets(filesystem, ROOT)
    offsets.note(ORDERS, 12)
    offsets.note(OTHER, 5)
    offsets.publish()
    offsets.forget(ORDERS)
    offsets.withdraw([ORDERS])
    found = CleanedOffsets(filesystem, ROOT)
    assert (found.of(ORDERS), found.of(OTHER)) == (0, 5)


def test_a_name_that_was_never_published_costs_no_write():
    filesystem = new_disk()
    before = len(filesystem.journal)
    CleanedOffsets(filesystem, ROOT).withdraw([ORDERS])
    assert len(filesystem.journal) == before


def test_a_name_stays_to_be_withdrawn_while_the_disk_refuses():
    filesystem = new_disk()
    offsets = CleanedOffsets(filesystem, ROOT)
    offsets.note(ORDERS, 12)
    offsets.publish()
    filesystem.fail(0, errno.EIO, kinds=["sync"])
    with pytest.raises(OSError):
        offsets.withdraw([ORDERS])
    offsets.withdraw([ORDERS])
    assert CleanedOffsets(filesystem, ROOT).of(ORDERS) == 0
