"""AlterReplicaLogDirs: moves replicas between the data directories of a broker.

Versions 1-2. 2: flexible. This broker has one directory: a replica that is to go there is there,
and any other directory is LOG_DIR_NOT_FOUND. Source: Kafka's `ReplicaManager.alterReplicaLogDirs`.
"""

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDirPartitionResult,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
    AlterReplicaLogDirTopicResult,
)


class AlterReplicaLogDirsHandler:
    """Answers that replicas are where they can be."""

    def __init__(self, catalogue: Catalogue, directory: str) -> None:
        self._catalogue = catalogue
        self._directory = directory

    def handle(
        self, request: AlterReplicaLogDirsRequest, context: RequestContext
    ) -> AlterReplicaLogDirsResponse:
        """Answer from memory."""
        topics: dict[str, AlterReplicaLogDirTopicResult] = {}
        for wanted in request.dirs:
            for topic in wanted.topics:
                result = topics.setdefault(topic.name, AlterReplicaLogDirTopicResult(topic.name))
                for index in topic.partitions:
                    code = self._outcome(wanted.path, topic.name, index)
                    result.partitions.append(AlterReplicaLogDirPartitionResult(index, code))
        return AlterReplicaLogDirsResponse(results=list(topics.values()))

    def _outcome(self, path: str, name: str, index: int) -> ErrorCode:
        if path != self._directory:
            return ErrorCode.LOG_DIR_NOT_FOUND
        topic = self._catalogue.by_name(name)
        if topic is None or not 0 <= index < len(topic.partitions):
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        return ErrorCode.NONE
