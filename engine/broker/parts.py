"""The parts that handlers are built from. Only `api_table` and `engine.host` see them together.

A handler never receives this object: its row passes the narrow parts that it needs.
"""

from dataclasses import dataclass

from engine.broker.commit import GroupCommit
from engine.broker.fetch_sessions import FetchSessions
from engine.broker.fetch_waiters import FetchWaiters
from engine.broker.partitions import Partitions
from engine.broker.producer_ids import ProducerIds
from engine.broker.topic_parts import TopicParts
from engine.config.engine_config import EngineConfig
from engine.kernel.clock import Clock
from engine.kernel.entropy import Entropy
from engine.protocol.api_keys import ApiKey


@dataclass(frozen=True, slots=True)
class BrokerParts:
    """Everything that the rows of the API table may pass on. One field per part."""

    config: EngineConfig
    clock: Clock
    entropy: Entropy
    partitions: Partitions
    commit: GroupCommit
    fetch_waiters: FetchWaiters
    fetch_sessions: FetchSessions
    producer_ids: ProducerIds
    topics: TopicParts
    served_apis: tuple[ApiKey, ...]
