"""Another codec for the same records: contents and header stay, size, codec and CRC follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import has_valid_crc, read_header
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression, compress
from engine.records.errors import CorruptBatch, PayloadTooLarge, UnsupportedCompression
from engine.records.recompression import recompress
from engine.records.record import iterate_records
from tests.support.foreign_batches import DECODERS
from tests.support.golden_batches import (
    APPEND_TIME,
    COMPRESSED,
    PLAIN,
    RECORDS,
    TRANSACTIONAL,
    holding,
)
from tests.support.new_records import NEW_RECORDS_OF_BATCH

CODECS = st.sampled_from(list(Compression))
LIMIT = 1 << 20


@given(CODECS, CODECS)
def test_records_of_a_real_kafka_stay(source: Compression, target: Compression) -> None:
    made = recompress(COMPRESSED[source], target, level=None, inflated_bytes_max=LIMIT)
    assert list(iterate_records(made, LIMIT)) == list(RECORDS)
    assert has_valid_crc(made)
    for decode in DECODERS.values():
        assert decode(bytes(made)) == list(RECORDS)


@given(CODECS, CODECS, NEW_RECORDS_OF_BATCH)
def test_header_changes_in_size_codec_and_crc_alone(
    source: Compression, target: Compression, records: list[NewRecord]
) -> None:
    batch = build_batch(records, compression=source, producer_id=5, producer_epoch=1)
    before = read_header(batch)
    made = recompress(batch, target, level=None, inflated_bytes_max=LIMIT)
    after = read_header(made)
    assert after.size_bytes == len(made)
    assert after.compression is target
    restored = after._replace(length=before.length, crc=before.crc, attributes=before.attributes)
    assert restored == before


@pytest.mark.parametrize("source", list(Compression))
def test_uncompressed_again_is_the_plain_batch(source: Compression) -> None:
    made = recompress(COMPRESSED[source], Compression.NONE, level=None, inflated_bytes_max=LIMIT)
    assert made == PLAIN


@pytest.mark.parametrize("batch", [APPEND_TIME, TRANSACTIONAL])
def test_other_attributes_stay(batch: bytes) -> None:
    made = recompress(batch, Compression.LZ4, level=None, inflated_bytes_max=LIMIT)
    assert read_header(made).attributes == read_header(batch).attributes | Compression.LZ4
    assert recompress(made, Compression.NONE, level=None, inflated_bytes_max=LIMIT) == batch


def test_level_reaches_the_codec() -> None:
    batch = build_batch([NewRecord(1, None, b"value %d" % n) for n in range(2_000)])
    fast, small = (
        recompress(batch, Compression.GZIP, level=level, inflated_bytes_max=LIMIT)
        for level in (1, 9)
    )
    assert len(small) < len(fast)


def test_source_is_left_as_it_was() -> None:
    source = bytearray(PLAIN)
    recompress(source, Compression.ZSTD, level=None, inflated_bytes_max=LIMIT)
    assert source == PLAIN


def test_bomb_is_refused_at_the_limit() -> None:
    bomb = build_batch([NewRecord(1, None, bytes(LIMIT))], compression=Compression.ZSTD)
    with pytest.raises(PayloadTooLarge):
        recompress(bomb, Compression.NONE, level=None, inflated_bytes_max=LIMIT)


@pytest.mark.parametrize("codec", [each for each in Compression if each is not Compression.NONE])
def test_payload_that_is_cut_short_is_not_stored_as_whole(codec: Compression) -> None:
    """The records are not parsed, so it is the codec that has to notice."""
    packed = compress(PLAIN[61:], codec)
    cut = holding(packed[:-1], attributes=int(codec), record_count=3)
    with pytest.raises(CorruptBatch):
        recompress(cut, Compression.NONE, level=None, inflated_bytes_max=LIMIT)


def test_codec_that_is_not_assigned_is_unsupported() -> None:
    with pytest.raises(UnsupportedCompression):
        recompress(
            holding(b"x", attributes=6), Compression.GZIP, level=None, inflated_bytes_max=LIMIT
        )
