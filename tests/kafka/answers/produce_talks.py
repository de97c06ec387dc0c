"""Talks about producing: what is taken, what is refused, sequences of idempotent producers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.protocol.messages.describe_producers import DescribeProducersRequest, TopicRequest
from engine.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from engine.records.batch import stamp_crc
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from tests.kafka.answers.talk import Seen, Step, ask, topic
from tests.support.running_engine import batch

T0 = 1_700_000_000_000
FUTURE = 4_000_000_000_000


def put(
    name: str,
    *batches: bytes | bytearray | None,
    acks: int = -1,
    indexes: Sequence[int] | None = None,
    transactional_id: str | None = None,
) -> ProduceRequest:
    """One batch for each partition, from 0 on unless indexes are given."""
    numbers = range(len(batches)) if indexes is None else indexes
    partitions = [PartitionProduceData(*each) for each in zip(numbers, batches, strict=True)]
    return ProduceRequest(
        transactional_id=transactional_id,
        acks=acks,
        timeout_ms=10_000,
        topic_data=[TopicProduceData(name=name, partition_data=partitions)],
    )


def by_id(name: str, *batches: bytes | bytearray | None) -> Callable[[Seen], ProduceRequest]:
    """The same by topic id, as from version 13 on."""

    def made(seen: Seen) -> ProduceRequest:
        request = put(name, *batches)
        request.topic_data[0].topic_id = seen.topic_id(name)
        return request

    return made


def _unknown_id(seen: Seen) -> ProduceRequest:
    request = put("", batch(b"a"))
    request.topic_data[0].topic_id = b"\7" * 16
    return request


def changed(made: bytearray, at: int, *values: int, crc: bool = True) -> bytearray:
    """A batch with other bytes at a position; its CRC is made to fit unless told otherwise."""
    made[at : at + len(values)] = bytes(values)
    if crc:
        stamp_crc(made)
    return made


def keyed(**fields: Any) -> bytearray:
    return batch(b"v", key=b"k", **fields)


def _records(*keys: bytes | None, **fields: Any) -> bytearray:
    return build_batch([NewRecord(T0, key, b"v") for key in keys], **fields)


_HUGE = bytes(1_048_600)
_LOG_APPEND_TIME = 0x08
_ATTRIBUTES_AT, _LAST_DELTA_AT, _COUNT_AT, _MAGIC_AT, _LENGTH_AT = 22, 23, 57, 16, 8

PRODUCE = (
    topic("pro", 3),
    topic("pro-compacted", 2, cleanup_policy="compact"),
    topic("pro-small", 1, max_message_bytes="500"),
    topic("pro-append-time", 1, message_timestamp_type="LogAppendTime"),
    topic("pro-past", 1, message_timestamp_before_max_ms="1000"),
    topic("pro-gzip", 1, compression_type="gzip"),
    topic("pro-plain", 1, compression_type="uncompressed"),
    topic("pro-two", 1, min_insync_replicas="2"),
    *(ask("one", put("pro", batch(b"a")), v) for v in range(3, 13)),
    ask("by id", by_id("pro", batch(b"a"), batch(b"b")), 13),
    ask("unknown id", _unknown_id, 13),
    ask("by no id", put("pro", batch(b"a")), 13),
    ask("unknown topic", put("gone", batch(b"a")), 3, 7, 12),
    ask("illegal topic", put("a/b", batch(b"a")), 12),
    ask("unknown partition", put("pro", batch(b"a"), indexes=[3]), 12),
    ask("negative partition", put("pro", batch(b"a"), indexes=[-1]), 12),
    ask("huge partition", put("pro", batch(b"a"), indexes=[2**31 - 1]), 12),
    *(ask(f"acks {acks}", put("pro", batch(b"a"), acks=acks), 3, 12) for acks in (1, 2, -2, 100)),
    ask("no topics", ProduceRequest(acks=-1, timeout_ms=1000), 3, 12),
    ask("no partitions", put("pro"), 12),
    ask("no records", put("pro", b""), 3, 8, 12),
    ask("three bytes", put("pro", b"abc"), 3, 12),
    ask("half a header", put("pro", bytes(30)), 12),
    ask("half a batch", put("pro", batch(b"abcdefgh")[:-3]), 12),
    ask("two batches", put("pro", batch(b"a") + batch(b"b")), 12),
    ask("bytes behind a batch", put("pro", batch(b"a") + b"xyz"), 12),
    ask("bad crc", put("pro", changed(batch(b"a"), 17, 0, 0, 0, 0, crc=False)), 3, 12),
    ask(
        "bad crc beside a good one",
        put("pro", changed(batch(b"a"), 20, 0, crc=False), batch(b"b")),
        12,
    ),
    ask("magic 1", put("pro", changed(batch(b"a"), _MAGIC_AT, 1)), 3, 12),
    ask("magic 0", put("pro", changed(batch(b"a"), _MAGIC_AT, 0)), 12),
    ask("magic 3", put("pro", changed(batch(b"a"), _MAGIC_AT, 3)), 12),
    ask(
        "magic 1 beside a good one", put("pro", changed(batch(b"a"), _MAGIC_AT, 1), batch(b"b")), 12
    ),
    ask("length too large", put("pro", changed(batch(b"a"), _LENGTH_AT, 0, 0, 1, 0)), 12),
    ask("length too small", put("pro", changed(batch(b"a"), _LENGTH_AT, 0, 0, 0, 40)), 12),
    ask("length negative", put("pro", changed(batch(b"a"), _LENGTH_AT, 255, 255, 255, 255)), 12),
    ask("count beyond deltas", put("pro", changed(batch(b"a"), _COUNT_AT, 0, 0, 0, 2)), 12),
    ask("count of none", put("pro", changed(batch(b"a"), _COUNT_AT, 0, 0, 0, 0)), 12),
    ask("count negative", put("pro", changed(batch(b"a"), _COUNT_AT, 255, 255, 255, 255)), 12),
    ask("delta beyond count", put("pro", changed(batch(b"a"), _LAST_DELTA_AT, 0, 0, 0, 5)), 12),
    ask("control", put("pro", batch(b"a", is_control=True)), 12),
    ask("unknown codec", put("pro", changed(batch(b"a"), _ATTRIBUTES_AT, 5)), 12),
    ask("compressed rubbish", put("pro", changed(batch(b"a"), _ATTRIBUTES_AT, 1)), 12),
    ask(
        "log append time of its own",
        put("pro", changed(batch(b"a"), _ATTRIBUTES_AT, _LOG_APPEND_TIME)),
        12,
    ),
    ask("base offset", put("pro", batch(b"a", base_offset=77)), 12),
    ask("sequence without producer", put("pro", batch(b"a", base_sequence=3)), 12),
    ask(
        "producer without sequence",
        put("pro", batch(b"a", producer_id=9_000, producer_epoch=0)),
        12,
    ),
    ask("producer without epoch", put("pro", batch(b"a", producer_id=9_000, base_sequence=0)), 12),
    ask(
        "transactional without an id",
        put(
            "pro",
            batch(
                b"a", is_transactional=True, producer_id=9_000, producer_epoch=0, base_sequence=0
            ),
        ),
        12,
    ),
    *(
        ask(f"codec {codec.name}", put("pro", batch(b"abc", b"def", compression=codec)), 3, 7, 12)
        for codec in Compression
    ),
    ask("from the future", put("pro", batch(b"a", timestamp_ms=FUTURE)), 3, 8, 12),
    ask("no timestamp", put("pro", batch(b"a", timestamp_ms=-1)), 12),
    ask("from the past", put("pro-past", batch(b"a", timestamp_ms=T0)), 8, 12),
    ask("log append time", put("pro-append-time", batch(b"a", b"b")), 3, 12),
    ask(
        "log append time of the future",
        put("pro-append-time", batch(b"a", timestamp_ms=FUTURE)),
        12,
    ),
    ask("keys", put("pro-compacted", keyed()), 8, 12),
    ask("a key is missing", put("pro-compacted", _records(b"k", None, b"l", None)), 3, 7, 8, 12),
    ask("no key, packed", put("pro-compacted", _records(None, compression=Compression.LZ4)), 12),
    ask("missing key beside a good one", put("pro-compacted", _records(None), keyed()), 12),
    ask("as large as allowed", put("pro-small", batch(bytes(431))), 12),
    ask("one byte too large", put("pro-small", batch(bytes(432))), 3, 12),
    ask(
        "small once packed", put("pro-small", batch(bytes(5_000), compression=Compression.GZIP)), 12
    ),
    ask("larger than the default", put("pro", batch(_HUGE)), 12),
    ask("to be packed", put("pro-gzip", batch(b"a" * 100, b"b")), 12),
    ask(
        "to be packed otherwise", put("pro-gzip", batch(b"a", compression=Compression.ZSTD)), 7, 12
    ),
    ask("to be unpacked", put("pro-plain", batch(b"a" * 100, compression=Compression.LZ4)), 12),
    ask("more in sync than there are", put("pro-two", batch(b"a")), 12),
    ask("more in sync than there are, acks 1", put("pro-two", batch(b"a"), acks=1), 12),
    ask("same partition twice", put("pro", batch(b"a"), batch(b"b"), indexes=[1, 1]), 12),
    ask(
        "several partitions",
        put("pro", batch(b"a"), batch(b"b"), batch(b"c"), indexes=[2, 0, 9]),
        12,
    ),
    ask("transactional id", put("pro", batch(b"a"), indexes=[2], transactional_id="tx"), 12),
    ask("acks 0", put("pro", batch(b"a"), acks=0), 12, answers=False),
    ask("after acks 0", put("pro", batch(b"a")), 12),
    ask("acks 0 that fails", put("gone", batch(b"a"), acks=0), 12, answers=False),
    ask("after acks 0 that failed", put("pro", batch(b"a")), 12),
    ask("once more", put("pro", batch(b"a")), 12),
)


def sequence(first: int, *, producer: int = 9_100, epoch: int = 0, values: int = 1) -> bytearray:
    """A batch of an idempotent producer."""
    return batch(*[b"v"] * values, producer_id=producer, producer_epoch=epoch, base_sequence=first)


IDEMPOTENCE = (
    topic("idem", 3),
    topic("idem-b", 3),
    ask("begins", put("idem", sequence(0)), 12),
    *(ask(f"goes on {n}", put("idem", sequence(n)), 12) for n in range(1, 7)),
    *(ask(f"again {n}", put("idem", sequence(n)), 3, 12) for n in (6, 5, 4, 3, 2)),
    ask("again, too old", put("idem", sequence(1)), 3, 12),
    ask("a gap", put("idem", sequence(9)), 3, 12),
    ask("a part again", put("idem", sequence(6, values=2)), 12),
    ask("higher epoch not from 0", put("idem", sequence(7, epoch=1)), 12),
    ask("higher epoch", put("idem", sequence(0, epoch=1)), 12),
    ask("lower epoch", put("idem", sequence(7)), 12),
    ask("lower epoch, version 3", put("idem", sequence(7)), 3),
    ask("unknown producer not from 0", put("idem", sequence(40, producer=9_200)), 12),
    ask("and goes on", put("idem", sequence(41, producer=9_200)), 12),
    ask("before the wrap", put("idem-b", sequence(2**31 - 2, producer=9_300, values=2)), 12),
    ask("after the wrap", put("idem-b", sequence(0, producer=9_300, values=2)), 12),
    ask("across the wrap", put("idem-b", sequence(2**31 - 1, producer=9_400, values=3)), 12),
    ask("after crossing", put("idem-b", sequence(2, producer=9_400)), 12),
    ask(
        "several in one, one bad",
        put("idem", sequence(0, producer=9_500), sequence(5, producer=9_100)),
        12,
    ),
    ask(
        "producers",
        DescribeProducersRequest(
            [TopicRequest("idem", [0, 1, 2, 9, -1]), TopicRequest("gone", [0])]
        ),
    ),
    ask(
        "producers of nothing",
        DescribeProducersRequest(
            [TopicRequest("idem", []), TopicRequest("", [0]), TopicRequest("a/b", [0])]
        ),
    ),
    ask("producers asked twice", DescribeProducersRequest([TopicRequest("idem", [0, 0])])),
    ask("producers of no topic", DescribeProducersRequest([])),
)

TALKS: Mapping[str, Sequence[Step]] = {"produce": PRODUCE, "idempotence": IDEMPOTENCE}
