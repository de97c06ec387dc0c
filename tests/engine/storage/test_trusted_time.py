"""The last wall time that a process trusted."""

import errno

import pytest

from engine.storage.trusted_time import TrustedTime
from tests.support.clock import FakeClock
from tests.support.logs import ROOT, new_disk, open_directory


def test_what_was_written_is_read():
    disk = new_disk()
    assert TrustedTime(disk, ROOT).read() is None
    TrustedTime(disk, ROOT).write(1_700_000_000_123)
    assert TrustedTime(disk, ROOT).read() == 1_700_000_000_123


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"1700000000000\n", 1_700_000_000_000),
        (b"1700000000000", 1_700_000_000_000),
        (b"", None),
        (b"now\n", None),
        (b"-5\n", None),
        (b"9" * 40, None),
        (b"\xff\x00", None),
    ],
)
def test_only_a_time_counts(content, expected):
    disk = new_disk()
    time = TrustedTime(disk, ROOT)
    time.write(1)
    disk.files[time.path].content[:] = content
    assert time.read() == expected


def test_a_disk_that_cannot_be_read_says_nothing():
    disk = new_disk()
    TrustedTime(disk, ROOT).write(1)
    disk.fail(0, errno.EIO, kinds=["open"])
    assert TrustedTime(disk, ROOT).read() is None


def test_the_next_process_goes_by_it_and_not_by_the_times_of_files():
    clock = FakeClock()
    disk = new_disk(clock)
    directory = open_directory(disk, clock)
    trusted_ms = clock.wall
    directory.trusted_time.write(trusted_ms)
    clock.step_wall(400 * 86_400)
    assert directory.close()
    assert open_directory(disk, clock).last_run.wrote_ms == trusted_ms
