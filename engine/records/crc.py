"""CRC-32C (Castagnoli), the checksum of record batches and of Kafka's producer snapshots."""

from collections.abc import Callable
from typing import TypeAlias

import crc32c as _implementation

Buffer: TypeAlias = bytes | bytearray | memoryview
"""Bytes that can be read without a copy."""

crc32c: Callable[[Buffer], int] = _implementation.crc32c
"""The CRC-32C of a buffer, 0 to 2^32-1. Takes memoryviews without copying them."""
