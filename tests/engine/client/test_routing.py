"""Every key gets a result: values and errors side by side, retries only where they may help."""

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence

import pytest

from engine.client.cluster import Cluster
from engine.client.connection import Endpoint
from engine.client.errors import BrokerError, ClientError, Unreachable, refusal
from engine.client.routing import concurrently, retried, routed
from engine.client.settings import RetryPolicy
from engine.protocol.error_codes import ErrorCode
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.scripted_cluster import IMPATIENT

POLICY = RetryPolicy(attempts_max=3, deadline_s=10.0)


class Places:
    """A `Locate` that records how it was asked."""

    def __init__(self, places: Mapping[str, int | ClientError]) -> None:
        self.places = dict(places)
        self.asked: list[tuple[tuple[str, ...], bool]] = []

    async def __call__(
        self, keys: Sequence[str], /, *, refresh: bool
    ) -> Mapping[str, int | ClientError]:
        self.asked.append((tuple(keys), refresh))
        return {key: self.places[key] for key in keys}


async def test_each_node_is_asked_once_for_all_of_its_keys() -> None:
    calls: list[tuple[int, list[str]]] = []

    async def call(node_id: int, keys: list[str]) -> dict[str, str | ClientError]:
        calls.append((node_id, keys))
        return {key: key.upper() for key in keys}

    client = _cluster(FakeClock())
    results = await routed(
        client, "abc", locate=Places({"a": 1, "b": 2, "c": 1}), call=call, policy=POLICY
    )
    assert list(results.items()) == [("a", "A"), ("b", "B"), ("c", "C")]
    assert sorted(calls) == [(1, ["a", "c"]), (2, ["b"])]


async def test_a_node_that_fails_costs_only_its_own_keys() -> None:
    async def call(node_id: int, keys: list[str]) -> dict[str, str | ClientError]:
        if node_id == 2:
            raise Unreachable("h", 1, "down")
        return dict.fromkeys(keys, "value")

    places = Places({"a": 1, "b": 2})
    results = await routed(_cluster(FakeClock()), "ab", locate=places, call=call, policy=POLICY)
    assert results["a"] == "value"
    assert isinstance(results["b"], Unreachable)
    assert places.asked == [(("a", "b"), False), (("b",), True), (("b",), True)]


async def test_a_key_that_moved_is_found_at_its_new_node() -> None:
    places = Places({"a": 1})

    async def call(node_id: int, keys: list[str]) -> dict[str, str | ClientError]:
        if node_id == 1:
            places.places["a"] = 2
            return dict.fromkeys(keys, refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER))
        return dict.fromkeys(keys, "value")

    client = _cluster(FakeClock())
    assert await routed(client, "a", locate=places, call=call, policy=POLICY) == {"a": "value"}


async def test_an_error_that_cannot_pass_is_not_tried_again() -> None:
    places = Places({"a": 1})

    async def call(node_id: int, keys: list[str]) -> dict[str, str | ClientError]:
        return dict.fromkeys(keys, refusal(ErrorCode.TOPIC_AUTHORIZATION_FAILED))

    client = _cluster(FakeClock())
    results = await routed(client, "a", locate=places, call=call, policy=POLICY)
    assert isinstance(results["a"], BrokerError)
    assert len(places.asked) == 1


async def test_a_key_without_a_place_and_a_key_left_out_are_errors() -> None:
    async def call(node_id: int, keys: list[str]) -> dict[str, str | ClientError]:
        return {}

    places = Places({"a": refusal(ErrorCode.INVALID_GROUP_ID), "b": 1})
    results = await routed(_cluster(FakeClock()), "ab", locate=places, call=call, policy=POLICY)
    codes = [error.code for error in results.values() if isinstance(error, BrokerError)]
    assert sorted(codes) == [ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.INVALID_GROUP_ID]


async def test_no_attempt_begins_behind_the_deadline() -> None:
    clock = FakeClock()
    places = Places({"a": 1})

    async def call(node_id: int, keys: list[str]) -> dict[str, str | ClientError]:
        clock.advance(6)
        return dict.fromkeys(keys, refusal(ErrorCode.NOT_COORDINATOR))

    policy = RetryPolicy(attempts_max=100, deadline_s=10.0)
    await routed(_cluster(clock), "a", locate=places, call=call, policy=policy)
    assert len(places.asked) == 2


async def test_concurrent_calls_keep_values_and_errors_apart() -> None:
    async def value() -> int:
        return 1

    async def error() -> int:
        raise Unreachable("h", 1, "down")

    results = await concurrently({"a": value(), "b": error()})
    assert results["a"] == 1
    assert isinstance(results["b"], Unreachable)


async def test_a_call_that_may_have_been_carried_out_is_not_repeated() -> None:
    calls = 0

    async def call(is_repetition: bool) -> None:
        nonlocal calls
        calls += 1
        raise Unreachable("h", 1, "gone", was_sent=True)

    with pytest.raises(Unreachable):
        await retried(_cluster(FakeClock()), POLICY, call)
    assert calls == 1


async def test_a_call_is_repeated_and_told_so() -> None:
    told: list[bool] = []

    async def call(is_repetition: bool) -> str:
        told.append(is_repetition)
        if len(told) < 3:
            raise refusal(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
        return "done"

    assert await retried(_cluster(FakeClock()), POLICY, call) == "done"
    assert told == [False, True, True]


async def test_every_try_that_follows_another_is_told_with_the_reason() -> None:
    """The last failure is the outcome, and told by that."""
    told: list[ClientError] = []
    failures = [Unreachable("h", 1, "down"), Unreachable("h", 1, "still down")]
    last = Unreachable("h", 1, "down for good")

    async def call(node_id: int, keys: list[str]) -> dict[str, str | ClientError]:
        raise ([*failures, last])[len(told)]

    client = _cluster(FakeClock(), told.append)
    results = await routed(client, "a", locate=Places({"a": 1}), call=call, policy=POLICY)
    assert told == failures
    assert results == {"a": last}


def _cluster(clock: FakeClock, retrying: Callable[[ClientError], None] = print) -> Cluster:
    """A cluster object that is never asked for anything over the wire."""
    return Cluster(
        [Endpoint("127.0.0.1", 1)],
        settings=IMPATIENT,
        clock=clock,
        entropy=SeededEntropy(),
        retrying=retrying,
    )


async def test_calls_that_never_began_are_ended_with_those_who_wait_for_them() -> None:
    """Python warns of each coroutine that nobody ever awaited."""

    async def value() -> int:
        return 1

    call = value()
    waiting = asyncio.ensure_future(concurrently({"a": call}))
    await asyncio.sleep(0)
    assert inspect.getcoroutinestate(call) == inspect.CORO_CREATED
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert inspect.getcoroutinestate(call) == inspect.CORO_CLOSED
