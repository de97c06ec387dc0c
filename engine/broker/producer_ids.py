"""Producer ids, each handed out once in the life of the cluster.

Blocks are reserved in the metadata log; a crash loses the rest of a block, never reuses one.
"""

import asyncio
from typing import Final

from engine.broker.metadata import Metadata
from engine.kernel.ids import ProducerId

BLOCK_SIZE: Final = 1_000
"""Ids of one block, as in Kafka: one write to disk for so many producers."""


class ProducerIds:
    """Hands out ids from the current block."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata
        self._next = 0
        self._end = 0
        self._refill = asyncio.Lock()

    async def take(self) -> ProducerId:
        """A producer id that nobody had. Waits for the disk once per block.

        Raises StorageError when a block cannot be reserved.
        """
        while self._next == self._end:
            async with self._refill:
                if self._next == self._end:
                    self._next = await self._metadata.allocate_producer_ids(BLOCK_SIZE)
                    self._end = self._next + BLOCK_SIZE
        producer_id = ProducerId(self._next)
        self._next += 1
        return producer_id
