"""Walking the batches of a file, and finding the next one behind damaged bytes."""

from random import Random

import pytest

from engine.records.batch import HEADER_SIZE
from engine.storage.batch_walk import (
    VERIFY_WINDOW_BYTES,
    find_batch_behind,
    read_batch,
    walk_headers,
    walk_verified,
)
from tests.support.logs import ROOT, new_disk
from tests.support.running_engine import batch

PATH = f"{ROOT}/file"


def file_of(*pieces):
    file = new_disk().open(PATH, create=True)
    for piece in pieces:
        file.append([piece])
    return file


def some(count, random=None, size_max=300):
    """Batches of one or more records at consecutive offsets."""
    random = random or Random(1)
    batches, offset = [], 0
    for _ in range(count):
        values = [
            random.randbytes(random.randint(0, size_max)) for _ in range(random.randint(1, 3))
        ]
        batches.append(bytes(batch(*values, base_offset=offset, leader_epoch=1)))
        offset += len(values)
    return batches


def ends(batches):
    total, found = 0, []
    for each in batches:
        total += len(each)
        found.append(total)
    return found


@pytest.mark.parametrize("walk", [walk_headers, walk_verified])
@pytest.mark.parametrize("seed", range(5))
def test_every_batch_is_passed_at_its_position(walk, seed):
    batches = some(40, Random(seed), size_max=3000)
    file = file_of(*batches)
    found = list(walk(file, 0, file.size()))
    assert [each.end_position for each in found] == ends(batches)
    assert [each.position for each in found] == [0, *ends(batches)[:-1]]


def test_verified_batches_come_with_their_content():
    batches = some(40)
    file = file_of(*batches)
    for window in (HEADER_SIZE, 100, 4096, VERIFY_WINDOW_BYTES):
        assert [bytes(b.content) for b in walk_verified(file, 0, file.size(), window)] == batches


def test_a_walk_can_start_and_end_at_any_batch():
    batches = some(10)
    file, borders = file_of(*batches), [0, *ends(batches)]
    for first in range(10):
        for last in range(first, 11):
            found = list(walk_verified(file, borders[first], borders[last]))
            assert [bytes(each.content) for each in found] == batches[first:last]


@pytest.mark.parametrize("walk", [walk_headers, walk_verified])
def test_a_batch_that_is_not_whole_ends_the_walk(walk):
    batches = some(3)
    content = b"".join(batches)
    for length in range(len(content)):
        file = file_of(content[:length])
        whole = sum(1 for end in ends(batches) if end <= length)
        assert len(list(walk(file, 0, length))) == whole


@pytest.mark.parametrize("walk", [walk_headers, walk_verified])
@pytest.mark.parametrize("tail", [bytes(100), b"\xff" * 100, bytes(16) + b"\x02" + bytes(100)])
def test_what_is_no_batch_ends_the_walk(walk, tail):
    file = file_of(*some(3), tail)
    assert len(list(walk(file, 0, file.size()))) == 3


def test_a_batch_with_a_wrong_crc_ends_the_verified_walk():
    batches = [bytearray(each) for each in some(5)]
    batches[3][-1] ^= 1
    file = file_of(*batches)
    assert len(list(walk_verified(file, 0, file.size()))) == 3
    assert len(list(walk_headers(file, 0, file.size()))) == 5


def test_one_batch_is_read_or_none():
    batches = some(3)
    file = file_of(*batches)
    size = file.size()
    assert bytes(read_batch(file, ends(batches)[0], size).content) == batches[1]
    assert read_batch(file, 1, size) is None
    assert read_batch(file, 0, len(batches[0]) - 1) is None
    assert read_batch(file, size, size) is None


def found_behind(batches, damaged, first_offset, end_offset=10**6):
    file = file_of(*batches)
    position = [0, *ends(batches)][damaged]
    found = find_batch_behind(file, position, file.size(), first_offset, end_offset)
    return None if found is None else found.header.base_offset


def offsets_of(batches):
    return [int.from_bytes(each[:8], "big") for each in batches]


@pytest.mark.parametrize("at", [2, 9, 11, 16, 18, 25, 61])
def test_the_next_batch_is_found_whatever_is_damaged(at):
    batches = [bytearray(each) for each in some(6)]
    offsets = offsets_of(batches)
    batches[2][at] ^= 0x41
    assert found_behind(batches, 2, offsets[2]) == offsets[3]


def test_several_damaged_batches_are_passed_over():
    batches = [bytearray(each) for each in some(8)]
    offsets = offsets_of(batches)
    for at in (2, 3, 4):
        batches[at][8:20] = b"\xee" * 12
    assert found_behind(batches, 2, offsets[2]) == offsets[5]


def test_nothing_is_found_when_nothing_follows():
    batches = [bytearray(each) for each in some(3)]
    batches[2][20] ^= 1
    assert found_behind(batches, 2, offsets_of(batches)[2]) is None


def test_a_batch_of_other_offsets_is_not_taken():
    batches = [bytearray(each) for each in some(6)]
    offsets = offsets_of(batches)
    batches[2][20] ^= 1
    assert found_behind(batches, 2, offsets[4]) == offsets[4]
    assert found_behind(batches, 2, offsets[2], end_offset=offsets[3]) is None


def test_a_batch_in_a_value_is_not_taken_for_one_of_the_log():
    inner = bytes(batch(b"inner", base_offset=3, leader_epoch=1))
    outer = bytearray(batch(b"pad" + inner + b"pad", base_offset=2, leader_epoch=1))
    outer[8:12] = b"\x00\xff\xff\xff"
    follower = bytes(batch(b"next", base_offset=3, leader_epoch=1))
    last = bytes(batch(b"last", base_offset=4, leader_epoch=1))
    file = file_of(outer, follower, last)
    found = find_batch_behind(file, 0, file.size(), 2, 10**6)
    assert found.position == len(outer)


def test_the_next_batch_is_found_far_behind():
    junk = Random(5).randbytes(VERIFY_WINDOW_BYTES + 12_345)
    first, second = some(2)
    file = file_of(junk, first, second)
    found = find_batch_behind(file, 0, file.size(), 0, 10**6)
    assert found.position == len(junk)


@pytest.mark.parametrize("shift", range(-3, 4))
def test_a_batch_across_the_border_of_two_windows_is_found(shift):
    first, second = some(2)
    junk = b"\xff" * (VERIFY_WINDOW_BYTES - HEADER_SIZE + shift)
    file = file_of(junk, first, second)
    assert find_batch_behind(file, 0, file.size(), 0, 10**6).position == len(junk)
