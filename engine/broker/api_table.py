"""The APIs that the broker serves: one row per API. ApiVersions, dispatch and docs derive from it.

Versions come from `engine.protocol.advertised`; a row adds which handler serves the API, its shape,
and which parts of the broker it is built from. To add an API: declare the message, write the
handler module, add one row.
"""

from engine.broker import named_partitions as names
from engine.broker.api_row import ApiRow, direct, held, immediate, ordinary
from engine.broker.group_settings import serves_consumer_groups
from engine.broker.handlers.acls import create_acls, delete_acls, describe_acls
from engine.broker.handlers.alter_client_quotas import AlterClientQuotasHandler
from engine.broker.handlers.alter_configs import AlterConfigsHandler
from engine.broker.handlers.alter_partition_reassignments import AlterPartitionReassignmentsHandler
from engine.broker.handlers.alter_replica_log_dirs import AlterReplicaLogDirsHandler
from engine.broker.handlers.api_versions import ApiVersionsHandler
from engine.broker.handlers.consumer_group_describe import ConsumerGroupDescribeHandler
from engine.broker.handlers.consumer_group_heartbeat import ConsumerGroupHeartbeatHandler
from engine.broker.handlers.create_partitions import CreatePartitionsHandler
from engine.broker.handlers.create_topics import CreateTopicsHandler
from engine.broker.handlers.delete_groups import DeleteGroupsHandler
from engine.broker.handlers.delete_records import DeleteRecordsHandler
from engine.broker.handlers.delete_topics import DeleteTopicsHandler
from engine.broker.handlers.describe_client_quotas import DescribeClientQuotasHandler
from engine.broker.handlers.describe_cluster import DescribeClusterHandler
from engine.broker.handlers.describe_configs import DescribeConfigsHandler
from engine.broker.handlers.describe_groups import DescribeGroupsHandler
from engine.broker.handlers.describe_log_dirs import DescribeLogDirsHandler
from engine.broker.handlers.describe_producers import DescribeProducersHandler
from engine.broker.handlers.describe_quorum import DescribeQuorumHandler
from engine.broker.handlers.describe_topic_partitions import DescribeTopicPartitionsHandler
from engine.broker.handlers.elect_leaders import ElectLeadersHandler
from engine.broker.handlers.fetch import FetchHandler
from engine.broker.handlers.find_coordinator import FindCoordinatorHandler
from engine.broker.handlers.heartbeat import HeartbeatHandler
from engine.broker.handlers.incremental_alter_configs import IncrementalAlterConfigsHandler
from engine.broker.handlers.init_producer_id import InitProducerIdHandler
from engine.broker.handlers.join_group import JoinGroupHandler
from engine.broker.handlers.leave_group import LeaveGroupHandler
from engine.broker.handlers.list_config_resources import ListConfigResourcesHandler
from engine.broker.handlers.list_groups import ListGroupsHandler
from engine.broker.handlers.list_offsets import ListOffsetsHandler
from engine.broker.handlers.list_partition_reassignments import list_partition_reassignments
from engine.broker.handlers.metadata import MetadataHandler
from engine.broker.handlers.offset_commit import OffsetCommitHandler
from engine.broker.handlers.offset_delete import OffsetDeleteHandler
from engine.broker.handlers.offset_fetch import OffsetFetchHandler
from engine.broker.handlers.offset_for_leader_epoch import OffsetForLeaderEpochHandler
from engine.broker.handlers.produce import ProduceHandler
from engine.broker.handlers.sync_group import SyncGroupHandler
from engine.broker.handlers.update_features import UpdateFeaturesHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.messages.alter_client_quotas import AlterClientQuotasRequest
from engine.protocol.messages.alter_configs import AlterConfigsRequest
from engine.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
)
from engine.protocol.messages.alter_replica_log_dirs import AlterReplicaLogDirsRequest
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.consumer_group_describe import ConsumerGroupDescribeRequest
from engine.protocol.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatRequest
from engine.protocol.messages.create_acls import CreateAclsRequest
from engine.protocol.messages.create_partitions import CreatePartitionsRequest
from engine.protocol.messages.create_topics import CreateTopicsRequest
from engine.protocol.messages.delete_acls import DeleteAclsRequest
from engine.protocol.messages.delete_groups import DeleteGroupsRequest
from engine.protocol.messages.delete_records import DeleteRecordsRequest
from engine.protocol.messages.delete_topics import DeleteTopicsRequest
from engine.protocol.messages.describe_acls import DescribeAclsRequest
from engine.protocol.messages.describe_client_quotas import DescribeClientQuotasRequest
from engine.protocol.messages.describe_cluster import DescribeClusterRequest
from engine.protocol.messages.describe_configs import DescribeConfigsRequest
from engine.protocol.messages.describe_groups import DescribeGroupsRequest
from engine.protocol.messages.describe_log_dirs import DescribeLogDirsRequest
from engine.protocol.messages.describe_producers import DescribeProducersRequest
from engine.protocol.messages.describe_quorum import DescribeQuorumRequest
from engine.protocol.messages.describe_topic_partitions import DescribeTopicPartitionsRequest
from engine.protocol.messages.elect_leaders import ElectLeadersRequest
from engine.protocol.messages.fetch import FetchRequest
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from engine.protocol.messages.heartbeat import HeartbeatRequest
from engine.protocol.messages.incremental_alter_configs import IncrementalAlterConfigsRequest
from engine.protocol.messages.init_producer_id import InitProducerIdRequest
from engine.protocol.messages.join_group import JoinGroupRequest
from engine.protocol.messages.leave_group import LeaveGroupRequest
from engine.protocol.messages.list_config_resources import ListConfigResourcesRequest
from engine.protocol.messages.list_groups import ListGroupsRequest
from engine.protocol.messages.list_offsets import ListOffsetsRequest
from engine.protocol.messages.list_partition_reassignments import ListPartitionReassignmentsRequest
from engine.protocol.messages.metadata import MetadataRequest
from engine.protocol.messages.offset_commit import OffsetCommitRequest
from engine.protocol.messages.offset_delete import OffsetDeleteRequest
from engine.protocol.messages.offset_fetch import OffsetFetchRequest
from engine.protocol.messages.offset_for_leader_epoch import OffsetForLeaderEpochRequest
from engine.protocol.messages.produce import ProduceRequest
from engine.protocol.messages.sync_group import SyncGroupRequest
from engine.protocol.messages.update_features import UpdateFeaturesRequest

