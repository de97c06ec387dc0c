"""Waits as long as a configured value says, and looks again when the values change meanwhile."""

import asyncio
from collections.abc import Callable

from engine.broker.broker_settings import BrokerSettings
from engine.config.engine_config import EngineConfig

Seconds = Callable[[EngineConfig], float]
"""How long a pause lasts by the values in force."""


class Intervals:
    """The pauses of background work. Loop thread only."""

    def __init__(self, settings: BrokerSettings) -> None:
        self._settings = settings
        self._change = asyncio.Event()
        settings.on_change(self._changed)

    async def passed(self, seconds: Seconds) -> None:
        """Wait until so much time has passed since the call, by the values in force at its end."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        while (left_s := began_s + seconds(self._settings.current) - loop.time()) > 0:
            try:
                async with asyncio.timeout(left_s):
                    await self._change.wait()
            except TimeoutError:
                return

    def _changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()
