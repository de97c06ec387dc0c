"""The error codes of Apache Kafka 4.3: number, whether a retry can help, and a sentence for people.

Source: Kafka's `Errors` (numbers, names, and which exceptions are retriable).
"""

import enum
from typing import Self


class ErrorCode(enum.IntEnum):
    """What a broker answers instead of, or beside, a result."""

    retriable: bool
    message: str

    def __new__(cls, code: int, retriable: bool, message: str) -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.retriable = retriable
        member.message = message
        return member

    UNKNOWN_SERVER_ERROR = -1, False, "The broker failed in a way that it does not explain."
    NONE = 0, False, "No error."
    OFFSET_OUT_OF_RANGE = 1, False, "The offset lies outside what the partition holds."
    CORRUPT_MESSAGE = 2, True, "The records are damaged: checksum, size or structure is wrong."
    UNKNOWN_TOPIC_OR_PARTITION = 3, True, "The broker has no such topic or partition."
    INVALID_FETCH_SIZE = 4, False, "The size to fetch is not valid."
    LEADER_NOT_AVAILABLE = 5, True, "The partition has no leader at present."
    NOT_LEADER_OR_FOLLOWER = (
        6,
        True,
        "The broker is not the leader, or no replica, of the partition.",
    )
    REQUEST_TIMED_OUT = 7, True, "The request did not finish in its time."
    BROKER_NOT_AVAILABLE = 8, False, "The broker is not available."
    REPLICA_NOT_AVAILABLE = 9, True, "The replica of the partition is not available."
    MESSAGE_TOO_LARGE = 10, False, "The records are larger than the broker accepts."
    STALE_CONTROLLER_EPOCH = 11, False, "The controller has moved to another broker."
    OFFSET_METADATA_TOO_LARGE = 12, False, "The metadata of the committed offset is too long."
    NETWORK_EXCEPTION = 13, True, "The connection ended before the answer."
    COORDINATOR_LOAD_IN_PROGRESS = 14, True, "The coordinator is still loading its state."
    COORDINATOR_NOT_AVAILABLE = 15, True, "The coordinator is not available."
    NOT_COORDINATOR = 16, True, "The broker is not the coordinator of this key."
    INVALID_TOPIC_EXCEPTION = (
        17,
        False,
        "The topic's name is not valid, or the operation is not allowed on it.",
    )
    RECORD_LIST_TOO_LARGE = 18, False, "The batch is larger than a segment of the log."
    NOT_ENOUGH_REPLICAS = (
        19,
        True,
        "Fewer replicas are in sync than the topic demands; nothing was written.",
    )
    NOT_ENOUGH_REPLICAS_AFTER_APPEND = (
        20,
        True,
        "The records were written, but to fewer replicas than demanded.",
    )
    INVALID_REQUIRED_ACKS = 21, False, "The number of acknowledgements asked for is not valid."
    ILLEGAL_GENERATION = 22, False, "The generation is not that of the group."
    INCONSISTENT_GROUP_PROTOCOL = (
        23,
        False,
        "The member shares no protocol with the rest of the group.",
    )
    INVALID_GROUP_ID = 24, False, "The group id is not valid."
    UNKNOWN_MEMBER_ID = 25, False, "The group has no such member."
    INVALID_SESSION_TIMEOUT = (
        26,
        False,
        "The session time-out is outside of what the broker allows.",
    )
    REBALANCE_IN_PROGRESS = 27, False, "The group is rebalancing; the member has to join again."
    INVALID_COMMIT_OFFSET_SIZE = 28, False, "The offsets to commit are too large to be stored."
    TOPIC_AUTHORIZATION_FAILED = 29, False, "Not authorised for the topic."
    GROUP_AUTHORIZATION_FAILED = 30, False, "Not authorised for the group."
    CLUSTER_AUTHORIZATION_FAILED = 31, False, "Not authorised for the cluster."
    INVALID_TIMESTAMP = 32, False, "A record's timestamp is outside of what the topic accepts."
    UNSUPPORTED_SASL_MECHANISM = 33, False, "The broker does not offer this SASL mechanism."
    ILLEGAL_SASL_STATE = 34, False, "The request does not fit the state of the SASL exchange."
    UNSUPPORTED_VERSION = 35, False, "The broker does not speak this version of the API."
    TOPIC_ALREADY_EXISTS = 36, False, "A topic of this name exists already."
    INVALID_PARTITIONS = 37, False, "The number of partitions is not valid."
    INVALID_REPLICATION_FACTOR = (
        38,
        False,
        "The replication factor is below one or above the number of brokers.",
    )
    INVALID_REPLICA_ASSIGNMENT = 39, False, "The assignment of replicas is not valid."
    INVALID_CONFIG = 40, False, "The configuration is not valid."
    NOT_CONTROLLER = 41, True, "The broker is not the controller."
    INVALID_REQUEST = 42, False, "The request contradicts itself or the protocol."
    UNSUPPORTED_FOR_MESSAGE_FORMAT = (
        43,
        False,
        "The format of the stored records does not allow the request.",
    )
    POLICY_VIOLATION = 44, False, "The request violates a policy of the broker."
    OUT_OF_ORDER_SEQUENCE_NUMBER = 45, False, "The producer's sequence number is not the next one."
    DUPLICATE_SEQUENCE_NUMBER = 46, False, "The producer's sequence number was used before."
    INVALID_PRODUCER_EPOCH = 47, False, "The producer's epoch is old."
    INVALID_TXN_STATE = 48, False, "The transaction is not in a state that allows the operation."
    INVALID_PRODUCER_ID_MAPPING = (
        49,
        False,
        "The producer id does not belong to the transactional id.",
    )
    INVALID_TRANSACTION_TIMEOUT = (
        50,
        False,
        "The transaction's time-out is above what the broker allows.",
    )
    CONCURRENT_TRANSACTIONS = 51, True, "Another operation on the transaction is still under way."
    TRANSACTION_COORDINATOR_FENCED = (
        52,
        False,
        "The coordinator that sent the marker has been replaced.",
    )
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED = 53, False, "Not authorised for the transactional id."
    SECURITY_DISABLED = 54, False, "The broker runs without access rules."
    OPERATION_NOT_ATTEMPTED = 55, False, "Not attempted, since another part of the request failed."
    KAFKA_STORAGE_ERROR = 56, True, "The broker could not read or write its disk."
    LOG_DIR_NOT_FOUND = 57, False, "The broker has no such log directory."
    SASL_AUTHENTICATION_FAILED = 58, False, "The credentials were refused."
    UNKNOWN_PRODUCER_ID = 59, False, "The partition knows nothing of the producer id."
    REASSIGNMENT_IN_PROGRESS = 60, False, "The partition is being moved."
    DELEGATION_TOKEN_AUTH_DISABLED = 61, False, "Delegation tokens are switched off."
    DELEGATION_TOKEN_NOT_FOUND = 62, False, "The broker knows no such delegation token."
    DELEGATION_TOKEN_OWNER_MISMATCH = (
        63,
        False,
        "The principal neither owns nor may renew the delegation token.",
    )
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED = (
        64,
        False,
        "Delegation tokens are not allowed on this kind of connection.",
    )
    DELEGATION_TOKEN_AUTHORIZATION_FAILED = 65, False, "Not authorised for the delegation token."
    DELEGATION_TOKEN_EXPIRED = 66, False, "The delegation token has expired."
    INVALID_PRINCIPAL_TYPE = 67, False, "The type of principal is not supported."
    NON_EMPTY_GROUP = 68, False, "The group still has members."
    GROUP_ID_NOT_FOUND = 69, False, "The group does not exist."
    FETCH_SESSION_ID_NOT_FOUND = 70, True, "The broker knows no such fetch session."
    INVALID_FETCH_SESSION_EPOCH = (
        71,
        True,
        "The epoch of the fetch session is not the expected one.",
    )
    LISTENER_NOT_FOUND = 72, True, "The leader has no listener like the one that was asked."
    TOPIC_DELETION_DISABLED = 73, False, "The broker does not allow topics to be deleted."
    FENCED_LEADER_EPOCH = 74, True, "The leader epoch of the request is older than the broker's."
    UNKNOWN_LEADER_EPOCH = 75, True, "The leader epoch of the request is newer than the broker's."
    UNSUPPORTED_COMPRESSION_TYPE = (
        76,
        False,
        "The version of the request does not support the compression.",
    )
    STALE_BROKER_EPOCH = 77, False, "The broker's epoch has changed."
    OFFSET_NOT_AVAILABLE = 78, True, "The new leader's high watermark has not caught up yet."
    MEMBER_ID_REQUIRED = 79, False, "The member has to join again with the id that it was given."
    PREFERRED_LEADER_NOT_AVAILABLE = 80, True, "The preferred leader is not available."
    GROUP_MAX_SIZE_REACHED = 81, False, "The group has as many members as it may have."
    FENCED_INSTANCE_ID = 82, False, "Another member has taken this instance id over."
    ELIGIBLE_LEADERS_NOT_AVAILABLE = (
        83,
        True,
        "No replica that may lead the partition is available.",
    )
    ELECTION_NOT_NEEDED = 84, True, "The partition already has the leader that it should have."
    NO_REASSIGNMENT_IN_PROGRESS = 85, False, "The partition is not being moved."
    GROUP_SUBSCRIBED_TO_TOPIC = 86, False, "The group still consumes the topic."
    INVALID_RECORD = 87, False, "The broker's checks refused a record."
    UNSTABLE_OFFSET_COMMIT = 88, True, "A transaction that commits the offset has not ended yet."
    THROTTLING_QUOTA_EXCEEDED = 89, True, "The quota of requests is used up; try later."
    PRODUCER_FENCED = 90, False, "A newer producer uses the same transactional id."
    RESOURCE_NOT_FOUND = 91, False, "The resource does not exist."
    DUPLICATE_RESOURCE = 92, False, "The request names one resource twice."
    UNACCEPTABLE_CREDENTIAL = 93, False, "The credential does not meet the broker's demands."
    INCONSISTENT_VOTER_SET = 94, False, "The voters of the request are not those of the quorum."
    INVALID_UPDATE_VERSION = 95, False, "The version to update to is not valid."
    FEATURE_UPDATE_FAILED = 96, False, "The features could not be updated."
    PRINCIPAL_DESERIALIZATION_FAILURE = (
        97,
        False,
        "The principal of a forwarded request could not be read.",
    )
    SNAPSHOT_NOT_FOUND = 98, False, "The snapshot does not exist."
    POSITION_OUT_OF_RANGE = 99, False, "The position lies outside of the snapshot."
    UNKNOWN_TOPIC_ID = 100, True, "The broker has no topic of this id."
    DUPLICATE_BROKER_REGISTRATION = 101, False, "Another broker uses this id."
    BROKER_ID_NOT_REGISTERED = 102, False, "No broker is registered under this id."
    INCONSISTENT_TOPIC_ID = 103, True, "The log belongs to another topic id."
    INCONSISTENT_CLUSTER_ID = 104, False, "The request was meant for another cluster."
    TRANSACTIONAL_ID_NOT_FOUND = 105, False, "The transactional id does not exist."
    FETCH_SESSION_TOPIC_ID_ERROR = 106, True, "The fetch session mixes names and ids of topics."
    INELIGIBLE_REPLICA = 107, False, "The new in-sync set has a replica that may not be in it."
    NEW_LEADER_ELECTED = (
        108,
        False,
        "The change of the partition succeeded and another leader was elected.",
    )
    OFFSET_MOVED_TO_TIERED_STORAGE = 109, False, "The offset has moved to tiered storage."
    FENCED_MEMBER_EPOCH = (
        110,
        False,
        "The member's epoch was fenced; it has to give up its partitions and rejoin.",
    )
    UNRELEASED_INSTANCE_ID = 111, False, "Another member still uses this instance id."
    UNSUPPORTED_ASSIGNOR = 112, False, "The group does not support the assignor."
    STALE_MEMBER_EPOCH = (
        113,
        False,
        "The member's epoch is old; it has to retry after its next heartbeat.",
    )
    MISMATCHED_ENDPOINT_TYPE = 114, False, "The request went to the wrong type of endpoint."
    UNSUPPORTED_ENDPOINT_TYPE = 115, False, "The type of endpoint is not supported."
    UNKNOWN_CONTROLLER_ID = 116, False, "No controller has this id."
    UNKNOWN_SUBSCRIPTION_ID = (
        117,
        False,
        "The client's telemetry subscription is not the current one.",
    )
    TELEMETRY_TOO_LARGE = 118, False, "The client's telemetry is larger than the broker accepts."
    INVALID_REGISTRATION = 119, False, "The registration of the broker is not valid."
    TRANSACTION_ABORTABLE = 120, False, "The transaction failed and can only be aborted."
    INVALID_RECORD_STATE = (
        121,
        False,
        "The record is not in a state that allows the acknowledgement.",
    )
    SHARE_SESSION_NOT_FOUND = 122, True, "The broker knows no such share session."
    INVALID_SHARE_SESSION_EPOCH = (
        123,
        True,
        "The epoch of the share session is not the expected one.",
    )
    FENCED_STATE_EPOCH = 124, False, "The state epoch of the share group does not match."
    INVALID_VOTER_KEY = 125, False, "The key of the voter does not match the replica."
    DUPLICATE_VOTER = 126, False, "The voter is in the set already."
    VOTER_NOT_FOUND = 127, False, "The voter is not in the set."
    INVALID_REGULAR_EXPRESSION = 128, False, "The regular expression is not valid."
    REBOOTSTRAP_REQUIRED = (
        129,
        False,
        "The client's view is too old; it has to begin with its bootstrap servers.",
    )
    STREAMS_INVALID_TOPOLOGY = 130, False, "The topology is not valid."
    STREAMS_INVALID_TOPOLOGY_EPOCH = 131, False, "The epoch of the topology is not valid."
    STREAMS_TOPOLOGY_FENCED = 132, False, "The epoch of the topology is old."
    SHARE_SESSION_LIMIT_REACHED = 133, True, "The broker has as many share sessions as it may have."


_BY_NUMBER: dict[int, ErrorCode] = {int(code): code for code in ErrorCode}


def error_code(number: int) -> ErrorCode:
    """The code of a number from the wire; UNKNOWN_SERVER_ERROR for a number without a name."""
    return _BY_NUMBER.get(number, ErrorCode.UNKNOWN_SERVER_ERROR)
