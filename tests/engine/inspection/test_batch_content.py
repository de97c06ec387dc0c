"""Whether the records of a sound batch can be read."""

import pytest

from engine.coordinator.consumer_journal import epoch_record, member_record
from engine.coordinator.consumer_records import GroupEpoch
from engine.coordinator.journal import (
    CONSUMER_OFFSETS,
    CommittedOffset,
    JournalRecord,
    OffsetKey,
    group_record,
    offset_record,
)
from engine.inspection.batch_content import METADATA_TOPIC, count_records
from engine.records.batch import read_header
from engine.records.builder import NewRecord, build_batch
from engine.records.errors import InvalidBatch
from engine.storage.batch_walk import BatchAt

KEY = OffsetKey("group", "orders", 0)
COMMIT = offset_record(KEY, CommittedOffset(1, -1, "", 0))


def batch_with(*records: JournalRecord) -> BatchAt:
    content = memoryview(build_batch([NewRecord(0, *each) for each in records]))
    return BatchAt(0, read_header(content), content)


@pytest.mark.parametrize(
    "record",
    [
        COMMIT,
        offset_record(KEY, None),
        group_record("group", None),
        epoch_record("group", GroupEpoch(1, 2)),
        member_record("group", "member", None),
        JournalRecord(b"\x00\x63of another kind", b"anything"),
    ],
)
def test_record_of_a_group_that_can_be_read_counts(record: JournalRecord) -> None:
    assert count_records(CONSUMER_OFFSETS, batch_with(COMMIT, record)) == 2


@pytest.mark.parametrize(
    "record",
    [
        JournalRecord(COMMIT.key[:-1], COMMIT.value),
        JournalRecord(COMMIT.key, b"\x00"),
        JournalRecord(epoch_record("group", None).key, b"\x00\x00\x01"),
    ],
)
def test_record_of_a_group_that_cannot_be_read_is_named(record: JournalRecord) -> None:
    with pytest.raises(InvalidBatch, match="the record at offset 1"):
        count_records(CONSUMER_OFFSETS, batch_with(COMMIT, record))
    assert count_records("orders", batch_with(COMMIT, record)) == 2


def test_entry_of_the_metadata_is_json() -> None:
    assert count_records(METADATA_TOPIC, batch_with(JournalRecord(b"", b"{}"))) == 1
    with pytest.raises(InvalidBatch, match="the record at offset 0"):
        count_records(METADATA_TOPIC, batch_with(JournalRecord(b"", b"{")))
