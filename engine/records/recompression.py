"""Storing a batch with another codec than its producer chose (`compression.type` of the topic).

Only the payload is inflated and deflated again; the records in it are not parsed.
"""

from engine.records.batch import (
    COMPRESSION_MASK,
    HEADER_SIZE,
    LOG_OVERHEAD,
    pack_header,
    read_header,
    stamp_crc,
)
from engine.records.compression import Compression, compress
from engine.records.crc import Buffer
from engine.records.record import payload


def recompress(
    batch: Buffer, codec: Compression, *, level: int | None, inflated_bytes_max: int
) -> bytearray:
    """The same records compressed with `codec`; exactly one batch in, a new one out.

    Raises CorruptBatch for a payload that does not decode and PayloadTooLarge for one that
    inflates beyond `inflated_bytes_max`.
    """
    header = read_header(batch)
    packed = compress(payload(batch, inflated_bytes_max), codec, level)
    fresh = header._replace(
        length=HEADER_SIZE - LOG_OVERHEAD + len(packed),
        attributes=header.attributes & ~COMPRESSION_MASK | codec,
    )
    result = bytearray(pack_header(fresh))
    result += packed
    stamp_crc(result)
    return result
