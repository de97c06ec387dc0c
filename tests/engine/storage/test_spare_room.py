"""Room that is kept until somebody needs it more."""

import errno
import zlib

import pytest

from engine.storage.file_names import TEMPORARY
from engine.storage.spare_room import FILE_NAME, FREE_BYTES_MIN, SPARE_BYTES, STEP_BYTES, SpareRoom
from engine.storage.whole_file import write_file
from tests.support.logs import ROOT, new_disk

PATH = f"{ROOT}/{FILE_NAME}"


def test_what_is_kept_is_given_up_a_step_at_a_time():
    filesystem = new_disk()
    spare = SpareRoom(filesystem, ROOT)
    spare.keep()
    steps = []
    while given_up := spare.give_up_some():
        steps.append(given_up)
        assert filesystem.status(PATH).size_bytes == SPARE_BYTES - sum(steps)
    assert steps == [STEP_BYTES] * (SPARE_BYTES // STEP_BYTES)


def test_what_was_given_up_is_made_whole_again_and_that_is_told():
    filesystem = new_disk()
    spare = SpareRoom(filesystem, ROOT)
    assert not spare.keep()
    spare.give_up_some()
    assert spare.keep()
    assert spare.left_bytes() == SPARE_BYTES
    while spare.give_up_some():
        pass
    assert spare.keep()
    assert spare.left_bytes() == SPARE_BYTES


def test_what_is_there_is_not_written_again():
    filesystem = new_disk()
    spare = SpareRoom(filesystem, ROOT)
    spare.keep()
    before = filesystem.operations["write"]
    assert not spare.keep()
    assert filesystem.operations["write"] == before


def test_it_takes_its_room_on_a_file_system_that_compresses_too():
    filesystem = new_disk()
    SpareRoom(filesystem, ROOT).keep()
    assert len(zlib.compress(filesystem.files[PATH].content)) >= SPARE_BYTES


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


def test_what_was_half_made_is_given_up_first():
    filesystem = new_disk()
    spare = SpareRoom(filesystem, ROOT)
    spare.keep()
    write_file(filesystem, PATH + TEMPORARY, bytes(1000), is_synced=False)
    assert spare.give_up_some() == 1000
    assert PATH + TEMPORARY not in filesystem.files
    assert spare.left_bytes() == SPARE_BYTES


def test_giving_up_what_is_not_there_is_harmless():
    filesystem = new_disk()
    assert SpareRoom(filesystem, ROOT).give_up_some() == 0
    assert PATH not in filesystem.files
