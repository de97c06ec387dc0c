"""InitProducerId (API key 22): hands out a producer id and epoch.

Versions 0-5, flexible from 2.

Version 3 resumes with a known id and epoch (KIP-360), version 4 knows PRODUCER_FENCED.
Version 6 (two-phase commit) is unstable in Kafka and is left out.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import int16, int32, int64, string


@dataclass(slots=True)
class InitProducerIdRequest:
    """Who asks: a transactional id, or nobody for plain idempotence."""

    API_KEY: ClassVar[ApiKey] = ApiKey.INIT_PRODUCER_ID
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 2

    transactional_id: str | None = string(nullable=0)
    transaction_timeout_ms: int = int32()
    producer_id: int = int64(since=3, default=-1)
    producer_epoch: int = int16(since=3, default=-1)


@dataclass(slots=True)
class InitProducerIdResponse:
    """The producer id and epoch to use."""

    API_KEY: ClassVar[ApiKey] = ApiKey.INIT_PRODUCER_ID
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    error_code: int = int16()
    producer_id: int = int64(default=-1)
    producer_epoch: int = int16()
