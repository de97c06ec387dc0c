"""Talks about offsets: found by position, time and epoch; records deleted; producer ids."""

from collections.abc import Mapping, Sequence

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)
from engine.protocol.messages.init_producer_id import InitProducerIdRequest
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from engine.protocol.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from tests.kafka.answers.produce_talks import T0, keyed, put
from tests.kafka.answers.talk import Step, ask, topic
from tests.support.running_engine import batch

INIT_PRODUCER_ID = (
    ask(
        "fresh",
        InitProducerIdRequest(None, 60_000),
        *range(6),
        until=lambda answer: answer.error_code != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    ),
    ask("no time", InitProducerIdRequest(None, 0), *range(6)),
    ask("negative time", InitProducerIdRequest(None, -1), 5),
    ask("huge time", InitProducerIdRequest(None, 2**31 - 1), 5),
    ask("empty id", InitProducerIdRequest("", 60_000), *range(6)),
    ask("id and epoch", InitProducerIdRequest(None, 60_000, 5, 3), 3, 5),
    ask("id without epoch", InitProducerIdRequest(None, 60_000, 5, -1), 3, 5),
    ask("epoch without id", InitProducerIdRequest(None, 60_000, -1, 5), 3, 5),
    ask("negative id", InitProducerIdRequest(None, 60_000, -5, -5), 5),
    ask("largest epoch", InitProducerIdRequest(None, 60_000, 5, 32_767), 5),
)

TIMES = (T0, T0 + 10, T0 + 10, T0 + 5, T0 + 20)


def _at(
    *asked: tuple[int, int], name: str = "lo", epoch: int = -1, level: int = 0
) -> ListOffsetsRequest:
    return ListOffsetsRequest(
        replica_id=-1,
        isolation_level=level,
        topics=[
            ListOffsetsTopic(
                name,
                [ListOffsetsPartition(index, epoch, timestamp) for index, timestamp in asked],
            )
        ],
        timeout_ms=1_000,
    )


LIST_OFFSETS = (
    topic("lo", 3),
    topic("lo-append-time", 1, message_timestamp_type="LogAppendTime"),
    *(
        ask(f"fill {n}", put("lo", batch(b"v", timestamp_ms=time)), 12)
        for n, time in enumerate(TIMES)
    ),
    ask(
        "fill one batch",
        put(
            "lo",
            build_batch(
                [NewRecord(T0 + n, None, b"v") for n in (3, 9, 6, 1)], compression=Compression.LZ4
            ),
            indexes=[1],
        ),
        12,
    ),
    ask("fill append time", put("lo-append-time", batch(b"a", b"b")), 12),
    *(
        ask(f"position {position}", _at((0, position), (1, position), (2, position)), *range(1, 12))
        for position in (-1, -2, -3, -4, -5, -6, -7, -100, -(2**63))
    ),
    *(
        ask(f"time {delta}", _at((0, T0 + delta), (1, T0 + delta), (2, T0 + delta)), 1, 4, 11)
        for delta in (-1, 0, 1, 3, 4, 5, 6, 7, 9, 10, 11, 20, 21)
    ),
    ask("time 0", _at((0, 0)), 1, 11),
    ask("the last time there is", _at((0, 2**63 - 1)), 1, 11),
    ask("append time", _at((0, 0), name="lo-append-time"), 11),
    ask("append time, the largest", _at((0, -3), name="lo-append-time"), 11),
    ask("read committed", _at((0, -1), (1, -1), level=1), 2, 5, 11),
    ask("read committed by time", _at((0, T0 + 20), level=1), 11),
    ask("unknown level", _at((0, -1), level=7), 11),
    ask("unknown partition", _at((3, -1), (-1, -2)), 1, 5, 11),
    ask("unknown topic", _at((0, -1), name="gone"), 1, 5, 11),
    ask("illegal topic", _at((0, -1), name="a/b"), 11),
    ask("empty topic", _at((0, -1), name=""), 11),
    ask("twice", _at((0, -1), (0, -2)), 1, 11),
    ask("no partitions", _at(), 11),
    ask("epoch 0", _at((0, -1), epoch=0), 4, 11),
    ask("epoch 9", _at((0, -1), epoch=9), 4, 11),
    ask("epoch -2", _at((0, -1), epoch=-2), 11),
    ask("as a replica", ListOffsetsRequest(replica_id=1, topics=_at((0, -1)).topics), 5, 11),
    ask("as a debugger", ListOffsetsRequest(replica_id=-2, topics=_at((0, -1)).topics), 5, 11),
)


