"""What is done to a group on the screen is what any client then reads from the broker."""

from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.support.console_program import KCONSOLE
from tests.support.group_reader import TIMEOUT_S, GroupReader, create_topic, write
from tests.support.served import ServedBroker
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(240)]

NONE = -1001
"""What librdkafka says of a partition without a position."""


def committed(address: str) -> list[int]:
    """The positions of `billing` in the three partitions of `orders`, asked of the broker."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "billing"})
    try:
        partitions = [TopicPartition("orders", index) for index in range(3)]
        return [each.offset for each in consumer.committed(partitions, TIMEOUT_S)]
    finally:
        consumer.close()


def groups(address: str) -> set[str]:
    """The groups that the broker lists."""
    listed = AdminClient({"bootstrap.servers": address}).list_consumer_groups().result(TIMEOUT_S)
    return {each.group_id for each in listed.valid}


def reset(terminal: Terminal, to: str) -> str:
    """What the preview says once it is there."""
    terminal.press("R")
    terminal.wait_for("Partitions")
    terminal.type(to)
    terminal.wait_for(to)
    terminal.press("C-s")
    return terminal.wait_for("partitions move")


def undo(terminal: Terminal, act: str) -> None:
    """Put back what was there before the last act."""
    terminal.press("u")
    terminal.wait_for("goes back")
    terminal.press("y")
    terminal.wait_for(f"{act} of billing is undone")


def test_positions_are_reset_undone_forgotten_and_deleted(tmp_path: Path) -> None:
    with ServedBroker(tmp_path / "data") as broker:
        address = broker.address
        create_topic(address, "orders", 3)
        write(address, "orders", 30, 3)
        with Terminal([*KCONSOLE, "--bootstrap", address]) as terminal:
            with GroupReader(address, "billing", "orders", 3) as reader:
                reader.read(30)
                terminal.press("3")
                terminal.wait_for("billing")
                terminal.press("Enter")
                terminal.wait_for("Lag by partition")
                terminal.wait_for("1 member ")
                assert "30 records read again" in reset(terminal, "earliest")
                terminal.wait_for("Refused: rdkafka (127.0.0.1) reads with these positions")
            assert committed(address) == [10, 10, 10]
            terminal.press("C-s")
            terminal.wait_for("Nothing reads with these positions any more")
            terminal.press("C-s")
            terminal.wait_for("y yes")
            terminal.press("y")
            terminal.wait_for("3 of 3 done")
            assert committed(address) == [0, 0, 0]
            terminal.press("Escape")
            terminal.wait_for("Lag by partition")

            assert "12 records skipped" in reset(terminal, "+4")
            terminal.press("C-s")
            terminal.wait_for("enter confirms")
            terminal.type("billing")
            terminal.press("Enter")
            terminal.wait_for("3 of 3 done")
            assert committed(address) == [4, 4, 4]
            terminal.press("Escape")
            terminal.wait_for("Lag by partition")

            undo(terminal, "set offsets")
            assert committed(address) == [0, 0, 0]

            terminal.press("F")
            terminal.wait_for("enter confirms")
            terminal.type("orders")
            terminal.press("Enter")
            terminal.wait_for("3 positions of billing on orders deleted")
            assert committed(address) == [NONE] * 3
            undo(terminal, "delete offsets")
            assert committed(address) == [0, 0, 0]

            terminal.press("D")
            terminal.wait_for("Delete group")
            terminal.type("billing")
            terminal.press("Enter")
            terminal.wait_for("billing is deleted")
            assert "billing" not in groups(address)
            undo(terminal, "delete group")
            assert committed(address) == [0, 0, 0]
