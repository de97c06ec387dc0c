"""A data directory on the real disk for the tests of this folder: closed in order, one topic."""

from pathlib import Path

import pytest

from engine.storage.log_config import LogConfig
from engine.storage.posix import PosixFileSystem
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS, ORDERS_ID, commit, open_directory

BATCHES = 40


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three segments of `orders-0` with an index entry for every batch."""
    path = tmp_path / "data"
    path.mkdir()
    directory = open_directory(PosixFileSystem(), FakeClock(), str(path))
    directory.create_partitions([ORDERS], ORDERS_ID)
    config = LogConfig(segment_bytes=1_500, index_interval_bytes=1)
    log = directory.open_partition(ORDERS, ORDERS_ID, config)
    for number in range(BATCHES):
        commit(log, f"value {number}", "second", key=b"k", producer=(7, 0, 2 * number))
    assert directory.close()
    return path
