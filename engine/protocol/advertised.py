"""Every API that the codec knows: its messages, the versions accepted, the versions advertised.

The broker serves the rows for which it has a handler and answers ApiVersions from them. What is
advertised is a promise; it differs from what is accepted where `_row` is given other numbers.
"""

from dataclasses import dataclass

from engine.protocol.api_keys import ApiKey
from engine.protocol.layout import Message
from engine.protocol.messages.add_offsets_to_txn import (
    AddOffsetsToTxnRequest,
    AddOffsetsToTxnResponse,
)
from engine.protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
)
from engine.protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasResponse,
)
from engine.protocol.messages.alter_configs import AlterConfigsRequest, AlterConfigsResponse
from engine.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
)
from engine.protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
)
from engine.protocol.messages.alter_user_scram_credentials import (
    AlterUserScramCredentialsRequest,
    AlterUserScramCredentialsResponse,
)
from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from engine.protocol.messages.consumer_group_describe import (
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
)
from engine.protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from engine.protocol.messages.create_acls import CreateAclsRequest, CreateAclsResponse
from engine.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
)
from engine.protocol.messages.create_topics import CreateTopicsRequest, CreateTopicsResponse
from engine.protocol.messages.delete_acls import DeleteAclsRequest, DeleteAclsResponse
from engine.protocol.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from engine.protocol.messages.delete_records import DeleteRecordsRequest, DeleteRecordsResponse
from engine.protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from engine.protocol.messages.describe_acls import DescribeAclsRequest, DescribeAclsResponse
from engine.protocol.messages.describe_client_quotas import (
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
)
from engine.protocol.messages.describe_cluster import (
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResponse,
)
from engine.protocol.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse
from engine.protocol.messages.describe_log_dirs import (
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
)
from engine.protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
)
from engine.protocol.messages.describe_quorum import DescribeQuorumRequest, DescribeQuorumResponse
from engine.protocol.messages.describe_topic_partitions import (
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
)
from engine.protocol.messages.describe_transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
)
from engine.protocol.messages.describe_user_scram_credentials import (
    DescribeUserScramCredentialsRequest,
    DescribeUserScramCredentialsResponse,
)
from engine.protocol.messages.elect_leaders import ElectLeadersRequest, ElectLeadersResponse
from engine.protocol.messages.end_txn import EndTxnRequest, EndTxnResponse
from engine.protocol.messages.fetch import FetchRequest, FetchResponse
from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.get_telemetry_subscriptions import (
    GetTelemetrySubscriptionsRequest,
    GetTelemetrySubscriptionsResponse,
)
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.incremental_alter_configs import (
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from engine.protocol.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from engine.protocol.messages.join_group import JoinGroupRequest, JoinGroupResponse
from engine.protocol.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from engine.protocol.messages.list_config_resources import (
    ListConfigResourcesRequest,
    ListConfigResourcesResponse,
)
from engine.protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from engine.protocol.messages.list_offsets import ListOffsetsRequest, ListOffsetsResponse
from engine.protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)
from engine.protocol.messages.list_transactions import (
    ListTransactionsRequest,
    ListTransactionsResponse,
)
from engine.protocol.messages.metadata import MetadataRequest, MetadataResponse
from engine.protocol.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from engine.protocol.messages.offset_delete import OffsetDeleteRequest, OffsetDeleteResponse
from engine.protocol.messages.offset_fetch import OffsetFetchRequest, OffsetFetchResponse
from engine.protocol.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
)
from engine.protocol.messages.produce import ProduceRequest, ProduceResponse
from engine.protocol.messages.push_telemetry import PushTelemetryRequest, PushTelemetryResponse
from engine.protocol.messages.sasl_authenticate import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
)
from engine.protocol.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from engine.protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitResponse,
)
from engine.protocol.messages.update_features import UpdateFeaturesRequest, UpdateFeaturesResponse
from engine.protocol.messages.write_txn_markers import (
    WriteTxnMarkersRequest,
    WriteTxnMarkersResponse,
)


@dataclass(frozen=True, slots=True)
class ApiVersionRange:
    """One API. All bounds are inclusive."""

    key: ApiKey
    request: type[Message]
    response: type[Message]
    min_accepted: int
    max_accepted: int
    min_advertised: int
    max_advertised: int
    flexible_from: int

    def accepts(self, version: int) -> bool:
        return self.min_accepted <= version <= self.max_accepted


