"""Asking several times for what a cluster cannot tell yet, with the pauses of the client.

A coordinator that loads its offsets answers at once that it cannot answer: to ask again at once is
to be told the same.
"""

from collections.abc import Awaitable, Callable

from engine.client.backoff import Backoff
from engine.client.settings import ClientSettings
from engine.kernel.system import SystemEntropy

Pause = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""


class Tries:
    """The tries of one question, of which the first is made already."""

    def __init__(self, pause: Pause) -> None:
        settings = ClientSettings()
        self._pause = pause
        self._made = 1
        self._made_max = settings.reading.attempts_max
        self._backoff = Backoff(
            settings.retry_backoff_s, settings.retry_backoff_max_s, SystemEntropy()
        )

    async def has_another(self) -> bool:
        """Wait for the next try; False when there is none left."""
        if self._made >= self._made_max:
            return False
        await self._pause(self._backoff.delay_s(self._made - 1))
        self._made += 1
        return True
