"""Producer ids, each handed out once in the life of the cluster.

Blocks are reserved in the metadata log; a crash loses the rest of a block, never reuses one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from engine.kernel.ids import ProducerId

BLOCK_SIZE: Final = 1_000
"""Ids of one block, as in Kafka: one write to disk for so many producers."""

AllocateBlock = Callable[[int], Awaitable[int]]
"""Reserves so many ids durably and returns the first."""


class ProducerIds:
    """Hands out ids from the current block."""

    def __init__(self, allocate: AllocateBlock) -> None:
        self._allocate = allocate
        self._next = 0
        self._end = 0
        self._refill = asyncio.Lock()

    async def take(self) -> ProducerId:
        """A producer id that nobody had. Waits for the disk once per block."""
        while self._next == self._end:
            async with self._refill:
                if self._next == self._end:
                    self._next = await self._allocate(BLOCK_SIZE)
                    self._end = self._next + BLOCK_SIZE
        producer_id = ProducerId(self._next)
        self._next += 1
        return producer_id
