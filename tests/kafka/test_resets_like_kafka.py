"""A reset that the console plans is the one that Kafka's own tool plans, on a real Kafka."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as Place
from confluent_kafka.admin import AdminClient

from console.adapters.kafka import KafkaCluster
from console.model.names import TopicPartition
from console.resets.aim import parse_aim
from console.resets.carrying import carry_out
from console.resets.drafting import Draft, Wish, drafted, positions_of
from console.resets.extent import parse_extent
from console.resets.positions_file import (
    parse_positions,
    positions_of_groups_text,
    positions_text,
)
from engine.kernel.system import SystemClock, SystemEntropy
from tests.kafka.tools import Broker
from tests.peers.apache_kafka import ApacheKafka
from tests.support.group_reader import TIMEOUT_S, create_topic, write

pytestmark = [
    pytest.mark.needs("apache-kafka"),
    pytest.mark.timeout(600),
    pytest.mark.long,
]

GROUP = "resting"
ONE, TWO = TopicPartition("once", 0), TopicPartition("once", 1)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A Kafka with a topic of two partitions, 40 records in each, of which 10 are deleted."""
    folder = tmp_path_factory.mktemp("kafka") / "cluster"
    with ApacheKafka(folder) as cluster:
        address = cluster.bootstrap
        create_topic(address, "once", 2)
        write(address, "once", 80, 2)
        cut = [Place("once", index, 10) for index in range(2)]
        admin = AdminClient({"bootstrap.servers": address})
        for deleted in admin.delete_records(cut).values():
            deleted.result(TIMEOUT_S)
        yield Broker(address, folder)


def rest(address: str, *offsets: int, group: str = GROUP) -> None:
    """Let a group have these positions."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": group})
    try:
        places = [Place("once", index, offset) for index, offset in enumerate(offsets)]
        consumer.commit(offsets=places, asynchronous=False)
    finally:
        consumer.close()


def cluster_at(address: str) -> KafkaCluster:
    return KafkaCluster(address, clock=SystemClock(), entropy=SystemEntropy())


async def draft_of(cluster: KafkaCluster, to: str, scope: str) -> Draft:
    wish = Wish(GROUP, "classic", parse_aim(to, SystemClock().wall_ms()), parse_extent(scope))
    return await drafted(wish, cluster.reads)


def by_tool(kafka: Broker, *arguments: str) -> dict[TopicPartition, int]:
    """The new offsets that Kafka's tool would commit."""
    said = kafka.run(
        *("consumer-groups", "--bootstrap-server", "@", "--group", GROUP),
        *("--reset-offsets", "--dry-run", *arguments),
    )
    assert said.code == 0, said
    rows = [line.split() for line in said.lines if line.startswith(GROUP)]
    return {TopicPartition(topic, int(index)): int(new) for _, topic, index, new in rows}


@pytest.mark.parametrize(
    ("to", "scope", "arguments"),
    [
        ("earliest", "all", ("--all-topics", "--to-earliest")),
        ("latest", "once", ("--topic", "once", "--to-latest")),
        ("4", "once:0 once:1", ("--topic", "once:0", "--topic", "once:1", "--to-offset", "4")),
        ("3", "once:0", ("--topic", "once:0", "--to-offset", "3")),
        ("9999", "once:0,1", ("--topic", "once:0,1", "--to-offset", "9999")),
        ("+7", "all", ("--all-topics", "--shift-by", "7")),
        ("-1000", "all", ("--all-topics", "--shift-by", "-1000")),
        ("+1000", "all", ("--all-topics", "--shift-by", "1000")),
        ("2020-01-01", "all", ("--all-topics", "--to-datetime", "2020-01-01T00:00:00.000")),
        ("2099-01-01", "all", ("--all-topics", "--to-datetime", "2099-01-01T00:00:00.000")),
        ("-1h", "all", ("--all-topics", "--by-duration", "PT1H")),
    ],
)
async def test_new_positions_are_those_of_kafkas_tool(
    kafka: Broker, to: str, scope: str, arguments: tuple[str, ...]
) -> None:
    await asyncio.to_thread(rest, kafka.address, 20, 35)
    async with cluster_at(kafka.address) as cluster:
        plan = (await draft_of(cluster, to, scope)).plan
    theirs = await asyncio.to_thread(by_tool, kafka, *arguments)
    assert {row.key: row.new for row in plan.rows} == theirs


async def test_files_go_both_ways(kafka: Broker, tmp_path: Path) -> None:
    file = tmp_path / "positions.csv"
    await asyncio.to_thread(rest, kafka.address, 20, 35)
    async with cluster_at(kafka.address) as cluster:
        positions = await positions_of(GROUP, cluster.reads)
        assert positions == {ONE: 20, TWO: 35}
        file.write_text(positions_text({ONE: 12, TWO: 9999}))
        plan = (await draft_of(cluster, f"file {file}", "all")).plan
    by_file = ("--all-topics", "--from-file", str(file))
    theirs = await asyncio.to_thread(by_tool, kafka, *by_file)
    assert {row.key: row.new for row in plan.rows} == theirs == {ONE: 12, TWO: 40}
    exported = await asyncio.to_thread(
        kafka.run,
        *("consumer-groups", "--bootstrap-server", "@", "--group", GROUP, "--all-topics"),
        *("--reset-offsets", "--to-current", "--export", "--dry-run"),
    )
    assert parse_positions("\n".join(exported.lines).encode(), GROUP) == {ONE: 20, TWO: 35}


async def test_a_file_of_several_groups_goes_both_ways(kafka: Broker, tmp_path: Path) -> None:
    file, groups = tmp_path / "positions.csv", (GROUP, "second")
    for group in groups:
        await asyncio.to_thread(rest, kafka.address, 20, 35, group=group)
    wanted = {GROUP: {ONE: 12, TWO: 13}, "second": {ONE: 14, TWO: 15}}
    file.write_text(positions_of_groups_text(wanted))
    arguments = ["consumer-groups", "--bootstrap-server", "@", "--all-topics", "--reset-offsets"]
    for group in groups:
        arguments += ["--group", group]
    said = await asyncio.to_thread(kafka.run, *arguments, "--dry-run", "--from-file", str(file))
    rows = [line.split() for line in said.lines if line.startswith(groups)]
    assert sorted((name, int(index), int(new)) for name, _, index, new in rows) == [
        (name, key.partition, offset)
        for name, positions in wanted.items()
        for key, offset in positions.items()
    ]
    exported = await asyncio.to_thread(
        kafka.run, *arguments, "--to-current", "--export", "--dry-run"
    )
    content = "\n".join(exported.lines).encode()
    for group in groups:
        assert parse_positions(content, group) == {ONE: 20, TWO: 35}


async def test_what_is_carried_out_is_what_kafkas_tool_describes(kafka: Broker) -> None:
    await asyncio.to_thread(rest, kafka.address, 20, 35)
    async with cluster_at(kafka.address) as cluster:
        draft = await draft_of(cluster, "3", "all")
        outcome = await carry_out(draft, cluster.reads, cluster.writes)
    assert outcome == {ONE: None, TWO: None}
    described = await asyncio.to_thread(
        kafka.run,
        *("consumer-groups", "--bootstrap-server", "@", "--group", GROUP, "--describe"),
    )
    rows = [line.split() for line in described.lines if line.startswith(GROUP)]
    assert sorted((row[1], row[2], row[3]) for row in rows) == [
        ("once", "0", "10"),
        ("once", "1", "10"),
    ]
