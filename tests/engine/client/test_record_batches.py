"""Opening fetched batches as a consumer does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.client.errors import BrokerError, ClientError, Unsupported
from engine.client.record_batches import Opened, open_batches
from engine.client.selection import EVERYTHING, Selection
from engine.protocol.error_codes import ErrorCode
from engine.records.batch import stamp_crc
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.control import ControlType, EndMarker, build_end_marker

LIMIT = 1 << 20


def batch(base_offset: int, *values: str, producer_id: int = -1, compression: int = 0) -> bytes:
    records = [NewRecord(1000 + n, None, value.encode()) for n, value in enumerate(values)]
    return bytes(
        build_batch(
            records,
            base_offset=base_offset,
            producer_id=producer_id,
            is_transactional=producer_id >= 0,
            compression=Compression(compression),
        )
    )


def marker(offset: int, producer_id: int, control_type: ControlType) -> bytes:
    built = build_end_marker(
        EndMarker(control_type, 0), timestamp_ms=1, producer_id=producer_id, producer_epoch=0
    )
    built[:8] = offset.to_bytes(8, "big")
    return bytes(built)


def opened(
    data: bytes,
    position: int = 0,
    aborted: tuple[tuple[int, int], ...] = (),
    selection: Selection = EVERYTHING,
) -> Opened:
    result = Opened(next_offset=position)
    for _ in open_batches(
        memoryview(data), result, aborted=aborted, limit_bytes=LIMIT, selection=selection
    ):
        pass
    return result


def values(result: Opened) -> list[str]:
    return [(record.value or b"").decode() for record in result.records]


def test_batches_follow_each_other() -> None:
    result = opened(batch(5, "a", "b") + batch(7, "c", compression=4), 5)
    assert values(result) == ["a", "b", "c"]
    assert result.next_offset == 8
    assert result.error is None


def test_records_before_the_position_are_left_out() -> None:
    result = opened(batch(5, "a", "b", "c"), 6)
    assert values(result) == ["b", "c"]


def test_batches_that_a_selection_passes_over_are_counted_with_their_times() -> None:
    data = batch(0, "a", "b") + batch(2, "c", "wanted") + batch(4, "d", "e", "f", compression=1)
    result = opened(data, selection=Selection(literals=(frozenset({b"wanted"}),)))
    assert values(result) == ["c", "wanted"]
    assert (result.next_offset, result.passed_over) == (7, 5)
    assert (result.first_timestamp_ms, result.last_timestamp_ms) == (1000, 1002)


def test_batches_that_are_too_old_are_passed_over_by_their_header() -> None:
    data = batch(0, "a") + batch(1, "b", "c")
    result = opened(data, selection=Selection(since_ms=1001))
    assert values(result) == ["b", "c"]
    assert result.passed_over == 1


def test_a_batch_that_is_cut_off_is_left_for_the_next_fetch() -> None:
    data = batch(5, "a") + batch(6, "b")[:-1]
    result = opened(data, 5)
    assert values(result) == ["a"]
    assert (result.next_offset, result.error) == (6, None)


def test_a_tail_shorter_than_a_header_is_left() -> None:
    assert opened(batch(5, "a") + bytes(10), 5).next_offset == 6


def test_control_batches_are_passed_over() -> None:
    data = batch(0, "a", producer_id=9) + marker(1, 9, ControlType.COMMIT) + batch(2, "b")
    result = opened(data)
    assert values(result) == ["a", "b"]
    assert result.next_offset == 3


def test_an_aborted_transaction_is_left_out_and_what_follows_it_is_not() -> None:
    data = (
        batch(0, "aborted", producer_id=9)
        + batch(1, "other", producer_id=8)
        + batch(2, "aborted", producer_id=9)
        + marker(3, 9, ControlType.ABORT)
        + batch(4, "later", producer_id=9)
        + marker(5, 9, ControlType.COMMIT)
    )
    result = opened(data, aborted=((0, 9),))
    assert values(result) == ["other", "later"]
    assert result.next_offset == 6


def test_an_abort_that_begins_later_does_not_hide_what_came_before() -> None:
    data = batch(0, "kept", producer_id=9) + marker(1, 9, ControlType.COMMIT)
    data += batch(2, "aborted", producer_id=9) + marker(3, 9, ControlType.ABORT)
    assert values(opened(data, aborted=((2, 9),))) == ["kept"]


def test_a_damaged_batch_stops_reading_with_what_came_before() -> None:
    damaged = bytearray(batch(6, "b"))
    damaged[-1] ^= 1
    result = opened(batch(5, "a") + damaged + batch(7, "c"), 5)
    assert values(result) == ["a"]
    assert result.next_offset == 6
    assert isinstance(result.error, BrokerError)
    assert result.error.code is ErrorCode.CORRUPT_MESSAGE
    assert "offset 6" in str(result.error)


def test_a_length_that_is_none_stops_reading() -> None:
    broken = bytearray(batch(5, "a"))
    broken[8:12] = (1).to_bytes(4, "big")
    assert isinstance(opened(bytes(broken), 5).error, BrokerError)


def test_an_old_record_format_is_unsupported() -> None:
    old = bytearray(batch(5, "a"))
    old[16] = 1
    assert isinstance(opened(bytes(old), 5).error, Unsupported)


def test_offsets_that_compaction_took_out_are_passed_over() -> None:
    compacted = bytearray(batch(5, "a"))
    compacted[23:27] = (4).to_bytes(4, "big")
    stamp_crc(compacted)
    result = opened(bytes(compacted), 5)
    assert result.next_offset == 10
    assert [record.offset for record in result.records] == [5]


@given(
    compression=st.integers(0, 4),
    at=st.integers(21, 200),
    patch=st.binary(min_size=1, max_size=6),
    is_control=st.booleans(),
)
@settings(max_examples=600)
def test_a_batch_of_nonsense_with_a_good_checksum_is_read_or_damaged(
    compression: int, at: int, patch: bytes, is_control: bool
) -> None:
    records = [NewRecord(n, b"key", b"value" * 3, (("h", b"x"),)) for n in range(4)]
    data = build_batch(
        records,
        compression=Compression(compression),
        is_control=is_control,
        is_transactional=is_control,
    )
    at = min(at, len(data) - 1)
    data[at : at + len(patch)] = patch[: len(data) - at]
    stamp_crc(data)
    result = opened(bytes(data))
    assert result.error is None or isinstance(result.error, ClientError)


def test_aborted_records_are_kept_and_told_where_they_are_wanted() -> None:
    data = (
        batch(0, "aborted", "too", producer_id=9)
        + batch(2, "other", producer_id=8)
        + marker(3, 9, ControlType.ABORT)
        + batch(4, "plain")
    )
    result = Opened(next_offset=0)
    for _ in open_batches(
        memoryview(data), result, aborted=((0, 9),), limit_bytes=LIMIT, keeps_aborted=True
    ):
        pass
    assert values(result) == ["aborted", "too", "other", "plain"]
    assert result.transactional == [range(2), range(2, 3)]
    assert result.aborted == [range(2)]
