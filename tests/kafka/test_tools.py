"""Kafka's command-line tools say the same about our broker as about a real Kafka."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.kafka.tools import Broker, Output, Pair, without
from tests.peers.apache_kafka import ApacheKafka
from tests.support.served import ServedBroker

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(600)]

HERE = ("--bootstrap-server", "@")
NOT_SERVED = (
    "share.version",
    "streams.version",
    "transaction.version",
)
"""Features that a real Kafka has and this broker does not list."""


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    theirs = tmp_path_factory.mktemp("theirs") / "cluster"
    ours = tmp_path_factory.mktemp("ours") / "data"
    with ApacheKafka(theirs) as kafka, ServedBroker(ours) as served:
        yield Pair(
            Broker(kafka.bootstrap, theirs / "node-1" / "data"), Broker(served.address, ours)
        )


def test_topics(brokers: Pair) -> None:
    same = brokers.same
    make = ("topics", *HERE, "--create", "--topic")
    assert same(*make, "orders", "--partitions", "3").lines == ("Created topic orders.",)
    same(*make, "orders")
    same(*make, "orders", "--if-not-exists")
    same(*make, "a/b")
    same(*make, "copies", "--replication-factor", "2")
    same(*make, "bad", "--config", "retention.ms=soon")
    same(*make, "set", "--config", "retention.ms=99999999", "--config", "cleanup.policy=compact")
    same("topics", *HERE, "--describe", "--topic", "gone")
    same("topics", *HERE, "--alter", "--topic", "orders", "--partitions", "5")
    same("topics", *HERE, "--alter", "--topic", "orders", "--partitions", "2")
    same("topics", *HERE, "--list")
    for topic in ("orders", "set"):
        described = same("topics", *HERE, "--describe", "--topic", topic)
        assert "Leader: 1\tReplicas: 1\tIsr: 1" in described.lines[1]
    same("topics", *HERE, "--describe", "--unavailable-partitions")
    same("topics", *HERE, "--describe", "--under-replicated-partitions")
    same("topics", *HERE, "--describe", "--topics-with-overrides")
    same("topics", *HERE, "--delete", "--topic", "set")
    same("topics", *HERE, "--delete", "--topic", "set")


def test_configs_of_topics(brokers: Pair) -> None:
    brokers.do("topics", *HERE, "--create", "--topic", "configured")
    of_topic = ("configs", *HERE, "--entity-type", "topics", "--entity-name", "configured")
    alter = (*of_topic, "--alter")
    brokers.same(*alter, "--add-config", "segment.bytes=2000000,cleanup.policy=[compact,delete]")
    described = brokers.same(*of_topic, "--describe")
    assert any("segment.bytes=2000000" in line for line in described.lines)
    brokers.same(*alter, "--delete-config", "segment.bytes")
    brokers.same(*alter, "--delete-config", "no.such")
    brokers.same(*of_topic, "--describe")
    brokers.same(*of_topic, "--describe", "--all")
    for change in ("no.such=1", "segment.bytes=x"):
        assert brokers.same(*alter, "--add-config", change).code == 1


def test_configs_of_brokers(brokers: Pair) -> None:
    one = ("configs", *HERE, "--entity-type", "brokers", "--entity-name", "1")
    every = ("configs", *HERE, "--entity-type", "brokers", "--entity-default")
    brokers.same(*one, "--describe")
    brokers.same(*every, "--describe")
    brokers.same(*one, "--alter", "--add-config", "log.retention.ms=5000000000")
    brokers.same(*every, "--alter", "--add-config", "log.cleaner.delete.retention.ms=5000000")
    described = brokers.same(*one, "--describe", ordered=False)
    assert any("log.retention.ms=5000000000" in line for line in described.lines)
    brokers.same(*every, "--describe", ordered=False)
    brokers.same(*one, "--alter", "--add-config", "num.partitions=7")
    brokers.same(*one, "--alter", "--delete-config", "log.retention.ms")
    brokers.same(*every, "--alter", "--delete-config", "log.cleaner.delete.retention.ms")
    brokers.same(*one, "--describe")


def test_configs_of_groups(brokers: Pair) -> None:
    group = ("configs", *HERE, "--entity-type", "groups", "--entity-name", "billing")
    changes = "consumer.session.timeout.ms=50000,share.isolation.level=read_committed"
    brokers.same(*group, "--alter", "--add-config", changes)
    described = brokers.same(*group, "--describe")
    assert any("consumer.session.timeout.ms=50000" in line for line in described.lines)
    brokers.same("configs", *HERE, "--entity-type", "groups", "--describe")
    for wrong in ("consumer.session.timeout.ms=1", "no.such=1"):
        assert brokers.same(*group, "--alter", "--add-config", wrong).code == 1
    brokers.same(*group, "--alter", "--delete-config", "consumer.session.timeout.ms")
    brokers.same(*group, "--describe", "--all")


def test_levels_of_loggers(brokers: Pair) -> None:
    loggers = ("configs", *HERE, "--entity-type", "broker-loggers", "--entity-name", "1")
    brokers.same(*loggers, "--alter", "--add-config", "root=WARN")
    theirs, ours = brokers.run(*loggers, "--describe")
    (told,) = [line for line in ours.lines if "root=" in line]
    assert told in theirs.lines
    assert "root=WARN" in told
    for wrong in ("root=LOUD", "no.such=INFO"):
        assert brokers.same(*loggers, "--alter", "--add-config", wrong).code == 1
    brokers.same(*loggers, "--alter", "--delete-config", "root")


def test_configs_of_clients(brokers: Pair) -> None:
    def alter(*entity: str) -> Output:
        return brokers.same("configs", *HERE, "--alter", *entity)

    big = ("--add-config", "producer_byte_rate=100000000,consumer_byte_rate=200000000")
    alter("--entity-type", "clients", "--entity-name", "billing", *big)
    alter("--entity-type", "clients", "--entity-default", *big)
    alter(
        "--entity-type", "users", "--entity-name", "ann", "--add-config", "request_percentage=200"
    )
    alter(
        *("--entity-type", "users", "--entity-name", "ann"),
        *("--entity-type", "clients", "--entity-default", *big),
    )
    alter("--entity-type", "clients", "--entity-name", "billing", "--add-config", "no_such=1")
    told = brokers.same("configs", *HERE, "--describe", "--entity-type", "clients", ordered=False)
    assert any("Quota configs for" in line for line in told.lines)
    rates = ("--delete-config", "producer_byte_rate,consumer_byte_rate")
    alter("--entity-type", "clients", "--entity-name", "billing", *rates)
    alter("--entity-type", "clients", "--entity-default", *rates)


def test_records_written_read_found_and_deleted(brokers: Pair, tmp_path: Path) -> None:
    brokers.do("topics", *HERE, "--create", "--topic", "lines", "--partitions", "2")
    keyed = ("--reader-property", "parse.key=true", "--reader-property", "key.separator=:")
    typed = "".join(f"k:{number}\n" for number in range(30))
    brokers.do("console-producer", *HERE, "--topic", "lines", *keyed, typed=typed)
    read = brokers.same(
        *("console-consumer", *HERE, "--topic", "lines", "--from-beginning"),
        *("--group", "line-readers", "--max-messages", "30", "--timeout-ms", "60000"),
        *("--formatter-property", "print.key=true", "--formatter-property", "print.offset=true"),
    )
    assert len([line for line in read.lines if line.startswith("Offset:")]) == 30
    for time in ("-1", "-2", "-4", "-5", "0", "latest", "earliest"):
        brokers.same("get-offsets", *HERE, "--topic", "lines", "--time", time)
    brokers.same("get-offsets", *HERE, "--topic-partitions", "lines:0,lines:1")
    brokers.same("get-offsets", *HERE, "--topic", "gone")
    wanted = tmp_path / "offsets.json"
    offsets = [
        {"topic": "lines", "partition": index, "offset": offset}
        for index, offset in ((0, 99), (1, 0))
    ]
    wanted.write_text(json.dumps({"partitions": offsets, "version": 1}))
    brokers.same("delete-records", *HERE, "--offset-json-file", str(wanted), ordered=False)
    brokers.same("get-offsets", *HERE, "--topic", "lines", "--time", "-2")
    # One record alone: a batch grows by a byte for each whose time is 64 ms after its first.
    brokers.do("topics", *HERE, "--create", "--topic", "sized", "--partitions", "2")
    brokers.do("console-producer", *HERE, "--topic", "sized", *keyed, typed="k:only\n")
    sizes = brokers.same("log-dirs", *HERE, "--describe", "--topic-list", "sized")
    assert '"size":73' in sizes.lines[-1]


def test_groups(brokers: Pair) -> None:
    brokers.do("topics", *HERE, "--create", "--topic", "read")
    brokers.do("console-producer", *HERE, "--topic", "read", typed="a\nb\nc\n")
    for group, protocol in (("old", "classic"), ("new", "consumer")):
        brokers.same(
            *("console-consumer", *HERE, "--topic", "read", "--from-beginning"),
            *("--group", group, "--command-property", f"group.protocol={protocol}"),
            *("--max-messages", "2", "--timeout-ms", "60000"),
        )
        of_group = ("consumer-groups", *HERE, "--group", group)
        assert any("read" in line for line in brokers.same(*of_group, "--describe").lines)
        brokers.same(*of_group, "--describe", "--state")
        brokers.same(*of_group, "--describe", "--members")
        brokers.same(*of_group, "--topic", "read", "--reset-offsets", "--to-earliest", "--execute")
        brokers.same(*of_group, "--describe", "--offsets")
    brokers.same("groups", *HERE, "--list", ordered=False)
    brokers.same("consumer-groups", *HERE, "--list", ordered=False)
    brokers.same("consumer-groups", *HERE, "--describe", "--group", "gone")
    brokers.same("consumer-groups", *HERE, "--delete-offsets", "--group", "old", "--topic", "read")
    for group in ("old", "new", "gone"):
        brokers.same("consumer-groups", *HERE, "--delete", "--group", group)


def test_offsets_are_reset_in_every_way(brokers: Pair, tmp_path: Path) -> None:
    for topic in ("once", "twice"):
        brokers.do("topics", *HERE, "--create", "--topic", topic, "--partitions", "2")
        lines = "".join(f"{number}:v\n" for number in range(40))
        keyed = ("--reader-property", "parse.key=true", "--reader-property", "key.separator=:")
        brokers.do("console-producer", *HERE, "--topic", topic, *keyed, typed=lines)
    group = ("consumer-groups", *HERE, "--group", "rewound", "--reset-offsets")
    every = (*group, "--all-topics")
    first = brokers.same(*group, "--topic", "once", "--topic", "twice", "--to-latest", "--execute")
    assert sum("rewound" in line for line in first.lines) == 4
    for way in (
        ("--to-earliest",),
        ("--shift-by", "3"),
        ("--shift-by", "-1"),
        ("--shift-by", "-1000"),
        ("--shift-by", "1000"),
        ("--to-offset", "5"),
        ("--to-offset", "1000000"),
        ("--to-datetime", "2020-01-01T00:00:00.000"),
        ("--to-datetime", "2099-01-01T00:00:00.000"),
        ("--by-duration", "PT1H"),
        ("--by-duration", "PT0S"),
        ("--to-current",),
        ("--to-latest",),
    ):
        brokers.same(*every, *way, "--execute")
    brokers.same(*group, "--topic", "once", "--shift-by", "-7", "--dry-run")
    brokers.same(*group, "--topic", "once:1", "--to-offset", "2", "--execute")
    exported = brokers.same(*every, "--to-current", "--export", "--dry-run")
    assert any(re.fullmatch(r'"?once"?,1,2', line) for line in exported.lines), exported.lines
    plan = tmp_path / "plan.csv"
    plan.write_text("once,0,1\nonce,1,4\ntwice,0,99\n")
    brokers.same(*every, "--from-file", str(plan), "--execute")
    brokers.same("consumer-groups", *HERE, "--describe", "--group", "rewound")
    brokers.same(*group, "--topic", "gone", "--to-earliest", "--execute")
    brokers.same(
        *("consumer-groups", *HERE, "--group", "unheard-of", "--reset-offsets"),
        *("--topic", "once", "--to-offset", "7", "--execute"),
    )
    brokers.same("consumer-groups", *HERE, "--all-groups", "--describe", ordered=False)


def test_performance_tools_carry_every_record(brokers: Pair) -> None:
    brokers.do("topics", *HERE, "--create", "--topic", "many", "--partitions", "3")
    for output in brokers.run(
        *("producer-perf-test", "--topic", "many", "--num-records", "5000"),
        *("--record-size", "200", "--throughput", "-1"),
        *("--command-property", "bootstrap.servers=@", "compression.type=zstd"),
    ):
        assert output.code == 0
        assert output.lines[-1].startswith("5000 records sent, ")
    for output in brokers.run(
        *("consumer-perf-test", *HERE, "--topic", "many", "--num-records", "5000"),
        *("--group", "measurers"),
    ):
        assert output.code == 0
        assert re.search(r", 0\.9537, [\d.]+, 5000, ", output.lines[-1])


def test_verifiable_clients_report_the_same(brokers: Pair) -> None:
    brokers.do("topics", *HERE, "--create", "--topic", "verified")
    sent = brokers.same("verifiable-producer", *HERE, "--topic", "verified", "--max-messages", "20")
    assert sum("producer_send_success" in line for line in sent.lines) == 20
    for output in brokers.run(
        *("verifiable-consumer", *HERE, "--topic", "verified", "--group-id", "verifiers"),
        *("--max-messages", "20", "--reset-policy", "earliest"),
    ):
        assert output.code == 0
        told = [json.loads(line.replace("TIME", "0")) for line in output.lines]
        assert [each["name"] for each in told][:2] == ["startup_complete", "partitions_assigned"]
        assert sum(each["count"] for each in told if each["name"] == "records_consumed") == 20
        committed = [each for each in told if each["name"] == "offsets_committed"]
        assert committed[-1]["offsets"][0]["offset"] == 20


def test_access_rules_are_disabled(brokers: Pair) -> None:
    told = brokers.same("acls", *HERE, "--list")
    assert any(
        "No Authorizer is configured on the broker" in line for line in (*told.lines, *told.errors)
    )
    rule = ("--allow-principal", "User:a", "--operation", "Read", "--topic", "orders")
    for change in ("--add", "--remove"):
        assert brokers.same("acls", *HERE, change, *rule, "--force").code == 1


def test_cluster_and_its_quorum(brokers: Pair) -> None:
    brokers.same("cluster", "cluster-id", *HERE)
    brokers.same("cluster", "list-endpoints", *HERE)
    theirs, ours = brokers.run("metadata-quorum", *HERE, "describe", "--status")
    assert _labels(ours) == _labels(theirs)
    assert "LeaderId:               1" in ours.lines
    theirs, ours = brokers.run("metadata-quorum", *HERE, "describe", "--replication")
    assert ours.lines[0] == theirs.lines[0]
    assert [line.split()[-1] for line in ours.lines] == ["Status", "Leader"]


def _labels(output: Output) -> list[str]:
    return [line.partition(":")[0] for line in output.lines]


def test_features_and_versions(brokers: Pair) -> None:
    theirs, ours = brokers.run("features", *HERE, "describe")
    served = {_feature(line): line.split("Epoch")[0] for line in ours.lines}
    known = {_feature(line): line.split("Epoch")[0] for line in theirs.lines}
    assert served.keys() == known.keys() - set(NOT_SERVED)
    assert {name: known[name] for name in served} == served | {
        "kraft.version": known["kraft.version"]
    }
    brokers.same("features", *HERE, "upgrade", "--feature", "metadata.version=99")
    theirs, ours = brokers.run("broker-api-versions", *HERE)
    listed, known_apis = _apis(ours), _apis(theirs)
    assert listed
    assert {name: known_apis[name] for name in listed} == listed


def _feature(line: str) -> str:
    return line.split()[1]


def _apis(output: Output) -> Mapping[str, str]:
    """The usable version of every API that the broker serves."""
    pairs = [line.strip().rstrip(",").split(": ", 1) for line in output.lines if "): " in line]
    return {name: versions for name, versions in pairs if "UNSUPPORTED" not in versions}


def test_leaders_and_replicas_stay(brokers: Pair, tmp_path: Path) -> None:
    brokers.do("topics", *HERE, "--create", "--topic", "placed", "--partitions", "2")
    for kind in ("preferred", "unclean"):
        brokers.same(
            *("leader-election", *HERE, "--election-type", kind),
            *("--topic", "placed", "--partition", "1"),
        )
    brokers.same("leader-election", *HERE, "--election-type", "preferred", "--all-topic-partitions")
    brokers.same(
        *("leader-election", *HERE, "--election-type", "preferred"),
        *("--topic", "gone", "--partition", "0"),
    )
    topics, plan, elsewhere = (tmp_path / name for name in ("topics", "plan", "elsewhere"))
    topics.write_text(json.dumps({"topics": [{"topic": "placed"}], "version": 1}))
    for path, replicas in ((plan, [1]), (elsewhere, [2])):
        moved = {"topic": "placed", "partition": 0, "replicas": replicas, "log_dirs": ["any"]}
        path.write_text(json.dumps({"version": 1, "partitions": [moved]}))
    move = ("reassign-partitions", *HERE)
    brokers.same(
        *move, "--generate", "--topics-to-move-json-file", str(topics), "--broker-list", "1"
    )
    brokers.same(*move, "--execute", "--reassignment-json-file", str(plan))
    brokers.same(*move, "--verify", "--reassignment-json-file", str(plan))
    brokers.same(*move, "--execute", "--reassignment-json-file", str(elsewhere))
    brokers.same(*move, "--list")
    described = brokers.same("topics", *HERE, "--describe", "--topic", "placed")
    assert not without(described.lines[1:], "Replicas: 1")
