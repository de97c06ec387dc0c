"""What is done to topics on the screen is what librdkafka finds in the broker afterwards."""

from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from tests.support.console_program import console_on, server_of
from tests.support.group_reader import create_topic, write
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(240)]


class Broker:
    """A broker as another client sees it."""

    def __init__(self, address: str) -> None:
        self._settings = {"bootstrap.servers": address}
        self._admin = AdminClient(self._settings)

    def config(self, topic: str, key: str) -> tuple[str, bool]:
        """A value, and whether it is the default."""
        resource = ConfigResource(ResourceType.TOPIC, topic)
        entry = self._admin.describe_configs([resource])[resource].result(30)[key]
        return entry.value, entry.is_default

    def partitions(self, topic: str) -> int:
        return len(self._admin.list_topics(topic, timeout=30).topics[topic].partitions)

    def records(self, topic: str) -> int:
        reader = Consumer({**self._settings, "group.id": "counting"})
        try:
            bounds = [
                reader.get_watermark_offsets(TopicPartition(topic, index), timeout=30)
                for index in range(self.partitions(topic))
            ]
        finally:
            reader.close()
        return sum(end - start for start, end in bounds)


def test_a_topic_is_configured_undone_cloned_grown_and_emptied(tmp_path: Path) -> None:
    with Terminal(console_on(tmp_path)) as terminal:
        terminal.wait_for("● 1/1")
        broker = Broker(server_of(tmp_path)[1])
        create_topic(server_of(tmp_path)[1], "orders", 3)
        write(server_of(tmp_path)[1], "orders", 30, 3)
        terminal.press("2")
        terminal.wait_for("orders")

        terminal.press("e")
        terminal.wait_for("Configuration")
        terminal.wait_for("retention.ms")
        terminal.press("/")
        terminal.type("/^retention.ms$/")
        terminal.press("Enter", "End", "Enter")
        terminal.wait_for("retention.ms of orders")
        terminal.type("30d")
        terminal.wait_for("604800000 (7d) → 2592000000 (30d)")
        terminal.press("C-s")
        terminal.wait_for(lambda screen: "retention.ms of orders" not in screen)
        assert broker.config("orders", "retention.ms") == ("2592000000", False)

        # Esc and a key at once are alt and that key to a terminal.
        terminal.press("Escape")
        terminal.wait_for("min.insync.replicas")
        terminal.press("Escape")
        terminal.wait_for("Partitions")
        terminal.press("N")
        terminal.wait_for("Clone orders")
        terminal.wait_for("2592000000")
        terminal.press("C-s")
        terminal.wait_for("orders-copy is there, with 3 partitions")
        assert broker.config("orders-copy", "retention.ms") == ("2592000000", False)
        assert broker.partitions("orders-copy") == 3

        terminal.press("u")
        terminal.wait_for("retention.ms to its default")
        terminal.press("y")
        terminal.wait_for("is undone")
        assert broker.config("orders", "retention.ms") == ("604800000", True)

        terminal.press(":")
        terminal.type("partitions orders")
        terminal.press("Enter")
        terminal.wait_for("Add partitions to orders")
        terminal.type("5")
        terminal.press("C-s")
        terminal.wait_for("orders has 5 partitions")
        assert broker.partitions("orders") == 5

        assert broker.records("orders") == 30
        terminal.press(":")
        terminal.type("empty orders")
        terminal.press("Enter")
        terminal.wait_for("Type its name to empty it")
        terminal.type("orders")
        terminal.press("Enter")
        terminal.wait_for("orders is empty")
        assert broker.records("orders") == 0
        assert broker.partitions("orders") == 5
