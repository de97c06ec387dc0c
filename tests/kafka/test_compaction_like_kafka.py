"""The cleaner leaves of a log what a real Kafka's leaves, to readers, to clients and to its tools.

Both brokers get the same batches under the same configurations, and clean. What differs on purpose
is listed, with its reason, in docs/reference/differences.toml.
"""

import asyncio
import re
import time
from ast import literal_eval
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.kafka.answers.differences import between, kept_differences, unexplained
from tests.kafka.answers.plain import Plain
from tests.kafka.compacted_broker import CompactedBroker
from tests.kafka.compacted_lives import lives
from tests.kafka.tools import Broker
from tests.peers.apache_kafka import ApacheKafka
from tests.support.served import ServedBroker

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(600)]

NAMES = [life.name for life in lives(0)]
SETTINGS = {"log.cleaner.backoff.ms": "100", "log.retention.check.interval.ms": "200"}
THEIRS_ONLY = {"log.initial.task.delay.ms": "100"}
TIMEOUT_S = 30.0
EMPTY = " count: 0 "


@dataclass(frozen=True, slots=True)
class Lived:
    """Both brokers after all lives, and what each told of them."""

    theirs: CompactedBroker
    ours: CompactedBroker
    their_logs: dict[str, list[tuple[str, Plain]]]
    our_logs: dict[str, list[tuple[str, Plain]]]


async def _live(broker: CompactedBroker, now_ms: int) -> dict[str, list[tuple[str, Plain]]]:
    return {life.name: await broker.live(life) for life in lives(now_ms)}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    theirs = tmp_path_factory.mktemp("theirs") / "cluster"
    ours = tmp_path_factory.mktemp("ours") / "data"
    lines = "\n".join(f'"{key}" = "{value}"' for key, value in SETTINGS.items())
    with (
        ApacheKafka(theirs, settings={**SETTINGS, **THEIRS_ONLY}) as kafka,
        ServedBroker(ours, config=f"[engine]\n{lines}\n") as served,
    ):
        kafka_broker = CompactedBroker(kafka.bootstrap, theirs / "node-1" / "data")
        our_broker = CompactedBroker(served.address, ours)
        now_ms = int(time.time() * 1000)
        their_logs = asyncio.run(_live(kafka_broker, now_ms))
        our_logs = asyncio.run(_live(our_broker, now_ms))
        yield Lived(kafka_broker, our_broker, their_logs, our_logs)


@pytest.mark.point(106, 107, 108, 109, 110)
@pytest.mark.parametrize("name", NAMES)
def test_a_cleaned_log_holds_what_a_kafka_leaves(name: str, lived: Lived) -> None:
    found = between(lived.their_logs[name], lived.our_logs[name])
    differences = unexplained(f"compaction, {name}", found, kept_differences())
    assert not differences, "\n".join(map(str, differences))


@pytest.mark.parametrize("name", NAMES)
def test_batches_that_kafka_keeps_without_records_are_kept(name: str, lived: Lived) -> None:
    """They tell the sequences of producers: a Kafka's are there, and some at ends of segments."""
    for (label, theirs), (_, ours) in zip(
        lived.their_logs[name], lived.our_logs[name], strict=True
    ):
        if isinstance(theirs, dict) and isinstance(ours, dict):
            empty, our_empty = theirs["empty"], ours["empty"]
            assert isinstance(empty, list)
            assert isinstance(our_empty, list)
            assert [each for each in empty if each not in our_empty] == [], label


@pytest.mark.parametrize("name", NAMES)
def test_times_are_found_at_the_records_that_are_left(name: str, lived: Lived) -> None:
    for label, log in lived.our_logs[name]:
        if not isinstance(log, dict):
            continue
        stamps = sorted(_stamps(log).items())
        assert isinstance(log["offsets"], dict)
        for at, found in log["offsets"].items():
            wanted_ms = int(at.removeprefix("at "))
            by_hand = next(([at, ms] for at, ms in stamps if ms >= wanted_ms), [-1, -1])
            assert wanted_ms < 0 or found == by_hand, (label, at)


def _stamps(log: dict[str, Plain]) -> dict[int, int]:
    """The timestamp of each offset, as records show them."""
    assert isinstance(log["batches"], list)
    records = [
        literal_eval(str(record))
        for batch in log["batches"]
        if isinstance(batch, dict) and isinstance(batch["records"], list)
        for record in batch["records"]
    ]
    return {record[0]: record[1] for record in records}


@pytest.mark.parametrize("name", NAMES)
def test_a_consumer_reads_the_same_of_both(name: str, lived: Lived) -> None:
    theirs, ours = (_consumed(broker, name) for broker in (lived.theirs, lived.ours))
    assert ours == theirs
    assert ours


def _consumed(broker: CompactedBroker, topic: str) -> list[tuple[object, ...]]:
    """Everything that librdkafka reads of a topic."""
    consumer = Consumer(
        {
            "bootstrap.servers": broker.address,
            "group.id": "nobody",
            "enable.partition.eof": True,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    found: list[tuple[object, ...]] = []
    while (message := consumer.poll(TIMEOUT_S)) is not None and message.error() is None:
        kind, timestamp_ms = message.timestamp()
        at_ms = timestamp_ms if kind == 1 else None
        found.append(
            (message.offset(), kind, at_ms, message.key(), message.value(), message.headers())
        )
    consumer.close()
    return found


def test_dump_log_shows_the_same_batches_and_records_of_both(lived: Lived) -> None:
    told: dict[str, list[str]] = {}
    for name in NAMES:
        theirs, ours = _dumped(lived.theirs, name), _dumped(lived.ours, name)
        assert _with_records(ours) == _with_records(theirs), name
        assert _without_records(theirs) <= _without_records(ours), name
        told[name] = ours
    assert _without_records(told["producers"])
    assert any("deleteHorizonMs: SOME" in line for line in told["tombstones"])


def _with_records(lines: list[str]) -> list[str]:
    """The batches and records, wherever one segment ends and the next begins."""
    return [line for line in lines if EMPTY not in line and not line.startswith(("Dump", "Log"))]


def _without_records(lines: list[str]) -> set[str]:
    return {line for line in lines if EMPTY in line}


def _dumped(broker: CompactedBroker, topic: str) -> list[str]:
    files = ",".join(map(str, broker.files(topic)))
    tool = Broker(broker.address, broker.data)
    output = tool.run("dump-log", "--files", files, "--deep-iteration", "--print-data-log")
    assert output.code == 0, output
    assert all("isvalid: true" in line for line in output.lines if "baseOffset" in line)
    return [_without_sizes(line) for line in output.lines]


def _without_sizes(line: str) -> str:
    """A line of the tool without what compression and clocks make different."""
    line = re.sub(r"deleteHorizonMs: OptionalLong\[\d+\]", "deleteHorizonMs: SOME", line)
    line = re.sub(r"LogAppendTime: \d+", "LogAppendTime: TIME", line)
    return re.sub(r" (?:position|size|crc): \d+", "", line)
