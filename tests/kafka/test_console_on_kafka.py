"""The console on a real three-node Apache Kafka, through the death of one node."""

import re
import signal
import sys

import pytest

from tests.peers.apache_kafka import ApacheKafka
from tests.support.group_reader import GroupReader, create_topic, write
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.needs("tmux")]
PARTITIONS = 6


@pytest.mark.timeout(300)
def test_screens_stay_live_and_name_the_broker_that_is_gone(kafka: ApacheKafka) -> None:
    create_topic(kafka.bootstrap, "orders", PARTITIONS, replication=3)
    write(kafka.bootstrap, "orders", 600, PARTITIONS)
    command = [sys.executable, "-m", "console.cli", "--bootstrap", kafka.bootstrap]
    with (
        Terminal(command) as terminal,
        GroupReader(kafka.bootstrap, "billing", "orders", PARTITIONS) as reader,
    ):
        terminal.wait_for("3/3 brokers")
        reader.read(600)
        write(kafka.bootstrap, "orders", 120, PARTITIONS)
        assert reader.lag() == 120
        terminal.press("3")
        terminal.wait_for(lambda screen: bool(re.search(r"billing\b.*\b120\b", screen)))
        kafka.end(2, signal.SIGKILL)
        screen = terminal.wait_for("2/3 brokers", 60)
        assert "billing" in screen
        terminal.press("5")
        terminal.wait_for(lambda screen: bool(re.search(r"■.*\b2\b", screen)))
        write(kafka.bootstrap, "orders", 60, PARTITIONS)
        terminal.press("3")
        terminal.wait_for(lambda screen: bool(re.search(r"billing\b.*\b180\b", screen)), 60)
        kafka.launch(2)
        terminal.wait_for("3/3 brokers", 90)
