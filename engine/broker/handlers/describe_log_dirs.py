"""DescribeLogDirs: the data directory with the size of each partition.

Versions 1-5. 2: flexible. 4: total and usable bytes of the file system. 5: whether the directory
takes no new partitions; ours always does. Null topics ask for all; unknown ones are left out.

Sizes are those of the log files, without indexes. `offset_lag` is 0: there are no followers.
Source: Kafka's `ReplicaManager.describeLogDirs`.
"""

from collections.abc import Iterable

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.broker.space import SpaceMeter
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_log_dirs import (
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)


class DescribeLogDirsHandler:
    """Tells where partitions lie and how large they are."""

    def __init__(self, catalogue: Catalogue, meter: SpaceMeter) -> None:
        self._catalogue = catalogue
        self._meter = meter

    async def handle(
        self, request: DescribeLogDirsRequest, context: RequestContext
    ) -> DescribeLogDirsResponse:
        """Measure what was asked for; waits for the disk."""
        wanted = list(self._wanted(request))
        try:
            space = await self._meter.measure(wanted)
        except OSError:
            failed = DescribeLogDirsResult(
                error_code=ErrorCode.KAFKA_STORAGE_ERROR, log_dir=self._meter.path
            )
            return DescribeLogDirsResponse(results=[failed])
        topics: dict[str, DescribeLogDirsTopic] = {}
        for topic_partition in wanted:
            name = topic_partition.topic
            topic = topics.setdefault(name, DescribeLogDirsTopic(name=name))
            topic.partitions.append(
                DescribeLogDirsPartition(
                    partition_index=topic_partition.partition,
                    partition_size=space.sizes[topic_partition],
                )
            )
        result = DescribeLogDirsResult(
            log_dir=self._meter.path,
            topics=list(topics.values()),
            total_bytes=space.total_bytes,
            usable_bytes=space.usable_bytes,
        )
        return DescribeLogDirsResponse(results=[result])

    def _wanted(self, request: DescribeLogDirsRequest) -> Iterable[TopicPartition]:
        if request.topics is None:
            for topic in self._catalogue.topics():
                for index in range(len(topic.partitions)):
                    yield TopicPartition(topic.name, index)
            return
        for asked in request.topics:
            found = self._catalogue.by_name(asked.topic)
            if found is not None:
                for index in dict.fromkeys(asked.partitions):
                    if 0 <= index < len(found.partitions):
                        yield TopicPartition(found.name, index)
