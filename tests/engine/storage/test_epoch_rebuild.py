"""Leader epochs found in the batches when their file is lost."""

from random import Random

import pytest

from engine.storage.file_names import LEADER_EPOCHS
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS_DIRECTORY, checkpoint, commit, new_disk, open_log

CONFIG = LogConfig(segment_bytes=250)
EPOCHS_FILE = f"{ORDERS_DIRECTORY}/{LEADER_EPOCHS}"


@pytest.mark.parametrize("seed", range(20))
def test_epochs_are_found_as_they_were(seed):
    random = Random(seed)
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, CONFIG)
    epoch = 0
    for _ in range(random.randint(1, 25)):
        epoch += random.choice([0, 0, 0, 1, 4])
        commit(log, "a", epoch=epoch)
    checkpoint(log)
    del filesystem.files[EPOCHS_FILE]
    end = log.log_end_offset
    for recovery_point in (0, end // 2, end):
        again = open_log(filesystem.copy(), clock, CONFIG, recovery_point=recovery_point)
        for offset in range(end):
            assert again.epoch_of(offset) == log.epoch_of(offset)
        for asked in range(epoch + 2):
            assert again.end_offset_for_epoch(asked) == log.end_offset_for_epoch(asked)


def test_an_empty_log_has_no_epochs():
    filesystem = new_disk()
    checkpoint(open_log(filesystem, FakeClock()))
    assert EPOCHS_FILE not in filesystem.files
    assert open_log(filesystem, FakeClock()).latest_epoch == -1


def test_what_was_found_is_saved_with_the_next_checkpoint():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock)
    commit(log, "a", epoch=3)
    checkpoint(log)
    expected = bytes(filesystem.files[EPOCHS_FILE].content)
    del filesystem.files[EPOCHS_FILE]
    checkpoint(open_log(filesystem, clock, recovery_point=1))
    assert filesystem.files[EPOCHS_FILE].content == expected
