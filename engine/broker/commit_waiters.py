"""Those who wait for appends in a coroutine, and what may become of an append."""

import asyncio

from engine.kernel.errors import EngineError


class PartitionDeleted(EngineError):
    """The partition went away while an append waited for it."""


class FutureWaiter:
    """Lets a coroutine wait for one append."""

    __slots__ = ("future",)

    def __init__(self, future: asyncio.Future[None]) -> None:
        self.future = future

    def committed(self, token: object) -> None:
        if not self.future.done():
            self.future.set_result(None)

    def failed(self, token: object, error: EngineError) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class SettledWaiter:
    """Lets a coroutine wait until nothing more becomes of some appends."""

    __slots__ = ("future", "missing")

    def __init__(self, future: asyncio.Future[None]) -> None:
        self.future = future
        self.missing = 0

    def committed(self, token: object) -> None:
        self.missing -= 1
        if not self.missing and not self.future.done():
            self.future.set_result(None)

    def failed(self, token: object, error: EngineError) -> None:
        self.committed(token)
