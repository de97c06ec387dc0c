"""Kafka's DumpLogSegments reads the files of our broker as it reads those of a real Kafka."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka.tools import Broker, Output, Pair
from tests.peers.apache_kafka import ApacheKafka
from tests.support.served import ServedBroker

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(600)]

HERE = ("--bootstrap-server", "@")
RECORDS = 20_000
COMPLAINT = re.compile(r"mismatch|fail|corrupt|exception|error|invalid|not found", re.IGNORECASE)
NOT_FROM_ZERO = "Non-consecutive offsets"
"""What the tool says of any segment but the first: it expects it to follow offset -1."""


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both brokers after the same writes and reads, stopped in order."""
    theirs = tmp_path_factory.mktemp("theirs") / "cluster"
    ours = tmp_path_factory.mktemp("ours") / "data"
    with ApacheKafka(theirs) as kafka, ServedBroker(ours) as served:
        pair = Pair(
            Broker(kafka.bootstrap, theirs / "node-1" / "data"), Broker(served.address, ours)
        )
        pair.do(
            *("topics", *HERE, "--create", "--topic", "dumped"),
            *("--config", "segment.bytes=1048576", "--config", "index.interval.bytes=500"),
        )
        pair.do(
            *("producer-perf-test", "--topic", "dumped", "--num-records", str(RECORDS)),
            *("--record-size", "100", "--throughput", "-1"),
            *("--command-property", "bootstrap.servers=@", "compression.type=lz4"),
            "batch.size=2000",
        )
        for protocol in ("classic", "consumer"):
            pair.do(
                *("console-consumer", *HERE, "--topic", "dumped", "--from-beginning"),
                *("--group", f"{protocol}-readers", "--max-messages", "5"),
                *("--command-property", f"group.protocol={protocol}", "--timeout-ms", "60000"),
            )
        served.stop()
        yield pair


def _dump(broker: Broker, path: Path, *flags: str) -> Output:
    output = broker.run("dump-log", "--files", str(path), *flags)
    assert output.code == 0, output
    return output


def _complaints(output: Output) -> list[str]:
    said = [*output.lines, *output.errors]
    return [line for line in said if COMPLAINT.search(line) and "| offset" not in line]


def _segments(broker: Broker, partition: str, suffix: str) -> list[Path]:
    return sorted((broker.data / partition).glob(f"*{suffix}"))


def test_every_record_of_every_segment_is_dumped_without_complaint(stopped: Pair) -> None:
    count = 0
    logs = _segments(stopped.ours, "dumped-0", ".log")
    assert len(logs) > 1
    for log in logs:
        output = _dump(stopped.ours, log, "--deep-iteration", "--print-data-log")
        assert not _complaints(output)
        assert any(NOT_FROM_ZERO in line for line in output.errors) == (log != logs[0])
        assert all("isvalid: true" in line for line in output.lines if "baseOffset" in line)
        count += sum(line.startswith("| offset: ") for line in output.lines)
    assert count == RECORDS


def test_a_real_kafka_gets_the_same_words_for_its_second_segment(stopped: Pair) -> None:
    """That the tool expects every segment to follow offset -1 is not of our making."""
    second = _segments(stopped.theirs, "dumped-0", ".log")[1]

    output = _dump(stopped.theirs, second, "--deep-iteration")

    assert any(NOT_FROM_ZERO in line for line in output.errors)


@pytest.mark.parametrize("suffix", [".index", ".timeindex", ".snapshot"])
def test_indexes_and_snapshots_agree_with_their_segments(stopped: Pair, suffix: str) -> None:
    files = _segments(stopped.ours, "dumped-0", suffix)
    assert files
    for path in files:
        output = _dump(stopped.ours, path, "--deep-iteration")
        assert not _complaints(output)
        assert len(output.lines) > 1
        if suffix != ".snapshot":
            assert not _complaints(_dump(stopped.ours, path, "--verify-index-only"))


def test_offsets_topic_is_decoded_into_groups_and_commits(stopped: Pair) -> None:
    kinds: dict[str, set[str]] = {}
    for broker in (stopped.theirs, stopped.ours):
        found = kinds.setdefault(broker.address, set())
        for log in broker.data.glob("__consumer_offsets-*/*.log"):
            if not log.stat().st_size:
                continue
            output = _dump(broker, log, "--deep-iteration", "--offsets-decoder")
            assert not _complaints(output)
            found |= set(re.findall(r'key: \{"type":"(\d+)"', "\n".join(output.lines)))
    assert kinds[stopped.ours.address] == kinds[stopped.theirs.address]
    assert {"1", "2", "3"} <= kinds[stopped.ours.address]
