"""Which quota counts for a client: the order of Kafka's `ClientQuotaManager`."""

import itertools

import pytest

from engine.broker.client_quotas import ClientQuotas, Limit, Quota, entity_of, quotas_entry
from engine.broker.metadata_entries import Entry, UnknownMetadata, decode_entry, encode_entry
from tests.support.quotas import set_quota

BOTH, USER_ALONE, CLIENT_ALONE = ("u", "c"), ("u", None), (None, "c")
PRECEDENCE = (
    ({"user": "u", "client-id": "c"}, BOTH),
    ({"user": "u", "client-id": None}, BOTH),
    ({"user": "u"}, USER_ALONE),
    ({"user": None, "client-id": "c"}, BOTH),
    ({"user": None, "client-id": None}, BOTH),
    ({"user": None}, USER_ALONE),
    ({"client-id": "c"}, CLIENT_ALONE),
    ({"client-id": None}, CLIENT_ALONE),
)
KEY = Quota.PRODUCE.value


@pytest.mark.point(113)
@pytest.mark.parametrize("first", range(len(PRECEDENCE)))
def test_first_entity_in_order_that_has_the_quota_counts(first: int) -> None:
    quotas = ClientQuotas()
    for place, (entity, _) in enumerate(PRECEDENCE[first:], start=first):
        set_quota(quotas, entity, **{KEY: float(place + 1)})

    assert quotas.limit(Quota.PRODUCE, "u", "c") == Limit(first + 1, PRECEDENCE[first][1])


def test_entity_counts_only_for_the_quotas_that_it_has() -> None:
    quotas = ClientQuotas()
    set_quota(quotas, {"user": "u"}, consumer_byte_rate=1.0)
    set_quota(quotas, {"client-id": "c"}, producer_byte_rate=2.0)

    assert quotas.limit(Quota.PRODUCE, "u", "c") == Limit(2.0, CLIENT_ALONE)
    assert quotas.limit(Quota.FETCH, "u", "c") == Limit(1.0, USER_ALONE)
    assert quotas.limit(Quota.REQUEST, "u", "c") is None
    assert quotas.limit(Quota.PRODUCE, "u", "d") is None
    assert not quotas.has_any(Quota.REQUEST)


def test_address_has_its_own_rate_or_the_default_one() -> None:
    quotas = ClientQuotas()
    assert quotas.connection_rate("127.0.0.1") is None
    set_quota(quotas, {"ip": None}, connection_creation_rate=5.0)
    set_quota(quotas, {"ip": "127.0.0.1"}, connection_creation_rate=7.0)

    assert quotas.connection_rate("127.0.0.1") == 7.0
    assert quotas.connection_rate("::1") == 5.0


def test_snapshot_leads_to_the_same_quotas() -> None:
    quotas = ClientQuotas()
    for entity, _ in PRECEDENCE:
        set_quota(quotas, entity, producer_byte_rate=3.5, request_percentage=100.0)
    set_quota(quotas, {"user": "u"})
    entries = [decode_entry(encode_entry(entry)) for entry in quotas.snapshot()]

    restored = ClientQuotas()
    restored.reset()
    for entry in entries:
        restored.replay(entry)

    assert restored.items() == quotas.items()
    assert len(restored.items()) == len(PRECEDENCE) - 1


@pytest.mark.parametrize(
    "body", [{}, {"entity": [], "values": []}, {"entity": [["user"]], "values": {}}]
)
def test_entry_of_another_form_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(UnknownMetadata):
        ClientQuotas().replay(Entry("client-quotas", body))  # type: ignore[arg-type]


def test_entity_does_not_depend_on_the_order_of_its_parts() -> None:
    parts = [("user", "u"), ("client-id", None)]
    for order in itertools.permutations(parts):
        assert entity_of(order) == (("client-id", None), ("user", "u"))
    assert quotas_entry(entity_of(parts), {}).body["entity"] == [["client-id", None], ["user", "u"]]
