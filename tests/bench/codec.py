"""What the codec costs: request and response of the hot APIs, in microseconds.

    python -m tests.bench.codec [--rounds 7]

Each figure is the best of some rounds, decoding the request and encoding the response, as a broker
does. Fetch carries one partition with 64 KiB of records, which are not copied.
"""

import argparse
import sys
import timeit
from collections.abc import Callable

from engine.protocol.codec import decode, encode, encode_bytes
from engine.protocol.layout import Message
from engine.protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    PartitionData,
)
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)
from engine.protocol.messages.produce import (
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
    TopicProduceResponse,
)

PARTITIONS = range(6)
RECORDS = bytes(65_536)
REPETITIONS = 5_000

Exchange = tuple[str, Message, Message, int]


def exchanges() -> list[Exchange]:
    """Name, request, response and version of what is measured."""
    return [
        ("Produce v9, one partition, 64 KiB", *_produce(), 9),
        ("Fetch v12, six partitions, 64 KiB", *_fetch(), 12),
        ("OffsetCommit v8, six partitions", *_offset_commit(), 8),
        ("Heartbeat v4", HeartbeatRequest("group", 1, "member-1"), HeartbeatResponse(), 4),
        ("Metadata v12, ten topics of six partitions", MetadataRequest(), _metadata(), 12),
    ]


def _produce() -> tuple[Message, Message]:
    data = [PartitionProduceData(3, RECORDS)]
    request = ProduceRequest(None, -1, 30_000, [TopicProduceData("orders", partition_data=data)])
    answer = [PartitionProduceResponse(3, base_offset=10)]
    return request, ProduceResponse([TopicProduceResponse("orders", partition_responses=answer)])


def _fetch() -> tuple[Message, Message]:
    asked = [FetchPartition(p, fetch_offset=1000, partition_max_bytes=1 << 20) for p in PARTITIONS]
    told = [PartitionData(p, high_watermark=100, records=b"" if p else RECORDS) for p in PARTITIONS]
    request = FetchRequest(max_wait_ms=500, topics=[FetchTopic("orders", partitions=asked)])
    response = FetchResponse(responses=[FetchableTopicResponse("orders", partitions=told)])
    return request, response


def _offset_commit() -> tuple[Message, Message]:
    asked = [OffsetCommitRequestPartition(p, 1000, committed_metadata="") for p in PARTITIONS]
    told = [OffsetCommitResponsePartition(p) for p in PARTITIONS]
    request = OffsetCommitRequest(
        "group", 1, "member-1", topics=[OffsetCommitRequestTopic("orders", partitions=asked)]
    )
    return request, OffsetCommitResponse(
        topics=[OffsetCommitResponseTopic("orders", partitions=told)]
    )


def _metadata() -> MetadataResponse:
    partitions = [
        MetadataResponsePartition(0, p, 1, 0, replica_nodes=[1], isr_nodes=[1]) for p in PARTITIONS
    ]
    return MetadataResponse(
        brokers=[MetadataResponseBroker(1, "localhost", 9092)],
        topics=[MetadataResponseTopic(0, f"topic-{n}", partitions=partitions) for n in range(10)],
    )


def microseconds(action: Callable[[], object], rounds: int) -> float:
    """The best time of one action."""
    action()
    return min(timeit.repeat(action, number=REPETITIONS, repeat=rounds)) / REPETITIONS * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(f"{'':44}{'decode':>8}{'encode':>8}{'both':>8}")
    for name, request, response, version in exchanges():
        frame = memoryview(encode_bytes(request, version))
        kind = type(request)
        decoding = microseconds(lambda k=kind, f=frame, v=version: decode(k, f, v), rounds)  # type: ignore[misc]
        encoding = microseconds(lambda m=response, v=version: encode(m, v), rounds)  # type: ignore[misc]
        print(f"{name:44}{decoding:8.1f}{encoding:8.1f}{decoding + encoding:8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
