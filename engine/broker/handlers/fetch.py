"""Fetch: whole record batches from many partitions, waiting until there are enough bytes.

Versions 4-18. Version 7 has sessions (KIP-227), 9 leader epochs (KIP-320), 12 finds
diverging logs (KIP-595), 13 names topics by id, 16 hints at leaders (KIP-951).

Consumers see records below the high watermark, read_committed ones those below the last stable
offset. Partitions are read in the order of the request until its bytes are spent; the first batch
of the first partition that has one is returned however large it is (KIP-74), so that a consumer
always gets on. An error of any partition is answered at once, unless it is that there is no such
partition. A fetch that finds too little waits on all its partitions and then reads anew. So does
one that finds no file descriptor to read a partition with: that partition gives nothing for now,
without an error, which would send clients looking for another leader.

Whoever claims to be a replica is refused as none of the partition, as by any one-node Kafka, so
nobody reads beyond the high watermark (CVE-2018-1288).

Differs from Kafka: only whole batches are returned, where Kafka cuts the last one off; and a fetch
that `partition_max_bytes` keeps below `min_bytes` is answered at once, not at its time-out.
Source: Kafka's `ReplicaManager.fetchMessages`, `DelayedFetch`; sessions are in `fetch_sessions`.
"""

from collections.abc import Callable
from typing import Final

from engine.broker.cluster import Cluster
from engine.broker.context import Reply, RequestContext
from engine.broker.error_mapping import code_of
from engine.broker.fetch_sessions import TOPIC_IDS_SINCE, FetchSessions, Scope
from engine.broker.fetch_waiters import FetchWaiters
from engine.broker.leader_epochs import NO_BELIEF, leader_epoch_error
from engine.broker.partition import Partition
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.broker.throttling import Throttling
from engine.kernel.clock import Clock
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import (
    EpochEndOffset,
    FetchableTopicResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    LeaderIdAndEpoch,
    NodeEndpoint,
    PartitionData,
)
from engine.storage.errors import ReadPutOff, StorageError

READ_COMMITTED: Final = 1
LEADER_HINTS_SINCE: Final = 16

_NO_RECORDS: Final = b""


class FetchHandler:
    """Reads for consumers."""

    def __init__(
        self,
        partitions: Partitions,
        waiters: FetchWaiters,
        sessions: FetchSessions,
        clock: Clock,
        throttling: Throttling,
        cluster: Cluster,
        *,
        fetch_bytes_max: Callable[[], int],
    ) -> None:
        self._partitions = partitions
        self._waiters = waiters
        self._sessions = sessions
        self._clock = clock
        self._throttling = throttling
        self._cluster = cluster
        self._fetch_bytes_max = fetch_bytes_max

    def handle(self, request: FetchRequest, context: RequestContext, reply: Reply) -> None:
        """Answer at once if there is enough or something is wrong; else when there is."""
        version = context.api_version
        scope = self._sessions.scope(request, version, self._clock.monotonic_s())
        if isinstance(scope, ErrorCode):
            reply.send(FetchResponse(error_code=scope))
            return
        bytes_max = self._bytes_max(request, context)
        reading = self._read(request, scope, version, bytes_max)
        min_bytes = min(request.min_bytes, bytes_max)
        if (
            reading.must_answer
            or reading.size_bytes >= min_bytes
            or request.max_wait_ms <= 0
            or not reading.partitions
        ):
            self._answer(reading, scope, context, reply)
            return
        waiter = self._waiters.park(
            reading.partitions,
            missing_bytes=min_bytes - reading.size_bytes,
            max_wait_ms=request.max_wait_ms,
            answer=lambda: self._answer(
                self._read(request, scope, version, bytes_max), scope, context, reply
            ),
        )
        reply.when_abandoned(lambda: self._waiters.cancel(waiter))

    def _bytes_max(self, request: FetchRequest, context: RequestContext) -> int:
        bytes_max = min(request.max_bytes, self._fetch_bytes_max())
        within_quota = self._throttling.fetch_bytes_max(context)
        return bytes_max if within_quota is None else min(bytes_max, within_quota)

    def _answer(
        self, reading: "_Reading", scope: Scope, context: RequestContext, reply: Reply
    ) -> None:
        """Send what was read, or nothing of it while the client is over its quota."""
        throttle_ms, is_withheld = self._throttling.fetched(context, reading.size_bytes)
        if is_withheld:
            reply.send(
                FetchResponse(throttle_time_ms=throttle_ms, session_id=scope.followed_session_id)
            )
            return
        for partition, size_bytes in reading.taken:
            partition.fetched_bytes += size_bytes
        scope.finish(reading.response)
        reading.response.throttle_time_ms = throttle_ms
        if reading.leaders and context.api_version >= LEADER_HINTS_SINCE:
            reading.response.node_endpoints = self._endpoints(reading.leaders, context)
        reply.send(reading.response)

    def _endpoints(self, leaders: set[int], context: RequestContext) -> list[NodeEndpoint]:
        """Where the client reaches these nodes."""
        endpoints = []
        for node in self._cluster.nodes:
            if node.node_id in leaders:
                address = node.address_for(context.connection.listener)
                endpoints.append(NodeEndpoint(node.node_id, address.host, address.port, node.rack))
        return endpoints

    def _read(
        self, request: FetchRequest, scope: Scope, version: int, bytes_max: int
    ) -> "_Reading":
        reading = _Reading(request, version, bytes_max)
        has_ids = version >= TOPIC_IDS_SINCE
        is_replica = _replica_of(request) >= 0
        for topic in scope.topics:
            if not topic.partitions:
                continue
            answers: list[PartitionData] = []
            reading.response.responses.append(
                FetchableTopicResponse(topic.topic, topic.topic_id, answers)
            )
            for asked in topic.partitions:
                data = PartitionData(asked.partition, high_watermark=-1, records=_NO_RECORDS)
                answers.append(data)
                try:
                    if has_ids:
                        partition = self._partitions.find_by_id(topic.topic_id, asked.partition)
                    else:
                        partition = self._partitions.find(topic.topic, asked.partition)
                except PartitionUnavailable as error:
                    reading.refuse(data, code_of(error))
                    continue
                if partition is not None:
                    if not reading.is_committed_only:
                        data.aborted_transactions = None
                    if is_replica:
                        reading.refuse_replica(partition, data)
                    else:
                        self._read_one(reading, partition, asked, data)
                elif has_ids and self._partitions.topic_name(topic.topic_id) is None:
                    data.error_code = ErrorCode.UNKNOWN_TOPIC_ID
                else:
                    data.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        return reading

    def _read_one(
        self, reading: "_Reading", partition: Partition, asked: FetchPartition, data: PartitionData
    ) -> None:
        try:
            reading.read(partition, asked, data)
        except ReadPutOff as error:
            self._partitions.read_put_off(partition, error)
        except StorageError as error:
            reading.refuse(data, code_of(error))


