"""Which partitions a request names: their logs are open before it is handled.

One function per request of the API table that says so. A topic is named by its name or, in later
versions, by its id alone.
"""

from collections.abc import Iterator

from engine.broker.partitions import NamedPartitions
from engine.protocol.messages.delete_records import DeleteRecordsRequest
from engine.protocol.messages.describe_producers import DescribeProducersRequest
from engine.protocol.messages.fetch import FetchRequest
from engine.protocol.messages.list_offsets import ListOffsetsRequest
from engine.protocol.messages.offset_for_leader_epoch import OffsetForLeaderEpochRequest
from engine.protocol.messages.produce import ProduceRequest


def produced(request: ProduceRequest) -> Iterator[NamedPartitions]:
    """Those that are written to."""
    for topic in request.topic_data:
        yield topic.name or topic.topic_id, [each.index for each in topic.partition_data]


def fetched(request: FetchRequest) -> Iterator[NamedPartitions]:
    """Those that are new to the fetch session, or all without one."""
    for topic in request.topics:
        yield topic.topic or topic.topic_id, [each.partition for each in topic.partitions]


def listed(request: ListOffsetsRequest) -> Iterator[NamedPartitions]:
    """Those whose offsets are looked up."""
    for topic in request.topics:
        yield topic.name, [each.partition_index for each in topic.partitions]


def epochs_asked(request: OffsetForLeaderEpochRequest) -> Iterator[NamedPartitions]:
    """Those whose epochs are looked up."""
    for topic in request.topics:
        yield topic.topic, [each.partition for each in topic.partitions]


def shortened(request: DeleteRecordsRequest) -> Iterator[NamedPartitions]:
    """Those whose records are deleted."""
    for topic in request.topics:
        yield topic.name, [each.partition_index for each in topic.partitions]


def producers_asked(request: DescribeProducersRequest) -> Iterator[NamedPartitions]:
    """Those whose producers are described."""
    for topic in request.topics:
        yield topic.name, topic.partition_indexes
