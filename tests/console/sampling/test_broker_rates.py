"""What is written to each broker follows from the ends of the partitions that it leads."""

from collections.abc import Mapping

from console.model.figures import Figure, Known, Unknown
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.port.readings import PartitionReading, TopicReading
from console.sampling.broker_rates import IDLE, BrokerRates
from tests.support.cluster_stages import key


def topic(name: str, *leaders: int | None) -> TopicReading:
    """A topic whose partitions have these leaders."""
    partitions = tuple(
        PartitionReading(index, leader, 0, (1, 2), (1, 2)) for index, leader in enumerate(leaders)
    )
    return TopicReading(name, name, False, partitions)


class Rounds:
    """Rounds of ends, a second after another; every record has ten bytes unless told otherwise."""

    def __init__(self, *topics: TopicReading) -> None:
        self.rates = BrokerRates()
        self.topics = topics
        self.record_bytes: dict[str, float | None] = {}
        self.at_ms = 0

    def read(self, ends: Mapping[TopicPartition, int | Unknown]) -> None:
        self.at_ms += 1000
        found: dict[TopicPartition, Figure[int]] = {
            name: end if isinstance(end, Unknown) else Known(end, self.at_ms)
            for name, end in ends.items()
        }
        size = self.record_bytes
        for each in self.topics:
            self.rates.take_in([each], found, ends.keys(), lambda name: size.get(name, 10.0))
        self.rates.end_round(self.at_ms)

    def records(self, node_id: int) -> float | str:
        return _said(self.rates.of(node_id, leaders=1).records)

    def bytes(self, node_id: int) -> float | str:
        return _said(self.rates.of(node_id, leaders=1).size_bytes)


def _said(figure: Figure[float]) -> float | str:
    return figure.value if isinstance(figure, Known) else figure.reason


def test_a_broker_has_the_growth_of_what_it_leads() -> None:
    rounds = Rounds(topic("orders", 1, 2), topic("payments", 1, None))
    orders, other, payments = key("orders", 0), key("orders", 1), key("payments", 0)
    rounds.read({orders: 500, other: 900, payments: 7})
    assert rounds.records(1) == rounds.records(2) == NOT_READ.reason
    rounds.read({orders: 530, other: 900, payments: 12})
    assert (rounds.records(1), rounds.records(2)) == (35.0, 0.0)
    assert (rounds.bytes(1), rounds.bytes(2)) == (350.0, 0.0)


def test_growth_belongs_to_the_leader_of_the_moment() -> None:
    rounds = Rounds(topic("orders", 1, 2))
    rounds.read({key("orders", 0): 0, key("orders", 1): 0})
    rounds.topics = (topic("orders", 2, 2),)
    rounds.read({key("orders", 0): 10, key("orders", 1): 5})
    assert rounds.records(2) == 15.0


def test_what_a_partition_held_before_it_was_seen_was_not_written_now() -> None:
    rounds = Rounds(topic("orders", 1))
    rounds.read({key("orders"): 5})
    rounds.topics = (topic("orders", 1), topic("old", 1))
    rounds.read({key("orders"): 6, key("old"): 1_000_000})
    assert rounds.records(1) == 1.0


def test_a_topic_made_anew_takes_nothing_away() -> None:
    rounds = Rounds(topic("orders", 1))
    rounds.read({key("orders"): 500})
    rounds.read({key("orders"): 3})
    assert rounds.records(1) == 0.0


def test_a_rate_without_some_partition_would_be_too_small() -> None:
    rounds = Rounds(topic("orders", 1, 1, 2))
    rounds.read({key("orders", index): 0 for index in range(3)})
    rounds.read({key("orders", 0): 9, key("orders", 1): Unknown("timed out"), key("orders", 2): 4})
    assert rounds.records(1) == rounds.bytes(1) == "timed out"
    assert rounds.records(2) == 4.0


def test_a_partition_newer_than_the_round_is_taken_in_with_the_next() -> None:
    rounds = Rounds(topic("orders", 1))
    rounds.read({key("orders"): 0})
    rounds.topics = (topic("orders", 1), topic("new", 1))
    rounds.read({key("orders"): 8})
    assert rounds.records(1) == 8.0


def test_bytes_are_unknown_while_the_size_of_what_was_written_is() -> None:
    rounds = Rounds(topic("orders", 1))
    rounds.record_bytes["orders"] = None
    rounds.read({key("orders"): 0})
    rounds.read({key("orders"): 0})
    assert rounds.bytes(1) == 0.0
    rounds.read({key("orders"): 4})
    assert rounds.records(1) == 2.0
    assert rounds.bytes(1) == "how large its records are is not known"


def test_nothing_is_written_to_a_broker_that_leads_nothing() -> None:
    assert BrokerRates().of(3, leaders=0) == IDLE
