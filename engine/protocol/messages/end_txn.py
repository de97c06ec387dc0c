"""EndTxn (API key 26): commits or aborts a transaction.

Versions 0-5, flexible from 3.

Version 5 answers with the next epoch of the producer (KIP-890).
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import boolean, int16, int32, int64, string


@dataclass(slots=True)
class EndTxnRequest:
    """The transaction and how it ends."""

    API_KEY: ClassVar[ApiKey] = ApiKey.END_TXN
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    transactional_id: str = string()
    producer_id: int = int64()
    producer_epoch: int = int16()
    committed: bool = boolean()


@dataclass(slots=True)
class EndTxnResponse:
    """The outcome, with the producer's next epoch."""

    API_KEY: ClassVar[ApiKey] = ApiKey.END_TXN
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    throttle_time_ms: int = int32()
    error_code: int = int16()
    producer_id: int = int64(since=5, default=-1)
    producer_epoch: int = int16(since=5, default=-1)
