"""Torn tails: whatever a crash leaves behind the last whole batch, recovery ends there.

Everything here lies behind the recovery point: what is not sound is cut, what is sound stays.
"""

import errno
from random import Random

import pytest

from engine.storage.file_names import LOG, segment_file
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import (
    ORDERS,
    ORDERS_DIRECTORY,
    ORDERS_ID,
    checkpoint,
    commit,
    new_disk,
    new_partition,
    open_directory,
    open_log,
    read_all,
    values_of,
    write,
)
from tests.support.power_cut import power_cut

FIRST = f"{ORDERS_DIRECTORY}/{segment_file(0, LOG)}"
SEGMENT_OF_THREE = LogConfig(segment_bytes=250)


def log_bytes(filesystem):
    return {
        path.rpartition("/")[2]: len(inode.content)
        for path, inode in filesystem.files.items()
        if path.endswith(LOG)
    }


def written(config=None, count=4):
    """A disk with batches of one, two, three... records, and where each batch ends."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, config)
    ends = []
    for size in range(1, count + 1):
        write(log, *[f"{size}-{at}" for at in range(size)])
        ends.append((log.size_bytes, log.log_end_offset))
    return filesystem, ends


def values_before(filesystem, offset):
    log = open_log(filesystem.copy(), FakeClock())
    return values_of(read_all(log))[:offset]


def test_a_log_cut_at_any_byte_of_its_last_two_batches_ends_with_its_last_whole_one():
    filesystem, ends = written()
    whole = dict([(0, 0), *ends])
    for length in range(ends[1][0], ends[3][0] + 1):
        image = filesystem.copy()
        del image.files[FIRST].content[length:]
        log = open_log(image, FakeClock())
        expected = max(offset for size, offset in whole.items() if size <= length)
        assert log.log_end_offset == log.durable_end_offset == expected, length
        assert values_of(read_all(log)) == values_before(filesystem, expected)
        assert log.recovered.cut_bytes == length - max(size for size in whole if size <= length)


@pytest.mark.parametrize("size", [1, 11, 12, 60, 61, 62, 511, 512, 5000, 70_000])
def test_zeros_behind_the_last_batch_are_cut(size):
    filesystem, ends = written()
    filesystem.files[FIRST].content.extend(bytes(size))
    log = open_log(filesystem, FakeClock())
    assert (log.log_end_offset, log.recovered.cut_bytes) == (ends[-1][1], size)
    assert len(filesystem.files[FIRST].content) == ends[-1][0]


@pytest.mark.parametrize("seed", range(40))
def test_garbage_behind_the_last_batch_is_cut(seed):
    random = Random(seed)
    filesystem, ends = written()
    garbage = random.randbytes(random.choice([1, 30, 61, 100, 5000]))
    filesystem.files[FIRST].content.extend(garbage)
    log = open_log(filesystem, FakeClock())
    assert (log.log_end_offset, log.recovered.cut_bytes) == (ends[-1][1], len(garbage))


@pytest.mark.parametrize("seed", range(40))
def test_a_tail_whose_sectors_are_zeros_here_and_there_is_cut_at_the_first_of_them(seed):
    """The length of a file may be on disk before its content."""
    random = Random(seed)
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock)
    ends = []
    for at in range(20):
        write(log, "x" * random.randint(0, 400), str(at))
        ends.append((log.size_bytes, log.log_end_offset))
    content = filesystem.files[FIRST].content
    sectors = range(0, len(content), 512)
    lost = sorted(random.sample(sectors, 3))
    for start in lost:
        end = min(start + 512, len(content))
        content[start:end] = bytes(end - start)
    log = open_log(filesystem, clock)
    expected = max([offset for size, offset in ends if size <= lost[0]], default=0)
    assert log.log_end_offset == expected
    assert len(read_all(log)) == expected


def test_a_batch_that_repeats_offsets_ends_the_log():
    """A stale block behind the tail has a valid CRC and offsets that are taken already."""
    filesystem, ends = written()
    content = filesystem.files[FIRST].content
    content.extend(content[ends[2][0] : ends[3][0]])
    log = open_log(filesystem, FakeClock())
    assert log.log_end_offset == ends[-1][1]
    assert len(read_all(log)) == ends[-1][1]


def test_the_cut_is_on_disk_before_the_log_takes_a_batch():
    filesystem, _ = written()
    filesystem.files[FIRST].content.extend(bytes(100))
    filesystem.journal.clear()
    open_log(filesystem, FakeClock())
    kinds = [op.kind for op in filesystem.journal if op.path == FIRST]
    assert kinds == ["truncate", "write", "sync"]


def test_segments_behind_a_torn_one_are_removed():
    filesystem, _ = written(SEGMENT_OF_THREE, count=6)
    names = sorted(log_bytes(filesystem))
    assert len(names) == 3
    torn = f"{ORDERS_DIRECTORY}/{names[1]}"
    del filesystem.files[torn].content[-1:]
    log = open_log(filesystem, FakeClock(), SEGMENT_OF_THREE)
    assert sorted(log_bytes(filesystem)) == names[:2]
    assert len(read_all(log)) == log.log_end_offset


@pytest.mark.parametrize("lost", [1, 2])
def test_a_log_that_lost_whole_batches_before_a_newer_segment_goes_on_where_it_ends(lost):
    """A cut at the border of a batch leaves nothing torn, only offsets that are missing."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    config = LogConfig(segment_bytes=300)
    log = open_log(filesystem, clock, config)
    sizes = []
    for at in range(8):
        write(log, str(at))
        sizes.append(log.segments()[0].size_bytes)
    in_first = sizes.index(max(sizes)) + 1
    assert in_first < 8
    del filesystem.files[FIRST].content[sizes[in_first - lost - 1] :]
    kept = in_first - lost

    log = open_log(filesystem, clock, config)
    assert log.log_end_offset == kept
    assert list(log_bytes(filesystem)) == [segment_file(0, LOG)]
    for at in range(6):
        commit(log, f"new {at}")
    again = open_log(filesystem.copy(), clock, config)
    expected = [str(at) for at in range(kept)] + [f"new {at}" for at in range(6)]
    assert values_of(read_all(log)) == values_of(read_all(again)) == expected


