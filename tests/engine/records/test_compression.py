"""The five codecs: round trips, foreign encoders, and input that means harm."""

import random
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import cramjam
import lz4.frame
import pytest
import zstandard
from aiokafka import codec as aiokafka_codec
from hypothesis import given
from hypothesis import strategies as st
from kafka import codec as kafka_python_codec

from engine.records.codecs.snappy import BLOCK_BYTES, XERIAL_HEADER
from engine.records.compression import (
    Compression,
    codec_of,
    compress,
    decompress,
)
from engine.records.errors import CorruptBatch, PayloadTooLarge, UnsupportedCompression

PACKING = [each for each in Compression if each is not Compression.NONE]
LIMIT = 1 << 20
SAMPLE = b"".join(b"record %d of many; " % number for number in range(5_000))
"""About 100 kB: several blocks of every codec."""

RANDOM_BYTES = random.Random(1).randbytes(300_000)

FOREIGN_ENCODERS: dict[Compression, list[Callable[[bytes], bytes]]] = {
    Compression.GZIP: [kafka_python_codec.gzip_encode, aiokafka_codec.gzip_encode],
    Compression.SNAPPY: [
        kafka_python_codec.snappy_encode,
        aiokafka_codec.snappy_encode,
        lambda data: bytes(cramjam.snappy.compress_raw(data)),
    ],
    Compression.LZ4: [kafka_python_codec.lz4_encode, aiokafka_codec.lz4_encode],
    Compression.ZSTD: [kafka_python_codec.zstd_encode, aiokafka_codec.zstd_encode],
}
FOREIGN_DECODERS: dict[Compression, list[Callable[[bytes], bytes]]] = {
    Compression.GZIP: [kafka_python_codec.gzip_decode, aiokafka_codec.gzip_decode],
    Compression.SNAPPY: [kafka_python_codec.snappy_decode, aiokafka_codec.snappy_decode],
    Compression.LZ4: [kafka_python_codec.lz4_decode, aiokafka_codec.lz4_decode],
    Compression.ZSTD: [kafka_python_codec.zstd_decode, aiokafka_codec.zstd_decode],
}
PAYLOADS = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda data, times: data * times, st.binary(max_size=40), st.integers(0, 3_000)),
)


@given(st.sampled_from(list(Compression)), PAYLOADS)
def test_round_trip(codec: Compression, payload: bytes) -> None:
    assert decompress(compress(payload, codec), codec, len(payload)) == payload
    assert compress(memoryview(payload), codec) == compress(payload, codec)


@given(st.sampled_from(PACKING), PAYLOADS.filter(bool))
def test_other_clients_read_what_is_written(codec: Compression, payload: bytes) -> None:
    packed = compress(payload, codec)
    for decode in FOREIGN_DECODERS[codec]:
        assert decode(packed) == payload


@given(st.sampled_from(PACKING), PAYLOADS.filter(bool))
def test_what_other_clients_write_is_read(codec: Compression, payload: bytes) -> None:
    for encode in FOREIGN_ENCODERS[codec]:
        assert decompress(encode(payload), codec, len(payload)) == payload


@pytest.mark.parametrize(
    ("codec", "levels"),
    [
        (Compression.GZIP, [-1, 1, 9]),
        (Compression.LZ4, [1, 9, 17]),
        (Compression.ZSTD, [-131072, 1, 22]),
    ],
)
def test_every_level_of_the_codec_is_taken(codec: Compression, levels: list[int]) -> None:
    """The bounds are those that Kafka allows for `compression.*.level` (KIP-390)."""
    for level in levels:
        assert decompress(compress(SAMPLE, codec, level), codec, len(SAMPLE)) == SAMPLE


def test_codes_are_those_of_the_attributes() -> None:
    assert [codec_of(code) for code in range(5)] == list(Compression)
    for code in (5, 6, 7, -1):
        with pytest.raises(UnsupportedCompression):
            codec_of(code)


