"""Room that is kept until somebody needs it more."""

import errno

import pytest

from engine.storage.file_names import TEMPORARY
from engine.storage.spare_room import FILE_NAME, FREE_BYTES_MIN, SPARE_BYTES, SpareRoom
from engine.storage.whole_file import write_file
from tests.support.logs import ROOT, new_disk

PATH = f"{ROOT}/{FILE_NAME}"


def test_what_is_kept_is_there_until_it_is_given_up():
    filesystem = new_disk()
    spare = SpareRoom(filesystem, ROOT)
    spare.keep()
    assert filesystem.status(PATH).size_bytes == SPARE_BYTES
    spare.give_up()
    assert PATH not in filesystem.files


def test_what_is_there_is_not_written_again():
    filesystem = new_disk()
    spare = SpareRoom(filesystem, ROOT)
    spare.keep()
    before = filesystem.operations["write"]
    spare.keep()
    assert filesystem.operations["write"] == before


def test_without_room_nothing_is_taken():
    filesystem = new_disk()
    filesystem.capacity_bytes = SPARE_BYTES - 1
    with pytest.raises(OSError) as told:
        SpareRoom(filesystem, ROOT).keep()
    assert told.value.errno == errno.ENOSPC
    assert [name for name in filesystem.files if name.startswith(PATH)] == []


def test_the_last_room_is_left_to_what_is_at_work():
    filesystem = new_disk()
    filesystem.capacity_bytes = FREE_BYTES_MIN - 1
    with pytest.raises(OSError) as told:
        SpareRoom(filesystem, ROOT).keep()
    assert told.value.errno == errno.ENOSPC
    assert filesystem.operations["write"] == 0


def test_giving_up_frees_what_was_half_made():
    filesystem = new_disk()
    write_file(filesystem, PATH + TEMPORARY, bytes(1000), is_synced=False)
    SpareRoom(filesystem, ROOT).give_up()
    assert [name for name in filesystem.files if name.startswith(PATH)] == []


def test_giving_up_what_is_not_there_is_harmless():
    filesystem = new_disk()
    SpareRoom(filesystem, ROOT).give_up()
    assert PATH not in filesystem.files
