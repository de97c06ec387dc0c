"""Kafka's own command-line tools, run against two brokers at once, and their outputs made equal.

What is a broker's own is replaced by what it is: addresses, ids, times, measured speeds, paths.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from tests.peers.apache_kafka import quick_java

SECONDS_MAX = 120

CLASSES = {
    "acls": "org.apache.kafka.tools.AclCommand",
    "broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "cluster": "org.apache.kafka.tools.ClusterTool",
    "configs": "kafka.admin.ConfigCommand",
    "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "consumer-perf-test": "org.apache.kafka.tools.ConsumerPerformance",
    "delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
    "dump-log": "org.apache.kafka.tools.DumpLogSegments",
    "features": "org.apache.kafka.tools.FeatureCommand",
    "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "groups": "org.apache.kafka.tools.GroupsCommand",
    "leader-election": "org.apache.kafka.tools.LeaderElectionCommand",
    "log-dirs": "org.apache.kafka.tools.LogDirsCommand",
    "metadata-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
    "producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
    "reassign-partitions": "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
    "topics": "org.apache.kafka.tools.TopicCommand",
    "verifiable-consumer": "org.apache.kafka.tools.VerifiableConsumer",
    "verifiable-producer": "org.apache.kafka.tools.VerifiableProducer",
}

_OWN = (
    (r"(TopicId: |ClusterId: +|Cluster ID: |\"directoryId\": \")[\w-]{22}", r"\1ID"),
    (r"\b[\w-]{22}\b(?=\s+\d+\s+\d+\s+\d+)", "ID"),
    (r"\"timestamp\":\d+", '"timestamp":TIME'),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}", "TIME"),
    (r"(LeaderEpoch|HighWatermark): +\d+", r"\1: NUMBER"),
    (r"\"avg_throughput\":[\d.]+", '"avg_throughput":NUMBER'),
    (r"(perf-consumer-)\d+", r"\1NUMBER"),
    (r"\bat [\w.$/]+\(.*\)", "at PLACE"),
)


@dataclass(frozen=True, slots=True)
class Output:
    """What a tool said."""

    code: int
    lines: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broker:
    """One of the two brokers: where it is reached, and where its data lies."""

    address: str
    data: Path

    def run(self, tool: str, *arguments: str, typed: str = "") -> Output:
        """Run a tool, `@` standing for the address, and wait for its end."""
        done = subprocess.run(
            [
                *(*quick_java(), CLASSES[tool]),
                *(each.replace("@", self.address) for each in arguments),
            ],
            input=typed,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
        errors = [line for line in done.stderr.splitlines() if not line.startswith("SLF4J")]
        return Output(
            done.returncode,
            tuple(map(self._plain, done.stdout.splitlines())),
            tuple(map(self._plain, errors)),
        )

    def _plain(self, line: str) -> str:
        host, _, port = self.address.rpartition(":")
        line = line.replace(self.address, "ADDRESS").replace(str(self.data), "DATA")
        line = re.sub(rf"\b{re.escape(host)}\s+{port}\b", "ADDRESS", line)
        for pattern, name in _OWN:
            line = re.sub(pattern, name, line)
        return line


@dataclass(frozen=True, slots=True)
class Pair:
    """A real Kafka and our broker."""

    theirs: Broker
    ours: Broker

    def run(self, tool: str, *arguments: str, typed: str = "") -> tuple[Output, Output]:
        """Run a tool against both at the same time; what Kafka's and what ours made it say."""
        with ThreadPoolExecutor(2) as threads:
            runs = [
                threads.submit(broker.run, tool, *arguments, typed=typed)
                for broker in (self.theirs, self.ours)
            ]
            theirs, ours = (run.result() for run in runs)
        return theirs, ours

    def same(self, tool: str, *arguments: str, typed: str = "", ordered: bool = True) -> Output:
        """Run a tool against both, assert that it says the same and return that."""
        theirs, ours = self.run(tool, *arguments, typed=typed)
        if not ordered:
            theirs, ours = _sorted(theirs), _sorted(ours)
        assert ours == theirs, "\n".join(_difference(theirs, ours, (tool, *arguments)))
        return ours

    def do(self, tool: str, *arguments: str, typed: str = "") -> None:
        """Run a tool against both for what it does."""
        for output in self.run(tool, *arguments, typed=typed):
            assert output.code == 0, output


def without(lines: Iterable[str], *words: str) -> Sequence[str]:
    """The lines in which none of the words stands."""
    return [line for line in lines if not any(word in line for word in words)]


def _difference(theirs: Output, ours: Output, command: Iterable[str]) -> Iterator[str]:
    yield " ".join(command)
    yield f"exit codes: Kafka {theirs.code}, ours {ours.code}"
    yield from unified_diff(theirs.lines, ours.lines, "Kafka", "ours", lineterm="", n=0)
    yield from unified_diff(theirs.errors, ours.errors, "Kafka", "ours", lineterm="", n=0)


def _sorted(output: Output) -> Output:
    return Output(output.code, tuple(sorted(output.lines)), output.errors)