@pytest.mark.parametrize("codec", list(Compression))
def test_limit_is_the_last_size_that_passes(codec: Compression) -> None:
    packed = compress(SAMPLE, codec)
    assert decompress(packed, codec, len(SAMPLE)) == SAMPLE
    for limit in (len(SAMPLE) - 1, 0):
        with pytest.raises(PayloadTooLarge) as refused:
            decompress(packed, codec, limit)
        assert refused.value.limit_bytes == limit


def gzip_bomb(size: int) -> bytes:
    return zlib.compress(bytes(size), 9, 31)


def snappy_bomb(size: int) -> bytes:
    return bytes(cramjam.snappy.compress_raw(bytes(size)))


def xerial_bomb(size: int) -> bytes:
    block = snappy_bomb(1 << 20)
    return XERIAL_HEADER + (struct.pack(">i", len(block)) + block) * (size >> 20)


def lz4_bomb(size: int) -> bytes:
    return bytes(lz4.frame.compress(bytes(size), block_size=lz4.frame.BLOCKSIZE_MAX4MB))


def zstd_bomb(size: int) -> bytes:
    return zstandard.ZstdCompressor(write_content_size=False).compress(bytes(size))


@pytest.mark.parametrize(
    ("codec", "bomb"),
    [
        (Compression.GZIP, gzip_bomb),
        (Compression.SNAPPY, snappy_bomb),
        (Compression.SNAPPY, xerial_bomb),
        (Compression.LZ4, lz4_bomb),
        (Compression.ZSTD, zstd_bomb),
    ],
)
def test_bomb_takes_no_more_memory_than_the_limit(
    codec: Compression, bomb: Callable[[int], bytes]
) -> None:
    """64 MiB of zeros against a limit of 1 MiB, by what Python's allocators saw at most."""
    packed = bomb(64 << 20)
    tracemalloc.start()
    try:
        with pytest.raises(PayloadTooLarge):
            decompress(packed, codec, LIMIT)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 2 * LIMIT + 2 * len(packed)


@pytest.mark.parametrize("codec", PACKING)
def test_every_cut_is_corrupt(codec: Compression) -> None:
    packed = compress(SAMPLE[:2_000], codec)
    for length in range(len(packed)):
        if packed[:length] == XERIAL_HEADER:
            continue  # The format has no end: a stream of no blocks is complete.
        with pytest.raises(CorruptBatch):
            decompress(packed[:length], codec, LIMIT)


@pytest.mark.parametrize("codec", PACKING)
@pytest.mark.parametrize("tail", [b"\x00", b"more", b"\x00\x00\x00\x02more"])
def test_bytes_behind_the_payload_are_corrupt(codec: Compression, tail: bytes) -> None:
    with pytest.raises(CorruptBatch):
        decompress(compress(SAMPLE, codec) + tail, codec, LIMIT)


def test_zstd_frame_without_content_is_passed_over() -> None:
    skipped = b"\x5f\x2a\x4d\x18" + struct.pack("<I", 3) + b"any"
    packed = skipped + compress(SAMPLE, Compression.ZSTD) + skipped
    assert decompress(packed, Compression.ZSTD, LIMIT) == SAMPLE
    with pytest.raises(CorruptBatch):
        decompress(packed[:-1], Compression.ZSTD, LIMIT)


@pytest.mark.parametrize("data", [bytes(1 << 20), SAMPLE * 20, RANDOM_BYTES])
def test_every_kind_of_zstd_frame_is_seen_to_its_end(data: bytes) -> None:
    """With and without checksum and size; blocks raw, compressed and of one repeated byte."""
    for has_checksum in (False, True):
        for has_size in (False, True):
            compressor = zstandard.ZstdCompressor(
                write_checksum=has_checksum, write_content_size=has_size
            )
            packed = compressor.compress(data)
            assert decompress(packed, Compression.ZSTD, len(data)) == data
            with pytest.raises(CorruptBatch):
                decompress(packed[:-1], Compression.ZSTD, len(data))


