"""Who has to wait, and for how long, by what they did against their quotas."""

import pytest

from engine.broker.client_quotas import ClientQuotas
from engine.broker.context import ConnectionFacts, RequestContext
from engine.broker.refusal import Refused
from engine.broker.throttling import Throttling
from engine.kernel.limits import QUOTA_MEASURES_MAX
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.headers import RequestHeader
from tests.support.clock import FakeClock
from tests.support.quotas import set_quota, throttling


class Bench:
    """A broker's quotas and a clock that stands still."""

    def __init__(self) -> None:
        self.quotas = ClientQuotas()
        self.clock = FakeClock()
        self.throttling: Throttling = throttling(self.quotas, self.clock)


def of(client_id: str = "c", user: str = "u", version: int = 12) -> RequestContext:
    header = RequestHeader(ApiKey.PRODUCE, version, 1, client_id)
    return RequestContext(header, ConnectionFacts("T", "h", 5, principal=f"User:{user}"))


def test_nobody_without_a_quota_waits() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": "other"}, producer_byte_rate=1.0)

    assert bench.throttling.produced(of(), 10**12) == 0
    assert bench.throttling.fetch_bytes_max(of()) is None


def test_clients_that_share_a_quota_pay_for_each_other() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"user": "u"}, producer_byte_rate=1_000.0)

    assert bench.throttling.produced(of("a"), 10_000) == 0
    assert bench.throttling.produced(of("b"), 10_000) == 10_000
    assert bench.throttling.produced(of("b", user="v"), 10_000) == 0


def test_clients_of_a_default_quota_pay_for_themselves() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": None}, producer_byte_rate=1_000.0)

    assert bench.throttling.produced(of("a"), 20_000) == 10_000
    assert bench.throttling.produced(of("b"), 10_000) == 0


def test_fetch_that_has_to_wait_is_not_counted() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": "c"}, consumer_byte_rate=1_000.0)

    assert bench.throttling.fetched(of(), 9_000) == (0, False)
    assert bench.throttling.fetched(of(), 2_000) == (1_000, True)
    assert bench.throttling.fetched(of(), 1_000) == (0, False)


def test_batch_larger_than_its_quota_could_ever_allow_is_sent_and_paid_for() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": "c"}, consumer_byte_rate=1_000.0)

    assert bench.throttling.fetched(of(), 20_000) == (10_000, False)
    assert bench.throttling.fetched(of(), 1) == (10_001, True)


def test_no_fetch_is_larger_than_its_quota_could_ever_allow() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": "c"}, consumer_byte_rate=1_000.0)

    assert bench.throttling.fetch_bytes_max(of()) == 10_000


def test_time_of_the_broker_is_counted_in_percent_and_waited_for_one_window_at_most() -> None:
    bench = Bench()
    assert not bench.throttling.limits_requests
    set_quota(bench.quotas, {"user": "u"}, request_percentage=1.0)

    assert bench.throttling.limits_requests
    assert bench.throttling.requested("u", "c", 0.1) == 0
    assert bench.throttling.requested("u", "c", 0.005) == 500
    assert bench.throttling.requested("u", "c", 5.0) == 1_000


def test_changed_quota_counts_from_the_next_request_on() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": "c"}, producer_byte_rate=1_000.0)
    assert bench.throttling.produced(of(), 20_000) == 10_000

    set_quota(bench.quotas, {"client-id": "c"}, producer_byte_rate=2_000.0)
    assert bench.throttling.produced(of(), 0) == 0
    set_quota(bench.quotas, {"client-id": "c"})
    assert bench.throttling.produced(of(), 10**9) == 0


@pytest.mark.point(113)
def test_strict_client_is_refused_changes_while_it_is_over_its_quota() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": "c"}, controller_mutation_rate=1.0)
    mutations = bench.throttling.mutations(of(version=6), strict_since=6)

    mutations.count(13)
    assert mutations.throttle_ms == 0
    with pytest.raises(Refused) as refused:
        mutations.count(1)
    assert refused.value.code is ErrorCode.THROTTLING_QUOTA_EXCEEDED
    assert mutations.throttle_ms == 2_000


def test_older_client_is_only_made_to_wait() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": "c"}, controller_mutation_rate=1.0)
    mutations = bench.throttling.mutations(of(version=5), strict_since=6)

    mutations.count(13)
    mutations.count(1)
    assert mutations.throttle_ms == 3_000


def test_measures_of_idle_clients_are_forgotten_and_their_number_is_bounded() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"client-id": None}, producer_byte_rate=1.0)
    assert bench.throttling.produced(of("first"), 100) > 0

    for number in range(QUOTA_MEASURES_MAX):
        bench.throttling.produced(of(f"client-{number}"), 1)

    assert bench.throttling.produced(of("first"), 0) == 0
