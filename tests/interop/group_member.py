"""A member of a group, as a process of its own: reads with librdkafka, tells what, commits it.

    python -m tests.interop.group_member --bootstrap-server HOST:PORT --group-id G --topic T
        [--topic ...] [--group-protocol classic|consumer] [--group-instance-id ID]
        [--set KEY=VALUE ...]

A topic that begins with `^` is a regular expression. Each line on its standard output is an event
in the words of Kafka's own VerifiableConsumer, so that members of both libraries are understood
alike: `startup_complete`, `partitions_assigned`, `partitions_revoked`, `records_consumed`,
`offsets_committed`, `shutdown_complete`; in addition `partitions_lost` and `error`. What was read
is told before it is committed: what no line names was not committed either. A partition that was
read with a gap is named once for each side. SIGTERM lets the member commit and leave.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

BATCH_RECORDS = 500
BATCH_S = 0.1


def tell(name: str, **facts: object) -> None:
    """Write one event at once: the process may be killed at any moment."""
    sys.stdout.write(json.dumps({"name": name, **facts}) + "\n")
    sys.stdout.flush()


class Member:
    """One consumer and what it has read since its last commit."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        config: dict[str, Any] = {
            "bootstrap.servers": arguments.bootstrap_server,
            "group.id": arguments.group_id,
            "group.protocol": arguments.group_protocol,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "topic.metadata.refresh.interval.ms": 1000,
            "log_level": 0,
            **dict(pair.split("=", 1) for pair in arguments.set),
        }
        if arguments.group_instance_id:
            config["group.instance.id"] = arguments.group_instance_id
        self._consumer = Consumer(config)
        self._batch: list[Message] = []
        self._batch_begun = 0.0
        self._consumer.subscribe(
            arguments.topic,
            on_assign=lambda _, partitions: tell_partitions("partitions_assigned", partitions),
            on_revoke=self._revoked,
            on_lost=self._lost,
        )
        self.is_stopped = False

    def run(self) -> None:
        """Read until stopped, then leave the group."""
        tell("startup_complete")
        while not self.is_stopped:
            message = self._consumer.poll(BATCH_S)
            if message is None:
                pass
            elif message.error() is not None:
                tell("error", error=str(message.error()))
            else:
                self._take(message)
            is_due = time.monotonic() >= self._batch_begun + BATCH_S
            if is_due or len(self._batch) >= BATCH_RECORDS:
                self._finish_batch()
        self._finish_batch()
        self._consumer.close()
        tell("shutdown_complete")

    def _take(self, message: Message) -> None:
        if not self._batch:
            self._batch_begun = time.monotonic()
        self._batch.append(message)

    def _revoked(self, consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        self._finish_batch()
        tell_partitions("partitions_revoked", partitions)

    def _lost(self, consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        self._tell_batch()
        tell_partitions("partitions_lost", partitions)

    def _finish_batch(self) -> None:
        offsets = self._tell_batch()
        if not offsets:
            return
        places = [
            {"topic": each.topic, "partition": each.partition, "offset": each.offset}
            for each in offsets
        ]
        try:
            self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            tell("offsets_committed", offsets=places, success=False, error=str(error))
        else:
            tell("offsets_committed", offsets=places, success=True)

    def _tell_batch(self) -> list[TopicPartition]:
        """Tell what was read since the last commit; where the commit has to stand."""
        batch, self._batch = self._batch, []
        offsets: dict[tuple[str, int], list[int]] = {}
        for message in batch:
            offsets.setdefault((message.topic(), message.partition()), []).append(message.offset())
        if offsets:
            read = [
                {
                    "topic": topic,
                    "partition": partition,
                    "count": len(run),
                    "minOffset": min(run),
                    "maxOffset": max(run),
                }
                for (topic, partition), places in offsets.items()
                for run in without_gaps(places)
            ]
            tell("records_consumed", count=len(batch), partitions=read)
        return [
            TopicPartition(topic, partition, max(places) + 1)
            for (topic, partition), places in offsets.items()
        ]


def without_gaps(offsets: Sequence[int]) -> list[list[int]]:
    """Offsets in the order of reading, cut where one is beyond the next; doubled ones stay."""
    runs = [[offsets[0]]]
    for offset in offsets[1:]:
        if offset > runs[-1][-1] + 1:
            runs.append([])
        runs[-1].append(offset)
    return runs


def tell_partitions(name: str, partitions: Sequence[TopicPartition]) -> None:
    """Write an event about partitions."""
    tell(name, partitions=[{"topic": p.topic, "partition": p.partition} for p in partitions])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--group-id", required=True)
    parser.add_argument("--topic", required=True, action="append")
    parser.add_argument("--group-protocol", choices=("classic", "consumer"), default="consumer")
    parser.add_argument("--group-instance-id")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    member = Member(parser.parse_args())

    def stop(number: int, frame: object) -> None:
        member.is_stopped = True

    signal.signal(signal.SIGTERM, stop)
    member.run()


if __name__ == "__main__":
    main()
