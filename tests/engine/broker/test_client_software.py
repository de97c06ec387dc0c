"""Which software asks for what: kinds of clients, bounded whatever they call themselves."""

from engine.broker.api_meter import ApiMeter
from engine.broker.client_software import OTHER, UNKNOWN, ClientSoftware
from engine.kernel.limits import SOFTWARE_LABELS_MAX
from engine.metrics import catalogue
from engine.metrics.exposition import expose
from engine.metrics.registry import CHILDREN_MAX, Registry

Counts = dict[tuple[str, ...], float]


class Desk:
    """Client software, what of it is exposed, and a meter to count with."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.software = ClientSoftware(self.registry)
        self.fetch = self.meter("Fetch", 17)

    def meter(self, api: str, version: int) -> ApiMeter:
        return ApiMeter(api, version, self.registry)

    def asked(self, name: str, version: str = "1", *, stays: bool = False) -> None:
        """A client of this kind sends one Fetch, and leaves unless it stays."""
        caller = self.software.connected()
        caller.told(name, version)
        caller.count(self.fetch)
        if not stays:
            caller.gone()

    @property
    def counts(self) -> Counts:
        samples = self.registry.samples(catalogue.CLIENT_REQUESTS)
        assert len(dict(samples)) == len(samples), "each combination is exposed once"
        return dict(samples)


def test_requests_count_for_the_kind_of_which_the_client_is_at_the_time() -> None:
    desk = Desk()
    caller = desk.software.connected()
    caller.count(desk.fetch)
    caller.told("librdkafka", "2.3.0")
    caller.count(desk.fetch)
    caller.count(desk.fetch)
    assert desk.counts == {
        ("Fetch", "17", UNKNOWN, UNKNOWN): 1,
        ("Fetch", "17", "librdkafka", "2.3.0"): 2,
    }


def test_versions_of_an_api_and_of_software_are_counted_apart() -> None:
    desk = Desk()
    caller = desk.software.connected()
    caller.told("librdkafka", "2.3.0")
    caller.count(desk.meter("Fetch", 11))
    desk.asked("librdkafka", "2.4.0")
    assert set(desk.counts) == {
        ("Fetch", "11", "librdkafka", "2.3.0"),
        ("Fetch", "17", "librdkafka", "2.4.0"),
    }


def test_what_was_counted_stays_when_the_client_leaves_and_comes_again() -> None:
    desk = Desk()
    for _ in range(3):
        desk.asked("kconsole", "0.1.0")
    assert desk.counts == {("Fetch", "17", "kconsole", "0.1.0"): 3}


def test_a_client_that_tells_the_same_twice_is_one_connection() -> None:
    desk = Desk()
    caller = desk.software.connected()
    caller.told("a", "1")
    caller.told("a", "1")
    caller.gone()
    for number in range(SOFTWARE_LABELS_MAX):
        desk.asked(f"c{number}", stays=True)
    desk.asked("one-more")
    assert ("Fetch", "17", "one-more", "1") not in desk.counts
    assert ("Fetch", "17", "c0", "1") in desk.counts


def test_of_kinds_too_many_the_longest_gone_is_counted_on_under_other() -> None:
    desk = Desk()
    for number in range(SOFTWARE_LABELS_MAX):
        desk.asked(f"c{number}", stays=number == 0)
    desk.asked("c1")
    desk.asked("newcomer")
    counts = desk.counts
    assert counts["Fetch", "17", OTHER, OTHER] == 1
    assert ("Fetch", "17", "c2", "1") not in counts
    assert counts["Fetch", "17", "c0", "1"] == 1
    assert counts["Fetch", "17", "c1", "1"] == 2
    assert counts["Fetch", "17", "newcomer", "1"] == 1
    desk.asked("another")
    assert desk.counts["Fetch", "17", OTHER, OTHER] == 2
    assert sum(desk.counts.values()) == SOFTWARE_LABELS_MAX + 3


def test_while_all_kinds_have_connections_newcomers_are_other_and_lose_nothing() -> None:
    desk = Desk()
    for number in range(SOFTWARE_LABELS_MAX):
        desk.asked(f"c{number}", stays=True)
    for number in range(1_000):
        desk.asked(f"flood{number}")
    assert len(desk.counts) == SOFTWARE_LABELS_MAX + 1
    assert desk.counts["Fetch", "17", OTHER, OTHER] == 1_000


def test_clients_that_call_themselves_other_or_unknown_are_counted_with_those() -> None:
    desk = Desk()
    desk.asked(OTHER, OTHER)
    desk.asked(UNKNOWN, UNKNOWN)
    desk.asked(OTHER, "2")
    assert len(desk.counts) == 3
    assert sum(desk.counts.values()) == 3


def test_combinations_are_bounded_and_nothing_is_left_out_of_the_sum() -> None:
    """One kind that asks for everything in every version, as a scanner may."""
    desk = Desk()
    caller = desk.software.connected()
    meters = [desk.meter(f"Api{number}", 0) for number in range(CHILDREN_MAX + 10)]
    for meter in meters:
        caller.count(meter)
        caller.count(meter)
    counts = desk.counts
    assert len(counts) == CHILDREN_MAX + 1
    assert counts[OTHER, OTHER, OTHER, OTHER] == 20
    assert sum(counts.values()) == 2 * len(meters)


def test_counts_are_exposed_with_their_labels() -> None:
    desk = Desk()
    desk.asked("librdkafka", "2.3.0")
    line = (
        'kconsole_client_requests_total{api="Fetch",version="17",'
        'software="librdkafka",software_version="2.3.0"} 1'
    )
    assert line in expose(desk.registry).splitlines()
