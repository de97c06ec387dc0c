"""The fraud score finds thefts in the stream and leaves most customers in peace."""

from dataclasses import replace

import pytest

from console.demo.fraud import FraudScorer, read_alert
from console.demo.payments import Payment, PaymentStream

COFFEE = Payment(
    id="p-1",
    customer="customer-1",
    card="**** 0001",
    merchant="Kiosk 7 Berlin",
    category="cafe",
    city="Berlin",
    country="DE",
    currency="EUR",
    amount=450,
    at_ms=1,
)
RING = replace(
    COFFEE,
    merchant="Aurum Oslo",
    category="jewellery",
    country="NO",
    currency="NOK",
    amount=900_000,
)


def test_habit_raises_no_alert() -> None:
    scorer = FraudScorer()
    assert [scorer.score(COFFEE) for _ in range(50)] == [None] * 50


def test_dear_thing_far_from_home_raises_an_alert_with_its_reasons() -> None:
    scorer = FraudScorer()
    for _ in range(5):
        scorer.score(COFFEE)
    alert = scorer.score(RING)
    assert alert is not None
    assert alert.score >= 70
    assert "in NO, usually in DE" in alert.reasons
    assert read_alert(alert.value()).payment == RING.id


def test_nothing_is_said_of_a_customer_who_is_not_known_yet() -> None:
    assert FraudScorer().score(RING) is None


def test_stream_raises_some_alerts_and_not_many() -> None:
    scorer = FraudScorer()
    payments = list(PaymentStream(5).take(60_000, 1))
    alerts = [alert for payment in payments if (alert := scorer.score(payment))]
    assert 0.0005 < len(alerts) / len(payments) < 0.02, len(alerts)


@pytest.mark.parametrize("value", [b"", b"{}", b"null", b'{"score": 3}'])
def test_other_values_are_no_alerts(value: bytes) -> None:
    with pytest.raises(ValueError):
        read_alert(value)
