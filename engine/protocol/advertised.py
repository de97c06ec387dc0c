"""Every API that the codec knows: its messages, the versions accepted, the versions advertised.

The broker serves the rows for which it has a handler and answers ApiVersions from them. What is
advertised is a promise; it differs from what is accepted where a row is given other numbers.

The messages of an API are imported when its row is first looked up: a process pays for those that
it uses. `CREATE_TOPICS` has its messages in `messages.create_topics`, called `CreateTopicsRequest`
and `CreateTopicsResponse`, and so on; a test holds every row to that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from engine.protocol.api_keys import ApiKey
from engine.protocol.layout import Message


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

    def accepts(self, version: int) -> bool:
        return self.min_accepted <= version <= self.max_accepted


@dataclass(frozen=True, slots=True)
class _Row:
    """A row before its messages are imported; None stands for the bound that is accepted."""

    key: ApiKey
    min_advertised: int | None = None
    max_advertised: int | None = None

    def load(self) -> ApiVersionRange:
        module = import_module(f"engine.protocol.messages.{self.key.name.lower()}")
        stem = "".join(word.capitalize() for word in self.key.name.split("_"))
        request: type[Message] = getattr(module, f"{stem}Request")
        response: type[Message] = getattr(module, f"{stem}Response")
        assert request.API_KEY is response.API_KEY is self.key
        return ApiVersionRange(
            self.key,
            request,
            response,
            request.MIN_VERSION,
            request.MAX_VERSION,
            request.MIN_VERSION if self.min_advertised is None else self.min_advertised,
            request.MAX_VERSION if self.max_advertised is None else self.max_advertised,
        )


_ROWS = (
    # librdkafka before 2.11.1 stops compressing unless Produce is listed from 0; Kafka does so too.
    _Row(ApiKey.PRODUCE, min_advertised=0),
    _Row(ApiKey.FETCH),
    _Row(ApiKey.LIST_OFFSETS),
    _Row(ApiKey.METADATA),
    _Row(ApiKey.OFFSET_COMMIT),
    _Row(ApiKey.OFFSET_FETCH),
    _Row(ApiKey.FIND_COORDINATOR),
    _Row(ApiKey.JOIN_GROUP),
    _Row(ApiKey.HEARTBEAT),
    _Row(ApiKey.LEAVE_GROUP),
    _Row(ApiKey.SYNC_GROUP),
    _Row(ApiKey.DESCRIBE_GROUPS),
    _Row(ApiKey.LIST_GROUPS),
    _Row(ApiKey.SASL_HANDSHAKE),
    _Row(ApiKey.API_VERSIONS),
    _Row(ApiKey.CREATE_TOPICS),
    _Row(ApiKey.DELETE_TOPICS),
    _Row(ApiKey.DELETE_RECORDS),
    _Row(ApiKey.INIT_PRODUCER_ID),
    _Row(ApiKey.OFFSET_FOR_LEADER_EPOCH),
    _Row(ApiKey.ADD_PARTITIONS_TO_TXN),
    _Row(ApiKey.ADD_OFFSETS_TO_TXN),
    _Row(ApiKey.END_TXN),
    _Row(ApiKey.WRITE_TXN_MARKERS),
    _Row(ApiKey.TXN_OFFSET_COMMIT),
    _Row(ApiKey.DESCRIBE_ACLS),
    _Row(ApiKey.CREATE_ACLS),
    _Row(ApiKey.DELETE_ACLS),
    _Row(ApiKey.DESCRIBE_CONFIGS),
    _Row(ApiKey.ALTER_CONFIGS),
    _Row(ApiKey.ALTER_REPLICA_LOG_DIRS),
    _Row(ApiKey.DESCRIBE_LOG_DIRS),
    _Row(ApiKey.SASL_AUTHENTICATE),
    _Row(ApiKey.CREATE_PARTITIONS),
    _Row(ApiKey.DELETE_GROUPS),
    _Row(ApiKey.ELECT_LEADERS),
    _Row(ApiKey.INCREMENTAL_ALTER_CONFIGS),
    _Row(ApiKey.ALTER_PARTITION_REASSIGNMENTS),
    _Row(ApiKey.LIST_PARTITION_REASSIGNMENTS),
    _Row(ApiKey.OFFSET_DELETE),
    _Row(ApiKey.DESCRIBE_CLIENT_QUOTAS),
    _Row(ApiKey.ALTER_CLIENT_QUOTAS),
    _Row(ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS),
    _Row(ApiKey.ALTER_USER_SCRAM_CREDENTIALS),
    _Row(ApiKey.DESCRIBE_QUORUM),
    _Row(ApiKey.UPDATE_FEATURES),
    _Row(ApiKey.DESCRIBE_CLUSTER),
    _Row(ApiKey.DESCRIBE_PRODUCERS),
    _Row(ApiKey.DESCRIBE_TRANSACTIONS),
    _Row(ApiKey.LIST_TRANSACTIONS),
    _Row(ApiKey.CONSUMER_GROUP_HEARTBEAT),
    _Row(ApiKey.CONSUMER_GROUP_DESCRIBE),
    _Row(ApiKey.GET_TELEMETRY_SUBSCRIPTIONS),
    _Row(ApiKey.PUSH_TELEMETRY),
    _Row(ApiKey.LIST_CONFIG_RESOURCES),
    _Row(ApiKey.DESCRIBE_TOPIC_PARTITIONS),
)


class _Apis(Mapping[ApiKey, ApiVersionRange]):
    """The rows by their key, each loaded when it is first looked up."""

    def __init__(self) -> None:
        self._rows = {row.key: row for row in _ROWS}
        self._loaded: dict[ApiKey, ApiVersionRange] = {}

    def __getitem__(self, key: ApiKey) -> ApiVersionRange:
        found = self._loaded.get(key)
        if found is None:
            found = self._loaded[key] = self._rows[key].load()
        return found

    def __iter__(self) -> Iterator[ApiKey]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


APIS: Mapping[ApiKey, ApiVersionRange] = _Apis()
"""The rows by their key, in the order of keys."""
