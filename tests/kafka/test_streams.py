"""Kafka Streams counts words on our broker: instances share, restart, and lose their state."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from tests.kafka.java_program import JavaProgram, eventually
from tests.peers.apache_kafka import tool
from tests.support.served import ServedBroker

pytestmark = [
    pytest.mark.needs("apache-kafka"),
    pytest.mark.timeout(600),
    pytest.mark.long,
]

DEMO = "org.apache.kafka.streams.examples.wordcount.WordCountDemo"
APPLICATION = "streams-wordcount"
LINES, COUNTS = "streams-plaintext-input", "streams-wordcount-output"
INTERNAL = f"{APPLICATION}-KSTREAM-AGGREGATE-STATE-STORE-0000000003"
REPARTITION, CHANGELOG = f"{INTERNAL}-repartition", f"{INTERNAL}-changelog"
PARTITIONS = 3
ROUND = 400
SETTINGS = """
bootstrap.servers={address}
client.id={name}
state.dir={state}
num.standby.replicas=1
commit.interval.ms=100
session.timeout.ms=6000
heartbeat.interval.ms=300
repartition.purge.interval.ms=300
acceptable.recovery.lag=0
probing.rebalance.interval.ms=60000
"""


class Words:
    """What is written for the application to count, and what it has counted so far."""

    def __init__(self, address: str) -> None:
        self._producer = Producer({"bootstrap.servers": address})
        self._consumer = Consumer({"bootstrap.servers": address, "group.id": "reader"})
        self._consumer.assign([TopicPartition(COUNTS, 0, OFFSET_BEGINNING)])
        self._written = 0
        self.counted: dict[str, int] = {}

    def write(self) -> None:
        """Write lines of one word that is in all of them, and one of seven others."""
        for number in range(self._written, self._written + ROUND):
            self._producer.produce(LINES, f"all w{number % 7}", key=str(number))
        assert self._producer.flush(30) == 0
        self._written += ROUND

    @property
    def expected(self) -> Mapping[str, int]:
        others = {f"w{each}": len(range(each, self._written, 7)) for each in range(7)}
        return {"all": self._written, **others}

    def are_counted(self) -> bool:
        """Whether the newest counts are those of all that was written."""
        for message in self._consumer.consume(1000, 0.2):
            assert message.error() is None, message.error()
            key, value = message.key(), message.value()
            assert key is not None
            assert value is not None
            self.counted[key.decode()] = int.from_bytes(value, "big")
        return self.counted == self.expected

    def close(self) -> None:
        self._consumer.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with ServedBroker(tmp_path / "data") as broker:
        yield broker.address


@pytest.fixture
def admin(address: str) -> AdminClient:
    admin = AdminClient({"bootstrap.servers": address})
    topics = [NewTopic(LINES, PARTITIONS, 1), NewTopic(COUNTS, 1, 1)]
    for made in admin.create_topics(topics).values():
        made.result()
    return admin


@pytest.fixture
def words(address: str, admin: AdminClient) -> Iterator[Words]:
    words = Words(address)
    yield words
    words.close()


def configs(admin: AdminClient, topic: str) -> dict[str, str]:
    """The configuration of a topic."""
    (described,) = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
    return {name: entry.value for name, entry in described.result().items()}


def first_offsets(address: str, topic: str) -> int:
    """The sum of the first offsets that a topic still has."""
    reader = Consumer({"bootstrap.servers": address, "group.id": "looker"})
    try:
        places = [TopicPartition(topic, index) for index in range(PARTITIONS)]
        return sum(reader.get_watermark_offsets(place, timeout=30)[0] for place in places)
    finally:
        reader.close()


def test_words_stay_counted_while_instances_come_go_and_lose_their_state(
    address: str, admin: AdminClient, words: Words, tmp_path: Path
) -> None:
    with ExitStack() as running:

        def start(name: str) -> JavaProgram:
            properties = tmp_path / f"{name}.properties"
            state = tmp_path / f"{name}-state"
            properties.write_text(SETTINGS.format(address=address, name=name, state=state))
            return running.enter_context(JavaProgram(DEMO, properties))

        first, second = start("first"), start("second")
        words.write()
        eventually("two instances count", words.are_counted)
        first.stop()
        words.write()
        eventually("the one that is left counts on", words.are_counted)
        second.stop()
        third = start("third")
        words.write()
        eventually("one without state has it from the changelog", words.are_counted)
        eventually("what is counted is purged", lambda: first_offsets(address, REPARTITION) > 0)
        third.stop()

    assert configs(admin, CHANGELOG)["cleanup.policy"] == "compact"
    assert configs(admin, REPARTITION)["retention.ms"] == "-1"
    assert {
        len(admin.list_topics(each, 30).topics[each].partitions)
        for each in (CHANGELOG, REPARTITION)
    } == {PARTITIONS}
    reset = tool(
        "org.apache.kafka.tools.StreamsResetter",
        *("--bootstrap-server", address, "--application-id", APPLICATION),
        *("--input-topics", LINES, "--force"),
    )
    assert reset.returncode == 0, reset.stdout
    assert {CHANGELOG, REPARTITION}.isdisjoint(admin.list_topics(timeout=30).topics)
