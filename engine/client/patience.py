"""How long calls to several nodes wait for the slow ones: a node that hangs holds up no other.

Each node is waited for as long as patience with it lasts. A call that takes longer is left alone,
and whoever made it is told `NotAnswering`. It goes on by itself to its own time-out; its answer is
of no use any more, and yet it teaches how the node does:

| the node                     | a call to it                                                      |
|------------------------------|-------------------------------------------------------------------|
| has answered                 | is waited for, twice as long as the last answer took, or longer   |
| has not answered a late call | fails at once and is not sent                                     |
| failed to answer a call      | is waited for shortly: it is sent to see whether the node is back |
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.client.errors import ClientError, NotAnswering, TimedOut, Unreachable
from engine.kernel.clock import Clock
from engine.kernel.tasks import Tasks

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

PROBE_S = 0.2
"""How long a node is waited for that did not answer the call before."""

STRETCH = 2.0
"""A slow node may take so many times as long as it took before."""

Call = Coroutine[Any, Any, T]


@dataclass(slots=True)
class _Node:
    """What is known of one node. `late` are calls that nobody waits for any more."""

    patience_s: float
    late: set[asyncio.Task[None]] = field(default_factory=set)


class Patience:
    """Waits for the nodes of one cluster. Belongs to one event loop."""

    def __init__(self, clock: Clock, *, first_s: float) -> None:
        """`first_s` is how long a node is waited for at first, and at least."""
        self._clock = clock
        self._first_s = first_s
        self._nodes: dict[Hashable, _Node] = {}
        self._tasks = Tasks(self._note_fault)
        self._fault: BaseException | None = None

    def close(self) -> None:
        """End the calls that nobody waits for."""
        for node in self._nodes.values():
            for task in node.late:
                task.cancel()

    def owes(self, key: Hashable) -> bool:
        """Whether a node has not answered a call yet that nobody waits for any more."""
        return bool(self._node(key).late)

    def limit_s(self, key: Hashable) -> float:
        """How long a call to a node would be waited for now."""
        return self._node(key).patience_s

    async def gathered(
        self, calls: Mapping[K, Call[T]], *, is_patient: bool = False
    ) -> dict[K, T | ClientError]:
        """The results of calls made at once, one for each node: a value or its ClientError.

        With `is_patient` every node is waited for as long as it takes. Any other exception, and
        cancellation, ends all of them. One of a call that nobody waited for is raised by the next
        call of this method.
        """
        if self._fault is not None:
            for call in calls.values():
                call.close()
            fault, self._fault = self._fault, None
            raise fault
        answers = await asyncio.gather(
            *(self._asked(key, call, is_patient=is_patient) for key, call in calls.items())
        )
        return dict(zip(calls, answers, strict=True))

    async def first(
        self,
        calls: Sequence[tuple[K, Callable[[], Call[T]]]],
        *,
        may_others_answer: Callable[[ClientError], bool],
    ) -> T:
        """The first value; the next node is asked when one fails, or is not waited for any more.

        Nodes are asked in the order given, those that have not answered a late call behind others.
        The last one is waited for as long as it takes. Raises an error that no other node can mend,
        else that of the last node that failed.
        """
        running: dict[asyncio.Task[None], tuple[K, list[T | ClientError]]] = {}
        last: ClientError | None = None
        left = deque(sorted(calls, key=lambda each: self.owes(each[0])))
        try:
            while left or running:
                patience_s = None
                if left:
                    key, call = left.popleft()
                    answers: list[T | ClientError] = []
                    running[self._start(key, call(), answers)] = key, answers
                    patience_s = self.limit_s(key) if left else None
                done, _ = await asyncio.wait(
                    running, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    _, answers = running.pop(task)
                    answer = self._answer(task, answers)
                    if not isinstance(answer, ClientError):
                        return answer
                    if not may_others_answer(answer):
                        raise answer
                    last = answer
        finally:
            for task, (key, _) in running.items():
                self._leave(key, task)
        assert last is not None, "somebody is asked"
        raise last

    async def _asked(self, key: Hashable, call: Call[T], *, is_patient: bool) -> T | ClientError:
        """The answer of one node, or that there is none yet."""
        node = self._node(key)
        if self.owes(key) and not is_patient:
            call.close()
            return NotAnswering(str(key))
        answers: list[T | ClientError] = []
        task = self._start(key, call, answers)
        try:
            done, _ = await asyncio.wait({task}, timeout=None if is_patient else node.patience_s)
        except BaseException:
            task.cancel()
            raise
        if done:
            return self._answer(task, answers)
        self._leave(key, task)
        return NotAnswering(str(key))

    def _leave(self, key: Hashable, task: asyncio.Task[None]) -> None:
        """Wait for a call no longer; it goes on."""
        late = self._node(key).late
        late.add(task)
        task.add_done_callback(late.discard)

    def _start(
        self, key: Hashable, call: Call[T], answers: list[T | ClientError]
    ) -> asyncio.Task[None]:
        return self._tasks.spawn(self._carry_out(key, call, answers), name=f"call of {key}")

    async def _carry_out(
        self, key: Hashable, call: Call[T], answers: list[T | ClientError]
    ) -> None:
        started_s = self._clock.monotonic_s()
        try:
            answers.append(await call)
        except ClientError as error:
            answers.append(error)
        took_s = self._clock.monotonic_s() - started_s
        is_answered = not isinstance(answers[0], Unreachable | TimedOut)
        self._node(key).patience_s = (
            max(self._first_s, STRETCH * took_s) if is_answered else min(self._first_s, PROBE_S)
        )

    def _answer(self, task: asyncio.Task[None], answers: list[T | ClientError]) -> T | ClientError:
        if not answers:
            self._fault = None  # It is raised here, where somebody waits.
            task.result()
        return answers[0]

    def _node(self, key: Hashable) -> _Node:
        return self._nodes.setdefault(key, _Node(self._first_s))

    def _note_fault(self, _name: str, error: BaseException) -> None:
        self._fault = error