@pytest.mark.parametrize("codec", [Compression.GZIP, Compression.ZSTD])
def test_members_of_a_stream_follow_each_other(codec: Compression) -> None:
    """Both formats allow it, and Java's readers take it."""
    first, second = SAMPLE[:50_000], SAMPLE[50_000:]
    packed = compress(first, codec) + compress(b"", codec) + compress(second, codec)
    assert decompress(packed, codec, len(SAMPLE)) == SAMPLE
    with pytest.raises(PayloadTooLarge):
        decompress(packed, codec, len(SAMPLE) - 1)


@given(st.sampled_from(PACKING), st.data())
def test_damage_is_an_error_of_ours_or_within_the_limit(
    codec: Compression, data: st.DataObject
) -> None:
    packed = bytearray(compress(SAMPLE[:3_000], codec))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        inflated = decompress(packed, codec, 10_000)
    except (CorruptBatch, PayloadTooLarge):
        return
    assert len(inflated) <= 10_000


@given(st.sampled_from(PACKING), st.binary(max_size=100))
def test_noise_is_an_error_of_ours_or_within_the_limit(codec: Compression, noise: bytes) -> None:
    try:
        inflated = decompress(noise, codec, 10_000)
    except (CorruptBatch, PayloadTooLarge):
        return
    assert len(inflated) <= 10_000


def test_xerial_blocks_are_those_of_the_java_client() -> None:
    packed = compress(SAMPLE[: BLOCK_BYTES + 1], Compression.SNAPPY)
    assert packed.startswith(bytes.fromhex("82534e4150505900 00000001 00000001"))
    sizes, position = [], 16
    while position < len(packed):
        (size,) = struct.unpack_from(">i", packed, position)
        block = packed[position + 4 : position + 4 + size]
        sizes.append(cramjam.snappy.decompress_raw_len(block))
        position += 4 + size
    assert sizes == [BLOCK_BYTES, 1]


@pytest.mark.parametrize("size", [-1, 2**31 - 1, 5, 0])
def test_lying_size_of_a_xerial_block_is_corrupt(size: int) -> None:
    block = bytes(cramjam.snappy.compress_raw(b"ab"))
    assert len(block) == 4
    with pytest.raises(CorruptBatch):
        decompress(XERIAL_HEADER + struct.pack(">i", size) + block, Compression.SNAPPY, LIMIT)


def test_snappy_block_that_claims_what_it_cannot_hold_is_corrupt() -> None:
    """Three bytes make at most 64: nothing is allocated for a claim beyond that."""
    honest = bytes(cramjam.snappy.compress_raw(bytes(1 << 16)))
    assert decompress(honest, Compression.SNAPPY, LIMIT) == bytes(1 << 16)
    claim = b"\x80\x80\x80\x80\x02"
    tracemalloc.start()
    try:
        with pytest.raises(CorruptBatch):
            decompress(claim + honest[3:], Compression.SNAPPY, 1 << 30)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 1 << 20


def test_content_size_of_a_zstd_frame_is_not_believed() -> None:
    frame = bytearray(zstandard.ZstdCompressor().compress(SAMPLE))
    assert zstandard.get_frame_parameters(bytes(frame)).content_size == len(SAMPLE)
    frame[6:10] = (0x7FFFFFFF).to_bytes(4, "little")
    with pytest.raises(CorruptBatch):
        decompress(frame, Compression.ZSTD, LIMIT)


@pytest.mark.parametrize("codec", PACKING)
def test_library_that_cannot_be_loaded_is_a_passing_fault(
    monkeypatch: pytest.MonkeyPatch, codec: Compression
) -> None:
    packed = compress(SAMPLE, codec)
    with monkeypatch.context() as patch:
        name = f"engine.records.codecs.{codec.name.lower()}"
        patch.setitem(sys.modules, name, None)
        patch.delattr(f"{name}")
        with pytest.raises(OSError, match="cannot load"):
            decompress(packed, codec, LIMIT)
    assert decompress(packed, codec, LIMIT) == SAMPLE
