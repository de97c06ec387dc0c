"""What `dump` shows of each kind of file."""

from pathlib import Path

import pytest

from engine.coordinator.journal import (
    CommittedOffset,
    GroupMetadata,
    OffsetKey,
    group_record,
    offset_record,
)
from engine.inspection.file_dump import Facts, FileDump, UnknownFile, as_text
from engine.records.builder import NewRecord, build_batch
from engine.storage.errors import MalformedFile
from engine.storage.posix import PosixFileSystem


def dump(path: Path, *, has_records: bool = False) -> list[Facts]:
    return list(FileDump(PosixFileSystem(), str(path), has_records=has_records).run())


def first(data: Path, suffix: str) -> Path:
    return data / "orders-0" / f"{0:020d}{suffix}"


def test_batches_of_a_segment_under_kafkas_names(data: Path) -> None:
    facts = dump(first(data, ".log"))

    assert facts[1]["baseOffset"] == 2
    assert facts[1]["lastOffset"] == 3
    assert facts[1]["count"] == 2
    assert facts[1]["producerId"] == 7
    assert facts[1]["baseSequence"] == 2
    assert facts[1]["compresscodec"] == "none"
    assert facts[1]["isvalid"] is True
    assert facts[1]["position"] == facts[0]["size"]


def test_records_follow_their_batch(data: Path) -> None:
    batch, one, two, *_ = dump(first(data, ".log"), has_records=True)

    assert batch["baseOffset"] == 0
    assert (one["offset"], one["key"], one["value"]) == (0, "k", "value 0")
    assert (two["offset"], two["value"]) == (1, "second")
    assert as_text(one).startswith("| offset: 0 ")


def test_bytes_that_are_no_text_are_base64(tmp_path: Path) -> None:
    path = tmp_path / f"{0:020d}.log"
    path.write_bytes(build_batch([NewRecord(1, b"\xff", None, (("h", b"\xfe"),))]))

    _, record = dump(path, has_records=True)

    assert record["key"] == {"base64": "/w=="}
    assert record["value"] is None
    assert record["valueSize"] == -1
    assert record["headers"] == {"h": {"base64": "/g=="}}


def test_damaged_bytes_are_told_and_passed_over(data: Path) -> None:
    path = first(data, ".log")
    sound = dump(path)
    content = bytearray(path.read_bytes())
    content[70] ^= 1
    path.write_bytes(content)

    facts = dump(path)

    assert facts[0] == {"noBatch": True, "position": 0, "size": sound[0]["size"]}
    assert facts[1:] == sound[1:]


def test_segment_on_its_way_in_or_out_is_shown_like_any_other(data: Path) -> None:
    path = first(data, ".log")
    sound = dump(path)
    for suffix in (".swap", ".cleaned", ".deleted"):
        path = path.rename(first(data, f".log{suffix}"))
        assert dump(path) == sound


def test_indexes_name_offsets_positions_and_times(data: Path) -> None:
    batches = dump(first(data, ".log"))
    offsets = dump(first(data, ".index"))
    times = dump(first(data, ".timeindex"))

    positions = {each["position"]: each["lastOffset"] for each in batches}
    assert offsets
    assert all(positions[each["position"]] == each["offset"] for each in offsets)
    assert times
    assert all(each["timestamp"] for each in times)


def test_producer_snapshot_names_the_last_batch(data: Path) -> None:
    path = max((data / "orders-0").glob("*.snapshot"))

    (producer,) = dump(path)

    assert producer["producerId"] == 7
    assert producer["lastOffset"] == 79
    assert producer["lastSequence"] == 79


def test_checkpoints_are_shown_line_by_line(data: Path) -> None:
    assert dump(data / "recovery-point-offset-checkpoint") == [
        {"topic": "orders", "partition": 0, "offset": 80}
    ]
    assert dump(data / "orders-0" / "leader-epoch-checkpoint") == [{"epoch": 1, "startOffset": 0}]
    (metadata,) = dump(data / "orders-0" / "partition.metadata")
    assert metadata["topicId"]


def test_journal_of_groups_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "__consumer_offsets-3"
    folder.mkdir()
    path = folder / f"{0:020d}.log"
    commit = offset_record(OffsetKey("g", "orders", 2), CommittedOffset(41, 0, "note", 5))
    group = group_record("g", GroupMetadata("consumer", 3, "range", "m", 9, ()))
    gone = offset_record(OffsetKey("g", "orders", 1), None)
    records = [NewRecord(1, each.key, each.value) for each in (commit, group, gone)]
    path.write_bytes(build_batch(records))

    _, first_record, second, third = dump(path, has_records=True)

    assert first_record["journal"] == "offset"
    assert first_record["key"] == {"group_id": "g", "topic": "orders", "partition": 2}
    assert isinstance(first_record["value"], dict)
    assert first_record["value"]["offset"] == 41
    assert second["journal"] == "group"
    assert isinstance(second["value"], dict)
    assert second["value"]["generation_id"] == 3
    assert third["value"] is None


def test_file_of_another_kind_is_refused_with_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("x")

    with pytest.raises(UnknownFile, match=r"<offset>\.log"):
        dump(path)


def test_malformed_checkpoint_is_told(tmp_path: Path) -> None:
    path = tmp_path / "leader-epoch-checkpoint"
    path.write_text("9\n")

    with pytest.raises(MalformedFile, match="leader-epoch-checkpoint"):
        dump(path)
