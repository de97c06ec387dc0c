"""A coroutine whose steps are timed: how long it kept the loop busy, whatever it waited for."""

from collections.abc import Coroutine, Generator
from types import TracebackType
from typing import Protocol


class Steps(Protocol):
    """Somebody who adds the steps up."""

    def begin_step(self) -> None:
        """The coroutine goes on."""
        ...

    def end_step(self) -> object:
        """The coroutine waits, or has ended."""
        ...


class MeteredJob(Generator[object, object, None]):
    """Awaits a coroutine and tells when each of its steps begins and ends."""

    __slots__ = ("_job", "_steps")

    def __init__(self, job: Coroutine[object, object, None], steps: Steps) -> None:
        self._job = job
        self._steps = steps

    def __await__(self) -> Generator[object, object, None]:
        return self

    def send(self, value: object) -> object:
        """Run until the coroutine waits or ends."""
        self._steps.begin_step()
        try:
            return self._job.send(value)
        finally:
            self._steps.end_step()

    def throw(
        self,
        error: type[BaseException] | BaseException,
        value: object = None,
        trace: TracebackType | None = None,
    ) -> object:
        """Run with an error until the coroutine waits or ends."""
        assert isinstance(error, BaseException), "asyncio throws errors, not their classes"
        self._steps.begin_step()
        try:
            return self._job.throw(error)
        finally:
            self._steps.end_step()

    def close(self) -> None:
        """End the coroutine where it waits."""
        self._job.close()
