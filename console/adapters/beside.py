"""Blocking calls in threads that nobody waits for once their answers are not wanted any more.

A thread of the loop's own pool has to end before the program does; one of these does not, so that
somebody who is silent cannot keep the console from being left.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def beside(call: Callable[[], T], name: str, *, expected: type[Exception]) -> T:
    """What a blocking call gives, or raises. Cancelling leaves the call to itself.

    Of other exceptions than the `expected` one the thread, which has this name, tells as well.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(settled: Callable[[], None]) -> None:
        if not outcome.done():
            settled()

    def fail(error: BaseException) -> None:
        deliver(lambda: outcome.set_exception(error))

    def work() -> None:
        try:
            result = call()
        except expected as error:
            fail(error)
        except BaseException as error:
            fail(error)
            raise
        else:
            deliver(lambda: outcome.set_result(result))

    def deliver(settled: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(settle, settled)
        except RuntimeError:
            return  # The loop has ended: nobody wants it any more.

    threading.Thread(target=work, name=name, daemon=True).start()
    return await outcome
