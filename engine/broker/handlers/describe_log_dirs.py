"""DescribeLogDirs: the data directory with the size of each partition.

Versions 1-5. 2: flexible. 4: total and usable bytes of the file system. 5: whether the directory
takes no new partitions; ours always does. Null topics ask for all; unknown ones are left out.

Sizes are those of the log files, without indexes. `offset_lag` is 0: there are no followers.
Source: Kafka's `ReplicaManager.describeLogDirs`.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_log_dirs import (
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)


class Space(NamedTuple):
    """What a data directory holds and what its file system has room for."""

    sizes: Mapping[TopicPartition, int]
    """Bytes of each partition that was asked for."""
    total_bytes: int
    usable_bytes: int


Measure = Callable[[Sequence[TopicPartition]], Awaitable[Space]]


class DescribeLogDirsHandler:
    """Tells where partitions lie and how large they are."""

    def __init__(self, catalogue: Catalogue, path: str, measure: Measure) -> None:
        self._catalogue = catalogue
        self._path = path
        self._measure = measure

    async def handle(
        self, request: DescribeLogDirsRequest, context: RequestContext
    ) -> DescribeLogDirsResponse:
        """Measure what was asked for; waits for the disk."""
        wanted = list(self._wanted(request))
        try:
            space = await self._measure(wanted)
        except OSError:
            failed = DescribeLogDirsResult(
                error_code=ErrorCode.KAFKA_STORAGE_ERROR, log_dir=self._path
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
            log_dir=self._path,
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