def _epochs(
    *asked: tuple[int, int, int], name: str = "epochs", replica: int = -1
) -> OffsetForLeaderEpochRequest:
    return OffsetForLeaderEpochRequest(
        replica,
        [OffsetForLeaderTopic(name, [OffsetForLeaderPartition(*each) for each in asked])],
    )


EPOCHS = (
    topic("epochs", 2),
    ask("fill", put("epochs", batch(b"a", b"b", b"c")), 12),
    *(
        ask(
            f"epoch {epoch}, believed {believed}",
            _epochs((0, believed, epoch), (1, believed, epoch)),
            2,
            3,
            4,
        )
        for believed in (-1, 0, 1)
        for epoch in (-1, 0, 1, -2)
    ),
    ask("unknown partition", _epochs((5, -1, 0), (-1, -1, 0)), 2, 4),
    ask("unknown topic", _epochs((0, -1, 0), name="gone"), 2, 4),
    ask("illegal topic", _epochs((0, -1, 0), name="a/b"), 4),
    ask("twice", _epochs((0, -1, 0), (0, -1, 0)), 4),
    ask("as a replica", _epochs((0, -1, 0), replica=1), 3, 4),
    ask("no topics", OffsetForLeaderEpochRequest(-1, []), 4),
)


def _delete(*asked: tuple[int, int], name: str = "dr", time: int = 10_000) -> DeleteRecordsRequest:
    return DeleteRecordsRequest(
        [DeleteRecordsTopic(name, [DeleteRecordsPartition(*each) for each in asked])], time
    )


DELETE_RECORDS = (
    topic("dr", 2),
    topic("dr-compacted", 1, cleanup_policy="compact"),
    topic("dr-both", 1, cleanup_policy="compact,delete"),
    ask("fill", put("dr", batch(b"a", b"b", b"c", b"d", b"e"), batch(b"f")), 12),
    ask("fill compacted", put("dr-compacted", keyed()), 12),
    ask("fill both", put("dr-both", keyed()), 12),
    ask("to 1", _delete((0, 1)), 0),
    ask("to 2", _delete((0, 2)), 1, 2),
    ask("to 0, which is gone", _delete((0, 0)), 2),
    ask("to 1, which is gone", _delete((0, 1)), 2),
    ask("where it starts", _at((0, -2), name="dr"), 5),
    ask("beyond the end", _delete((0, 6)), 0, 2),
    ask("far beyond the end", _delete((0, 2**63 - 1)), 2),
    ask("minus two", _delete((0, -2)), 2),
    ask("to the end", _delete((0, -1)), 2),
    ask("to the end again", _delete((0, -1)), 2),
    ask("to the end by number", _delete((1, 1)), 2),
    ask("an empty partition to 0", _delete((1, 1)), 2),
    ask("unknown partition", _delete((2, 0), (-1, 0)), 0, 2),
    ask("unknown topic", _delete((0, 0), name="gone"), 0, 2),
    ask("illegal topic", _delete((0, 0), name="a/b"), 2),
    ask("compacted", _delete((0, 1), name="dr-compacted"), 2),
    ask("compacted and deleted", _delete((0, 1), name="dr-both"), 2),
    ask("twice", _delete((1, 1), (1, 0)), 2),
    ask("no topics", DeleteRecordsRequest([], 1_000), 2),
    ask("good and bad", _delete((0, 5), (7, 0)), 2),
    ask("in no time", _delete((0, -1), time=0), 2),
    ask("fill on", put("dr", batch(b"g")), 12),
    ask("after it", _at((0, -2), (0, -1), name="dr"), 5),
    ask("after it, each", _at((0, -1), (1, -2), name="dr"), 5),
)

TALKS: Mapping[str, Sequence[Step]] = {
    "init producer id": INIT_PRODUCER_ID,
    "list offsets": LIST_OFFSETS,
    "offset for leader epoch": EPOCHS,
    "delete records": DELETE_RECORDS,
}
