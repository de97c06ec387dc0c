"""Card payments as a bank sees them: pure, endless, and the same for the same seed.

Customers live in a city, shop there mostly, and have spending habits of their own. Now and then a
card is stolen: a burst of payments follows, far from home, at merchants that thieves like, with
rising amounts. The fraud score of `console.demo.fraud` looks for that; nothing marks them.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass

CUSTOMERS = 2_000
THEFT_CHANCE = 0.0006
THEFT_PAYMENTS = (4, 9)

CITIES = (
    ("Lisbon", "PT", "EUR"),
    ("Berlin", "DE", "EUR"),
    ("Paris", "FR", "EUR"),
    ("Madrid", "ES", "EUR"),
    ("Vienna", "AT", "EUR"),
    ("Dublin", "IE", "EUR"),
    ("London", "GB", "GBP"),
    ("Zurich", "CH", "CHF"),
    ("Oslo", "NO", "NOK"),
    ("Prague", "CZ", "CZK"),
    ("Warsaw", "PL", "PLN"),
    ("Athens", "GR", "EUR"),
)
UNITS_PER_EURO = {"EUR": 1.0, "GBP": 0.85, "CHF": 0.95, "NOK": 11.6, "CZK": 25.0, "PLN": 4.3}


@dataclass(frozen=True, slots=True)
class MerchantKind:
    """A trade: what it is called, what people spend there in euros, how often they come."""

    category: str
    names: tuple[str, ...]
    euros_median: float
    spread: float
    weight: float


KINDS = (
    MerchantKind("grocery", ("Corner Market", "Green Basket", "Daily Fresh"), 24, 0.7, 30),
    MerchantKind("cafe", ("Bean & Leaf", "Old Tram Coffee", "Kiosk 7"), 5, 0.4, 22),
    MerchantKind("restaurant", ("Trattoria Nonna", "Noodle Bar", "The Anchor"), 31, 0.5, 14),
    MerchantKind("transport", ("City Metro", "Night Cab", "Rail Tickets"), 9, 0.8, 14),
    MerchantKind("fuel", ("Ring Road Fuel", "Harbour Petrol"), 52, 0.3, 6),
    MerchantKind("pharmacy", ("Saint Roch Pharmacy", "Wellness Point"), 15, 0.6, 5),
    MerchantKind("clothing", ("Loom & Thread", "Second Season"), 62, 0.6, 4),
    MerchantKind("electronics", ("Volt House", "Pixel Store"), 180, 0.9, 2),
    MerchantKind("jewellery", ("Aurum", "Stone & Silver"), 340, 0.8, 0.6),
    MerchantKind("gift cards", ("Voucher World",), 50, 0.5, 1),
    MerchantKind("travel", ("Cloud Nine Travel",), 260, 0.8, 1.4),
)
THIEVES_LIKE = ("electronics", "jewellery", "gift cards")


@dataclass(frozen=True, slots=True)
class Payment:
    """One card payment. `amount` is in minor units (cents) of `currency`; `at_ms` is wall time."""

    id: str
    customer: str
    card: str
    merchant: str
    category: str
    city: str
    country: str
    currency: str
    amount: int
    at_ms: int

    def key(self) -> bytes:
        """The record key: all payments of a customer stay in order in one partition."""
        return self.customer.encode()

    def value(self) -> bytes:
        """The record value as JSON."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def read_payment(value: bytes) -> Payment:
    """The payment of a record value. Raises ValueError when it is none."""
    try:
        return Payment(**json.loads(value))
    except TypeError as error:
        raise ValueError(f"not a payment: {value[:80]!r}") from error


@dataclass(frozen=True, slots=True)
class Customer:
    """Who pays: where home is and how much more or less than others this person spends."""

    id: str
    card: str
    home: int
    generosity: float


class PaymentStream:
    """An endless stream of payments; the seed alone decides all but the time stamps."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - invented payments, no secrets
        self._customers = [self._customer(number) for number in range(CUSTOMERS)]
        self._thefts: list[tuple[Customer, int, int]] = []
        self._made = 0

    def _customer(self, number: int) -> Customer:
        digits = self._chance.randrange(10_000)
        return Customer(
            id=f"customer-{number:04d}",
            card=f"**** {digits:04d}",
            home=self._chance.randrange(len(CITIES)),
            generosity=self._chance.lognormvariate(0, 0.35),
        )

    def take(self, count: int, at_ms: int) -> Iterator[Payment]:
        """The next `count` payments, stamped with one time."""
        for _ in range(count):
            yield self._next(at_ms)

    def _next(self, at_ms: int) -> Payment:
        self._made += 1
        chance = self._chance
        if self._thefts and chance.random() < 0.2:
            return self._stolen(at_ms)
        customer = chance.choice(self._customers)
        if chance.random() < THEFT_CHANCE:
            abroad = (customer.home + chance.randrange(1, len(CITIES))) % len(CITIES)
            self._thefts.append((customer, abroad, chance.randint(*THEFT_PAYMENTS)))
        kind = chance.choices(KINDS, weights=[kind.weight for kind in KINDS])[0]
        city = customer.home if chance.random() < 0.97 else chance.randrange(len(CITIES))
        return self._payment(customer, kind, city, customer.generosity, at_ms)

    def _stolen(self, at_ms: int) -> Payment:
        place = self._chance.randrange(len(self._thefts))
        customer, city, left = self._thefts[place]
        if left == 1:
            del self._thefts[place]
        else:
            self._thefts[place] = (customer, city, left - 1)
        kinds = [kind for kind in KINDS if kind.category in THIEVES_LIKE]
        boldness = 1.5 + 4.0 / left
        return self._payment(customer, self._chance.choice(kinds), city, boldness, at_ms)

    def _payment(
        self, customer: Customer, kind: MerchantKind, city: int, factor: float, at_ms: int
    ) -> Payment:
        name, country, currency = CITIES[city]
        euros = kind.euros_median * factor * self._chance.lognormvariate(0, kind.spread)
        return Payment(
            id=f"p-{self._made:09d}",
            customer=customer.id,
            card=customer.card,
            merchant=f"{self._chance.choice(kind.names)} {name}",
            category=kind.category,
            city=name,
            country=country,
            currency=currency,
            amount=max(50, round(100 * euros * UNITS_PER_EURO[currency])),
            at_ms=at_ms,
        )
