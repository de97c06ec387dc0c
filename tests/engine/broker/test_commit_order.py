"""Rounds of syncs on a slow disk, where they may end in another order than they began."""

from pathlib import Path

import pytest

from engine.broker.commit import (
    ROUND_PARTITIONS_MAX,
    SLOW_DISK_S,
    SLOW_ROUND_S,
    SLOW_ROUNDS_MAX,
)
from engine.broker.partition import Partition
from tests.support.partitions import Disk, Told, stage


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "data")


def append(disk: Disk, told: Told, *partitions: Partition) -> None:
    """Write to each partition; the waiter is told its name."""
    disk.commit.begin_turn()
    for partition in partitions:
        end_offset, size_bytes = stage(partition, b"v")
        name = str(partition.topic_partition)
        disk.commit.enlist(partition, end_offset, size_bytes, told, name)
    disk.commit.flush()


def slow_down(disk: Disk, partition: Partition) -> None:
    """Let a sync take as long as on a slow disk."""
    append(disk, Told(), partition)
    disk.clock.advance(SLOW_ROUND_S)
    disk.syncs.finish()


def sizes(disk: Disk) -> list[int]:
    return [len(tickets) for tickets, _ in disk.syncs.rounds]


def test_a_round_that_ends_late_takes_nothing_back(disk: Disk) -> None:
    partition, told = disk.partition(), Told()
    append(disk, told, partition)
    append(disk, told, partition)

    disk.syncs.finish(index=1)
    assert told.committed_tokens == ["orders-0", "orders-0"]
    disk.syncs.finish()

    assert partition.high_watermark == 2
    assert partition.synced_bytes == partition.committed_bytes == partition.appended_bytes


def test_who_waits_on_a_slow_disk_does_not_wait_for_the_sync_of_another(disk: Disk) -> None:
    first, second = disk.partition(0), disk.partition(1)
    slow_down(disk, first)
    told = Told()

    append(disk, told, first, second)
    disk.syncs.finish(index=1)

    assert told.committed_tokens == ["orders-1"]


def test_what_is_written_during_a_slow_sync_waits_for_it_and_leaves_the_others_their_rounds(
    disk: Disk,
) -> None:
    partitions = [disk.partition(index) for index in range(SLOW_ROUNDS_MAX + 1)]
    slow_down(disk, partitions[0])
    told = Told()

    append(disk, told, partitions[0])
    append(disk, told, partitions[0])
    assert sizes(disk) == [1]
    append(disk, told, *partitions[1:])
    assert sizes(disk) == [1] * SLOW_ROUNDS_MAX
    disk.clock.advance(SLOW_ROUND_S)
    disk.syncs.finish_all()

    assert sorted(told.committed_tokens) == sorted(
        ["orders-0", *(str(each.topic_partition) for each in partitions)]
    )


def test_a_quick_sync_among_slow_ones_leaves_the_others_their_rounds(disk: Disk) -> None:
    partitions = [disk.partition(index) for index in range(2 * SLOW_ROUNDS_MAX)]
    slow_down(disk, partitions[0])
    append(disk, Told(), *partitions)
    assert sizes(disk) == [1] * SLOW_ROUNDS_MAX

    disk.syncs.finish()

    assert sizes(disk) == [1] * SLOW_ROUNDS_MAX


def test_a_sync_under_way_keeps_nobody_waiting_however_long_the_last_slow_one_is_past(
    disk: Disk,
) -> None:
    """Method: the log under way is written to again, before the others."""
    partitions = [disk.partition(index) for index in range(ROUND_PARTITIONS_MAX)]
    slow_down(disk, partitions[0])
    append(disk, Told(), partitions[0])
    disk.clock.advance(SLOW_DISK_S)
    told = Told()

    append(disk, told, *partitions)
    assert sizes(disk) == [1] * ROUND_PARTITIONS_MAX
    for _ in partitions[1:]:
        disk.syncs.finish(index=1)

    assert told.committed_tokens == [str(each.topic_partition) for each in partitions[1:]]


def test_a_sync_under_way_tells_of_a_slow_disk_before_it_ends(disk: Disk) -> None:
    partitions = [disk.partition(index) for index in range(ROUND_PARTITIONS_MAX)]
    append(disk, Told(), partitions[0])
    disk.clock.advance(SLOW_ROUND_S)
    append(disk, Told(), partitions[1])
    disk.syncs.finish(index=1)

    append(disk, Told(), *partitions)

    assert sizes(disk) == [1] * ROUND_PARTITIONS_MAX


def test_rounds_are_shared_again_once_the_disk_is_quick(disk: Disk) -> None:
    partitions = [disk.partition(index) for index in range(ROUND_PARTITIONS_MAX)]
    slow_down(disk, partitions[0])
    disk.clock.advance(SLOW_DISK_S)

    append(disk, Told(), *partitions)

    assert sizes(disk) == [ROUND_PARTITIONS_MAX]
