"""Scores card payments for fraud: pure, one customer's recent past at a time.

Three signs add up: a country other than the customer's usual one, an amount far above what the
customer spends, and several such payments in a row. A payment that reaches `ALERT_SCORE` raises an
alert. The memory is bounded: the customers seen least recently are forgotten.
"""

import json
from collections import Counter, OrderedDict
from dataclasses import asdict, dataclass, field

from console.demo.payments import UNITS_PER_EURO, Payment

ALERT_SCORE = 70
CUSTOMERS_REMEMBERED = 10_000
SETTLED_PAYMENTS = 3
RISKY_CATEGORIES = frozenset({"electronics", "jewellery", "gift cards"})


@dataclass(frozen=True, slots=True)
class Alert:
    """A payment that looks like fraud, and why. `score` is 0 to 100."""

    payment: str
    customer: str
    card: str
    merchant: str
    euros: float
    score: int
    reasons: tuple[str, ...]
    at_ms: int

    def value(self) -> bytes:
        """The record value as JSON."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def read_alert(value: bytes) -> Alert:
    """The alert of a record value. Raises ValueError when it is none."""
    try:
        return Alert(**json.loads(value))
    except TypeError as error:
        raise ValueError(f"not an alert: {value[:80]!r}") from error


@dataclass(slots=True)
class Habits:
    """What is known of one customer."""

    payments: int = 0
    mean_euros: float = 0.0
    countries: Counter[str] = field(default_factory=Counter)
    suspicion: int = 0


class FraudScorer:
    """Scores payments in the order of each customer. Not thread-safe, never blocks."""

    def __init__(self) -> None:
        self._habits: OrderedDict[str, Habits] = OrderedDict()

    def score(self, payment: Payment) -> Alert | None:
        """Take a payment in; returns the alert that it raises, if any."""
        habits = self._habits.setdefault(payment.customer, Habits())
        self._habits.move_to_end(payment.customer)
        if len(self._habits) > CUSTOMERS_REMEMBERED:
            self._habits.popitem(last=False)
        euros = payment.amount / 100 / UNITS_PER_EURO.get(payment.currency, 1.0)
        points = _signs(habits, payment, euros)
        score = min(100, sum(points.values()))
        _learn(habits, payment, euros, is_suspicious=score >= ALERT_SCORE // 2)
        if score < ALERT_SCORE:
            return None
        return Alert(
            payment=payment.id,
            customer=payment.customer,
            card=payment.card,
            merchant=payment.merchant,
            euros=round(euros, 2),
            score=score,
            reasons=tuple(points),
            at_ms=payment.at_ms,
        )


def _signs(habits: Habits, payment: Payment, euros: float) -> dict[str, int]:
    """The points of each sign that speaks for fraud, by what it says."""
    if habits.payments < SETTLED_PAYMENTS:
        return {}
    points: dict[str, int] = {}
    usual, _ = habits.countries.most_common(1)[0]
    if payment.country != usual:
        points[f"in {payment.country}, usually in {usual}"] = 35
    if euros > 4 * max(habits.mean_euros, 10):
        points[f"{euros / habits.mean_euros:.0f} times the usual amount"] = 30
    if payment.category in RISKY_CATEGORIES:
        points[f"bought {payment.category}"] = 15
    if habits.suspicion:
        points[f"{habits.suspicion} suspicious just before"] = min(40, 20 * habits.suspicion)
    return points


def _learn(habits: Habits, payment: Payment, euros: float, *, is_suspicious: bool) -> None:
    """Suspicious payments raise suspicion and do not become habits."""
    if is_suspicious:
        habits.suspicion += 1
        return
    habits.suspicion = max(0, habits.suspicion - 1)
    habits.payments += 1
    habits.countries[payment.country] += 1
    habits.mean_euros += (euros - habits.mean_euros) / min(habits.payments, 20)
