"""Sends each of many things to the node that is responsible for it, all nodes at once.

`routed` finds the node of every key, asks each node once for all of its keys, and tries again for
the keys whose error says that it may help - after asking anew who is responsible. What remains is
a result for every key: a value or an error. One node that is down costs only its own keys, and one
that hangs as well where the policy is not patient.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from engine.client.backoff import Backoff
from engine.client.cluster import Cluster
from engine.client.errors import BrokerError, ClientError, Unreachable
from engine.client.settings import RetryPolicy
from engine.protocol.error_codes import ErrorCode

K = TypeVar("K")
T = TypeVar("T")

Answers = Mapping[K, T | ClientError]


class Locate(Protocol[K]):
    """Finds the node that is responsible for each key, or why there is none."""

    async def __call__(
        self, keys: Sequence[K], /, *, refresh: bool
    ) -> Mapping[K, int | ClientError]: ...


class Attempts:
    """Counts the tries of one operation and waits between them."""

    def __init__(self, cluster: Cluster, policy: RetryPolicy) -> None:
        self._cluster = cluster
        self._policy = policy
        self._made = 1
        self._give_up_at_s = cluster.clock.monotonic_s() + policy.deadline_s
        settings = cluster.settings
        self._backoff = Backoff(
            settings.retry_backoff_s, settings.retry_backoff_max_s, cluster.entropy
        )

    async def may_retry(self, error: ClientError) -> bool:
        """Wait for the next try, which `error` asks for; False when there is none left."""
        delay_s = self._backoff.delay_s(self._made - 1)
        is_late = self._cluster.clock.monotonic_s() + delay_s >= self._give_up_at_s
        if self._made >= self._policy.attempts_max or is_late:
            return False
        self._cluster.retrying(error)
        await asyncio.sleep(delay_s)
        self._made += 1
        return True


def is_worth_retrying(error: ClientError) -> bool:
    """A repetition may mend the error; whether it may repeat an effect is not asked."""
    return error.is_retriable


def is_safe_to_retry(error: ClientError) -> bool:
    """A repetition may mend the error, and the request was surely not carried out."""
    return error.is_retriable and not (isinstance(error, Unreachable) and error.was_sent)


async def routed(
    cluster: Cluster,
    keys: Iterable[K],
    *,
    locate: Locate[K],
    call: Callable[[int, list[K]], Awaitable[Answers[K, T]]],
    policy: RetryPolicy,
    may_repeat: Callable[[ClientError], bool] = is_worth_retrying,
) -> dict[K, T | ClientError]:
    """A result for every key, in their order.

    `call` asks one node for some keys and raises nothing but ClientError. A key that it leaves
    out is answered with UNKNOWN_SERVER_ERROR.
    """
    wanted = list(dict.fromkeys(keys))
    results: dict[K, T | ClientError] = {}
    attempts = Attempts(cluster, policy)
    pending = wanted
    refresh = False
    while pending:
        results.update(await _attempt(cluster, pending, locate, call, policy, refresh=refresh))
        mendable = {
            key: error
            for key in pending
            if isinstance(error := results[key], ClientError) and may_repeat(error)
        }
        pending = list(mendable)
        if not pending or not await attempts.may_retry(mendable[pending[0]]):
            break
        refresh = True
    return {key: results[key] for key in wanted}


async def concurrently(
    calls: Mapping[K, Coroutine[Any, Any, T]],
) -> dict[K, T | ClientError]:
    """The results of calls made at once, each its value or its ClientError.

    Any other exception, and cancellation, ends all of them.
    """
    try:
        answers = await asyncio.gather(*(_guarded(call) for call in calls.values()))
    finally:
        for call in calls.values():
            if inspect.getcoroutinestate(call) == inspect.CORO_CREATED:
                call.close()
    return dict(zip(calls, answers, strict=True))


async def retried(cluster: Cluster, policy: RetryPolicy, call: Callable[[bool], Awaitable[T]]) -> T:
    """The result of a call that is tried again while its error says that this may help.

    `call` is given whether it is a repetition. A request that may have been carried out is not
    repeated. Raises the last error.
    """
    attempts = Attempts(cluster, policy)
    refresh = False
    while True:
        try:
            return await call(refresh)
        except ClientError as error:
            if not is_safe_to_retry(error) or not await attempts.may_retry(error):
                raise
            refresh = True


async def _guarded(call: Coroutine[Any, Any, T]) -> T | ClientError:
    try:
        return await call
    except ClientError as error:
        return error


async def _attempt(
    cluster: Cluster,
    pending: list[K],
    locate: Locate[K],
    call: Callable[[int, list[K]], Awaitable[Answers[K, T]]],
    policy: RetryPolicy,
    *,
    refresh: bool,
) -> dict[K, T | ClientError]:
    try:
        placed = await locate(pending, refresh=refresh)
    except ClientError as error:
        return dict.fromkeys(pending, error)
    results: dict[K, T | ClientError] = {}
    by_node: dict[int, list[K]] = {}
    for key in pending:
        place = placed[key]
        if isinstance(place, ClientError):
            results[key] = place
        else:
            by_node.setdefault(place, []).append(key)

    async def asked(node_id: int, keys: list[K]) -> Answers[K, T]:
        return await call(node_id, keys)

    calls = {node: asked(node, keys) for node, keys in by_node.items()}
    answers = await (concurrently(calls) if policy.is_patient else cluster.of_nodes(calls))
    for node_id, keys in by_node.items():
        answer = answers[node_id]
        for key in keys:
            if isinstance(answer, ClientError):
                results[key] = answer
            else:
                results[key] = answer[key] if key in answer else _unanswered(node_id)
    return results


def _unanswered(node_id: int) -> BrokerError:
    return BrokerError(
        ErrorCode.UNKNOWN_SERVER_ERROR, f"Node {node_id} left this out of its answer."
    )