def _row(
    request: type[Message],
    response: type[Message],
    *,
    min_advertised: int | None = None,
    max_advertised: int | None = None,
) -> ApiVersionRange:
    assert request.API_KEY is response.API_KEY
    return ApiVersionRange(
        request.API_KEY,
        request,
        response,
        request.MIN_VERSION,
        request.MAX_VERSION,
        request.MIN_VERSION if min_advertised is None else min_advertised,
        request.MAX_VERSION if max_advertised is None else max_advertised,
        request.FLEXIBLE_FROM,
    )


_ROWS = (
    # librdkafka before 2.11.1 stops compressing unless Produce is listed from 0; Kafka does so too.
    _row(ProduceRequest, ProduceResponse, min_advertised=0),
    # Version 18 serves replicas only.
    _row(FetchRequest, FetchResponse, max_advertised=17),
    _row(ListOffsetsRequest, ListOffsetsResponse),
    _row(MetadataRequest, MetadataResponse),
    _row(OffsetCommitRequest, OffsetCommitResponse),
    _row(OffsetFetchRequest, OffsetFetchResponse),
    _row(FindCoordinatorRequest, FindCoordinatorResponse),
    _row(JoinGroupRequest, JoinGroupResponse),
    _row(HeartbeatRequest, HeartbeatResponse),
    _row(LeaveGroupRequest, LeaveGroupResponse),
    _row(SyncGroupRequest, SyncGroupResponse),
    _row(DescribeGroupsRequest, DescribeGroupsResponse),
    _row(ListGroupsRequest, ListGroupsResponse),
    _row(SaslHandshakeRequest, SaslHandshakeResponse),
    _row(ApiVersionsRequest, ApiVersionsResponse),
    _row(CreateTopicsRequest, CreateTopicsResponse),
    _row(DeleteTopicsRequest, DeleteTopicsResponse),
    _row(DeleteRecordsRequest, DeleteRecordsResponse),
    _row(InitProducerIdRequest, InitProducerIdResponse),
    _row(OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse),
    _row(AddPartitionsToTxnRequest, AddPartitionsToTxnResponse),
    _row(AddOffsetsToTxnRequest, AddOffsetsToTxnResponse),
    _row(EndTxnRequest, EndTxnResponse),
    _row(WriteTxnMarkersRequest, WriteTxnMarkersResponse),
    _row(TxnOffsetCommitRequest, TxnOffsetCommitResponse),
    _row(DescribeAclsRequest, DescribeAclsResponse),
    _row(CreateAclsRequest, CreateAclsResponse),
    _row(DeleteAclsRequest, DeleteAclsResponse),
    _row(DescribeConfigsRequest, DescribeConfigsResponse),
    _row(AlterConfigsRequest, AlterConfigsResponse),
    _row(AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse),
    _row(DescribeLogDirsRequest, DescribeLogDirsResponse),
    _row(SaslAuthenticateRequest, SaslAuthenticateResponse),
    _row(CreatePartitionsRequest, CreatePartitionsResponse),
    _row(DeleteGroupsRequest, DeleteGroupsResponse),
    _row(ElectLeadersRequest, ElectLeadersResponse),
    _row(IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse),
    _row(AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse),
    _row(ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse),
    _row(OffsetDeleteRequest, OffsetDeleteResponse),
    _row(DescribeClientQuotasRequest, DescribeClientQuotasResponse),
    _row(AlterClientQuotasRequest, AlterClientQuotasResponse),
    _row(DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse),
    _row(AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse),
    _row(DescribeQuorumRequest, DescribeQuorumResponse),
    _row(UpdateFeaturesRequest, UpdateFeaturesResponse),
    _row(DescribeClusterRequest, DescribeClusterResponse),
    _row(DescribeProducersRequest, DescribeProducersResponse),
    _row(DescribeTransactionsRequest, DescribeTransactionsResponse),
    _row(ListTransactionsRequest, ListTransactionsResponse),
    _row(ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse),
    _row(ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse),
    _row(GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse),
    _row(PushTelemetryRequest, PushTelemetryResponse),
    _row(ListConfigResourcesRequest, ListConfigResourcesResponse),
    _row(DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse),
)

APIS: dict[ApiKey, ApiVersionRange] = {row.key: row for row in _ROWS}
"""The rows by their key, in the order of keys."""
