"""A partition's own state: how many replicas it needs, and whom it tells."""

from pathlib import Path

import pytest

from engine.broker.commit import PartitionDeleted
from engine.broker.partition import Waiting
from engine.kernel.ids import BrokerId
from tests.support.partitions import Disk, Told, stage


@pytest.mark.point(19)
@pytest.mark.parametrize(
    ("replicas", "in_sync", "needed", "is_under"),
    [(1, 1, 1, False), (1, 1, 2, False), (3, 1, 2, True), (3, 2, 2, False), (2, 1, 3, True)],
)
def test_in_sync_replicas_needed_are_at_most_the_replicas(
    tmp_path: Path, replicas: int, in_sync: int, needed: int, is_under: bool
) -> None:
    partition = Disk(tmp_path / "data").partition()
    partition.replicas = tuple(BrokerId(number) for number in range(replicas))
    partition.isr = partition.replicas[:in_sync]
    partition.min_insync_replicas = needed

    assert partition.is_under_min_isr == is_under


def test_high_watermark_never_falls(tmp_path: Path) -> None:
    partition = Disk(tmp_path / "data").partition()
    stage(partition, b"a", b"b", b"c")
    partition.advance(3, 10)

    partition.advance(1, 10)

    assert partition.high_watermark == 3


def test_failure_reaches_those_beyond_an_offset_only(tmp_path: Path) -> None:
    partition, told = Disk(tmp_path / "data").partition(), Told()
    partition.written_waiters.append(Waiting(2, told, "written"))
    partition.durable_waiters.extend([Waiting(1, told, "kept"), Waiting(3, told, "durable")])

    partition.fail_waiters(PartitionDeleted("gone"), from_offset=1)

    assert [token for token, _ in told.failures] == ["written", "durable"]
    assert [waiting.token for waiting in partition.durable_waiters] == ["kept"]


def test_appended_records_count_from_the_opening(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data")
    partition = disk.partition()

    stage(partition, b"a", b"b")

    assert partition.appended_records == 2