def test_opening_reads_no_more_of_a_longer_log_that_was_checkpointed():
    def reads(count):
        clock = FakeClock()
        filesystem = new_disk(clock)
        config = LogConfig(index_interval_bytes=200)
        log = open_log(filesystem, clock, config)
        for at in range(count):
            commit(log, str(at))
        checkpoint(log)
        write(log, "tail")
        filesystem.operations.clear()
        log = open_log(filesystem, clock, config, recovery_point=count)
        assert log.log_end_offset == count + 1
        return filesystem.operations["read"]

    assert reads(100) == reads(400)


@pytest.mark.parametrize("seed", range(12))
def test_what_a_failed_sync_left_in_memory_is_on_disk_once_a_restart_tells_it(seed):
    """The system takes it for written: a sync alone would promise what a power cut takes back."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory, SEGMENT_OF_THREE)
    commit(log, "acknowledged")
    for value in ("lost", "from", "memory"):
        write(log, value)
    filesystem.fail(0, errno.EIO, kinds=["sync"])
    with pytest.raises(OSError):
        log.begin_sync().run()

    filesystem.locked.clear()
    log = open_directory(filesystem, clock).open_partition(ORDERS, ORDERS_ID, SEGMENT_OF_THREE)
    assert log.durable_end_offset == 4
    image = power_cut(filesystem, len(filesystem.journal), Random(seed))

    log = open_directory(image, clock).open_partition(ORDERS, ORDERS_ID, SEGMENT_OF_THREE)
    assert values_of(read_all(log)) == ["acknowledged", "lost", "from", "memory"]