API_TABLE: tuple[ApiRow, ...] = (
    # Records.
    direct(
        ProduceRequest,
        lambda parts: (
            ProduceHandler(parts.partitions, parts.commit, parts.throttling, parts.reserve).handle
        ),
        named=names.produced,
    ),
    direct(
        FetchRequest,
        lambda parts: (
            FetchHandler(
                parts.partitions,
                parts.fetch_waiters,
                parts.fetch_sessions,
                parts.clock,
                parts.throttling,
                parts.cluster,
                fetch_bytes_max=lambda: parts.current.fetch_max_bytes,
            ).handle
        ),
        named=names.fetched,
    ),
    ordinary(
        ListOffsetsRequest,
        lambda parts: ListOffsetsHandler(parts.partitions, parts.commit).handle,
        named=names.listed,
    ),
    immediate(
        OffsetForLeaderEpochRequest,
        lambda parts: OffsetForLeaderEpochHandler(parts.partitions).handle,
        named=names.epochs_asked,
    ),
    ordinary(
        DeleteRecordsRequest,
        lambda parts: (
            DeleteRecordsHandler(
                parts.partitions, parts.commit, parts.maintenance.checkpoint
            ).handle
        ),
        named=names.shortened,
    ),
    ordinary(InitProducerIdRequest, lambda parts: InitProducerIdHandler(parts.producer_ids).handle),
    # The cluster.
    immediate(ApiVersionsRequest, lambda parts: ApiVersionsHandler(parts.served_apis).handle),
    ordinary(
        MetadataRequest,
        lambda parts: (
            MetadataHandler(
                parts.metadata.catalogue,
                parts.cluster,
                parts.leadership,
                parts.topic_admin,
                creates_topics=lambda: parts.current.auto_create_topics_enable,
            ).handle
        ),
    ),
    immediate(DescribeClusterRequest, lambda parts: DescribeClusterHandler(parts.cluster).handle),
    immediate(
        DescribeQuorumRequest,
        lambda parts: (
            DescribeQuorumHandler(
                parts.metadata.log,
                parts.cluster,
                parts.clock,
                directory_id=parts.directory_id,
            ).handle
        ),
    ),
    immediate(
        UpdateFeaturesRequest,
        lambda parts: UpdateFeaturesHandler(parts.node_id).handle,
    ),
    ordinary(
        DescribeLogDirsRequest,
        lambda parts: DescribeLogDirsHandler(parts.metadata.catalogue, parts.space).handle,
    ),
    # Topics.
    ordinary(
        CreateTopicsRequest,
        lambda parts: (
            CreateTopicsHandler(parts.topic_admin, parts.metadata.settings, parts.throttling).handle
        ),
    ),
    ordinary(
        DeleteTopicsRequest,
        lambda parts: (
            DeleteTopicsHandler(
                parts.topic_admin,
                parts.metadata.catalogue,
                parts.throttling,
                is_enabled=lambda: parts.current.delete_topic_enable,
            ).handle
        ),
    ),
    ordinary(
        CreatePartitionsRequest,
        lambda parts: CreatePartitionsHandler(parts.topic_admin, parts.throttling).handle,
    ),
    immediate(
        DescribeTopicPartitionsRequest,
        lambda parts: (
            DescribeTopicPartitionsHandler(
                parts.metadata.catalogue,
                parts.leadership,
                partition_limit=lambda: parts.current.max_request_partition_size_limit,
            ).handle
        ),
    ),
    immediate(
        ElectLeadersRequest,
        lambda parts: ElectLeadersHandler(parts.metadata.catalogue).handle,
    ),
    immediate(ListPartitionReassignmentsRequest, lambda parts: list_partition_reassignments),
    immediate(
        AlterPartitionReassignmentsRequest,
        lambda parts: (
            AlterPartitionReassignmentsHandler(parts.metadata.catalogue, parts.cluster).handle
        ),
    ),
    immediate(
        AlterReplicaLogDirsRequest,
        lambda parts: AlterReplicaLogDirsHandler(parts.metadata.catalogue, parts.space.path).handle,
    ),
    immediate(
        DescribeProducersRequest,
        lambda parts: DescribeProducersHandler(parts.partitions).handle,
        named=names.producers_asked,
    ),
    # Groups.
    ordinary(
        FindCoordinatorRequest,
        lambda parts: FindCoordinatorHandler(parts.groups, parts.cluster).handle,
    ),
    held(JoinGroupRequest, lambda parts: JoinGroupHandler(parts.groups).handle),
    held(SyncGroupRequest, lambda parts: SyncGroupHandler(parts.groups).handle),
    immediate(HeartbeatRequest, lambda parts: HeartbeatHandler(parts.groups).handle),
    ordinary(LeaveGroupRequest, lambda parts: LeaveGroupHandler(parts.groups).handle),
    held(
        ConsumerGroupHeartbeatRequest,
        lambda parts: ConsumerGroupHeartbeatHandler(parts.groups).handle,
    ),
    immediate(
        ConsumerGroupDescribeRequest,
        lambda parts: (
            ConsumerGroupDescribeHandler(
                parts.groups,
                parts.metadata.catalogue,
                is_enabled=serves_consumer_groups(parts.config),
            ).handle
        ),
    ),
    immediate(ListGroupsRequest, lambda parts: ListGroupsHandler(parts.groups).handle),
    immediate(DescribeGroupsRequest, lambda parts: DescribeGroupsHandler(parts.groups).handle),
    ordinary(DeleteGroupsRequest, lambda parts: DeleteGroupsHandler(parts.groups).handle),
    direct(
        OffsetCommitRequest,
        lambda parts: OffsetCommitHandler(parts.groups, parts.metadata.catalogue).handle,
    ),
    held(
        OffsetFetchRequest,
        lambda parts: OffsetFetchHandler(parts.groups, parts.metadata.catalogue).handle,
    ),
    ordinary(
        OffsetDeleteRequest,
        lambda parts: OffsetDeleteHandler(parts.groups, parts.metadata.catalogue).handle,
    ),
    # Quotas.
    immediate(
        DescribeClientQuotasRequest,
        lambda parts: DescribeClientQuotasHandler(parts.metadata.quotas).handle,
    ),
    ordinary(
        AlterClientQuotasRequest,
        lambda parts: AlterClientQuotasHandler(parts.metadata.quotas, parts.metadata.log).handle,
    ),
    # Access rules.
    immediate(DescribeAclsRequest, lambda parts: describe_acls),
    immediate(CreateAclsRequest, lambda parts: create_acls),
    immediate(DeleteAclsRequest, lambda parts: delete_acls),
    # Configurations.
    immediate(
        ListConfigResourcesRequest,
        lambda parts: ListConfigResourcesHandler(parts.metadata, parts.cluster).handle,
    ),
    immediate(
        DescribeConfigsRequest,
        lambda parts: DescribeConfigsHandler(parts.metadata, parts.loggers, parts.node_id).handle,
    ),
    ordinary(AlterConfigsRequest, lambda parts: AlterConfigsHandler(parts.config_admin).handle),
    ordinary(
        IncrementalAlterConfigsRequest,
        lambda parts: IncrementalAlterConfigsHandler(parts.config_admin).handle,
    ),
)
"""The table, by family."""

SERVED_APIS: tuple[ApiKey, ...] = tuple(row.api_key for row in API_TABLE)
"""The keys of the table: what ApiVersions lists."""
