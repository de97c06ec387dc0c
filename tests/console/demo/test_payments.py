"""The stream of payments: repeatable, plausible, and with thieves in it."""

from collections import Counter

import pytest

from console.demo.payments import CITIES, PaymentStream, read_payment


def test_same_seed_gives_the_same_payments() -> None:
    assert list(PaymentStream(7).take(500, 1)) == list(PaymentStream(7).take(500, 1))


def test_other_seed_gives_other_payments() -> None:
    assert list(PaymentStream(7).take(50, 1)) != list(PaymentStream(8).take(50, 1))


def test_payment_reads_back_from_its_record() -> None:
    payment = next(PaymentStream(1).take(1, 1_700_000_000_000))
    assert read_payment(payment.value()) == payment
    assert payment.key() == payment.customer.encode()


@pytest.mark.parametrize("value", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"id": 1}'])
def test_other_values_are_refused(value: bytes) -> None:
    with pytest.raises(ValueError):
        read_payment(value)


def test_amounts_and_places_are_plausible() -> None:
    payments = list(PaymentStream(3).take(5_000, 1))
    assert all(payment.amount >= 50 for payment in payments)
    assert {payment.city for payment in payments} == {city for city, _, _ in CITIES}
    assert Counter(p.category for p in payments).most_common(1)[0][0] == "grocery"