def _replica_of(request: FetchRequest) -> int:
    state = request.replica_state
    return request.replica_id if state is None else state.replica_id


class _Reading:
    """One pass over the partitions of a request."""

    __slots__ = (
        "_bytes_left",
        "_version",
        "is_committed_only",
        "leaders",
        "must_answer",
        "partitions",
        "response",
        "size_bytes",
        "taken",
    )

    def __init__(self, request: FetchRequest, version: int, bytes_max: int) -> None:
        self._version = version
        self._bytes_left = bytes_max
        self.is_committed_only = request.isolation_level == READ_COMMITTED
        self.response = FetchResponse()
        self.partitions: list[Partition] = []
        self.taken: list[tuple[Partition, int]] = []
        self.size_bytes = 0
        self.must_answer = False
        """An error of a partition that is there, a divergence, or more to read than fits."""
        self.leaders: set[int] = set()
        """Nodes that a consumer is pointed to because it knows an older leader."""

    def refuse(self, data: PartitionData, code: ErrorCode) -> None:
        """Answer a partition with an error and nothing else, and the whole fetch at once."""
        data.error_code = code
        data.high_watermark = data.last_stable_offset = data.log_start_offset = -1
        self.must_answer = True

    def refuse_replica(self, partition: Partition, data: PartitionData) -> None:
        """Answer somebody who says that they are a replica: none but this node is."""
        self.refuse(data, ErrorCode.NOT_LEADER_OR_FOLLOWER)
        self._hint_at_leader(partition, data)

    def _hint_at_leader(self, partition: Partition, data: PartitionData) -> None:
        if self._version >= LEADER_HINTS_SINCE:
            data.current_leader = LeaderIdAndEpoch(partition.leader_id, partition.leader_epoch)

    def read(self, partition: Partition, asked: FetchPartition, data: PartitionData) -> None:
        """Fill in a partition's answer. Raises StorageError."""
        log = partition.log
        data.high_watermark = end_offset = partition.high_watermark
        data.last_stable_offset = partition.last_stable_offset
        data.log_start_offset = log.log_start_offset
        if self.is_committed_only:
            end_offset = partition.last_stable_offset
        code = leader_epoch_error(partition, max(asked.current_leader_epoch, NO_BELIEF))
        if code is not ErrorCode.NONE:
            self.refuse(data, code)
            if code is ErrorCode.FENCED_LEADER_EPOCH:
                self._hint_at_leader(partition, data)
                self.leaders.add(partition.leader_id)
            return
        if asked.last_fetched_epoch >= 0 and self._diverges(partition, asked, data):
            self.must_answer = True
            return
        self.partitions.append(partition)
        offset = asked.fetch_offset
        if not log.log_start_offset <= offset <= log.log_end_offset:
            self.refuse(data, ErrorCode.OFFSET_OUT_OF_RANGE)
            return
        is_first = not self.taken
        limit = min(asked.partition_max_bytes, self._bytes_left)
        if offset >= end_offset or (limit <= 0 and not is_first):
            return
        region = log.read(offset, max(limit, 0), end_offset=end_offset, at_least_one_batch=is_first)
        if region is None:
            return
        size_bytes = len(region)
        data.records = region
        self.taken.append((partition, size_bytes))
        self.size_bytes += size_bytes
        self._bytes_left -= size_bytes
        if region.next_offset < end_offset:
            self.must_answer = True

    def _diverges(self, partition: Partition, asked: FetchPartition, data: PartitionData) -> bool:
        """Whether the consumer's log is not a prefix of this one; says where they part."""
        epoch, end_offset = partition.log.end_offset_for_epoch(asked.last_fetched_epoch)
        if epoch < 0 or end_offset < 0:
            self.refuse(data, ErrorCode.OFFSET_OUT_OF_RANGE)
            return True
        if epoch < asked.last_fetched_epoch or end_offset < asked.fetch_offset:
            data.diverging_epoch = EpochEndOffset(epoch, end_offset)
            return True
        return False
