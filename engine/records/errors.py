"""What can be wrong with a record batch: one class for each answer that a client gets.

The produce handler maps the classes to error codes; fields carry the facts.
"""

from typing import NamedTuple

from engine.kernel.errors import EngineError


class RecordFault(NamedTuple):
    """One refused record: its place in the batch, from 0, and why (KIP-467)."""

    batch_index: int
    message: str


class InvalidBatch(EngineError):
    """A batch that cannot be accepted as it is; sending it again cannot succeed."""


class CorruptBatch(InvalidBatch):
    """Cut short, a bad CRC, or a payload that does not decode: CORRUPT_MESSAGE."""


class InvalidRecord(InvalidBatch):
    """Breaks a rule of the format or of the topic: INVALID_RECORD, with the records at fault."""

    def __init__(self, message: str, record_errors: tuple[RecordFault, ...] = ()) -> None:
        super().__init__(message)
        self.record_errors = record_errors


class NotOneBatch(InvalidRecord):
    """Anything but exactly one whole batch of format 2: INVALID_RECORD."""


class InvalidTimestamp(InvalidBatch):
    """A timestamp outside the topic's bounds: INVALID_TIMESTAMP, with the records at fault."""

    def __init__(self, message: str, record_errors: tuple[RecordFault, ...] = ()) -> None:
        super().__init__(message)
        self.record_errors = record_errors


class MessageTooLarge(InvalidBatch):
    """The batch is larger than the topic's `max.message.bytes`: MESSAGE_TOO_LARGE."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"the batch has {size_bytes} bytes, the topic takes {limit_bytes}")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class UnsupportedCompression(InvalidBatch):
    """An unknown compression codec: UNSUPPORTED_COMPRESSION_TYPE."""


class PayloadTooLarge(InvalidBatch):
    """The payload inflates beyond what its reader allows; nothing beyond that was allocated."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the batch inflates to more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes
