"""What becomes of positions and configurations, as others than the console tell it."""

import re
from collections.abc import Mapping
from typing import Protocol

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from tests.kafka.tools import CLASSES
from tests.peers.apache_kafka import tool
from tests.support.group_reader import TIMEOUT_S

SET_ON_THE_TOPIC = 1
"""`ConfigSource.DYNAMIC_TOPIC_CONFIG`."""


class Eyes(Protocol):
    """Reads what a cluster keeps. Blocking."""

    def positions(self, group: str, topic: str, partitions: int) -> Mapping[int, int]:
        """Committed offsets by partition; one without is left out."""
        ...

    def own_config(self, topic: str, key: str) -> str | None:
        """What a topic sets a key to itself; None where it does not."""
        ...


class LibraryEyes:
    """Asks with librdkafka."""

    def __init__(self, settings: Mapping[str, str | int]) -> None:
        self._settings = dict(settings)

    def positions(self, group: str, topic: str, partitions: int) -> Mapping[int, int]:
        consumer = Consumer({**self._settings, "group.id": group})
        try:
            wanted = [TopicPartition(topic, index) for index in range(partitions)]
            told = consumer.committed(wanted, TIMEOUT_S)
        finally:
            consumer.close()
        assert not [each for each in told if each.error]
        return {each.partition: each.offset for each in told if each.offset >= 0}

    def own_config(self, topic: str, key: str) -> str | None:
        resource = ConfigResource(ResourceType.TOPIC, topic)
        admin = AdminClient(self._settings)
        entry = admin.describe_configs([resource])[resource].result(TIMEOUT_S)[key]
        return entry.value if entry.source == SET_ON_THE_TOPIC else None


class ToolEyes:
    """Asks with the command-line tools of Kafka, a second or more each."""

    def __init__(self, bootstrap: str) -> None:
        self._at = ("--bootstrap-server", bootstrap)

    def _said(self, name: str, *arguments: str) -> str:
        done = tool(CLASSES[name], *self._at, *arguments)
        return done.stdout + done.stderr

    def positions(self, group: str, topic: str, partitions: int) -> Mapping[int, int]:
        said = self._said("consumer-groups", "--describe", "--group", group)
        rows = [line.split() for line in said.splitlines()]
        found = {
            int(row[2]): int(row[3])
            for row in rows
            if row[:2] == [group, topic] and row[3].isdigit()
        }
        assert found or "does not exist" in said or "not found" in said or "TOPIC" not in said, said
        return found

    def own_config(self, topic: str, key: str) -> str | None:
        said = self._said(
            "configs", "--describe", "--entity-type", "topics", "--entity-name", topic
        )
        assert f"configs for topic {topic}" in said, said
        found = re.search(rf"^\s+{re.escape(key)}=(.*?) sensitive=", said, re.MULTILINE)
        return None if found is None else found[1]
