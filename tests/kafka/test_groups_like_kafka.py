"""Groups on our broker and on a real Apache Kafka: the same requests, the same answers.

Every scenario is played against both at once, in each version of the API that it is about, and the
transcripts are compared field by field; `group_talk` tells what is put aside.
"""

import asyncio
from collections.abc import Iterator

import pytest

from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.heartbeat import HeartbeatResponse
from tests.kafka.admin_scenarios import ADMIN_SCENARIOS
from tests.kafka.consumer_group_scenarios import CONSUMER_GROUP_SCENARIOS
from tests.kafka.membership_scenarios import MEMBERSHIP_SCENARIOS
from tests.kafka.migration_scenarios import MIGRATION_SCENARIOS
from tests.kafka.offset_scenarios import OFFSET_SCENARIOS
from tests.peers.apache_kafka import ApacheKafka
from tests.support.group_requests import NOBODY, beat
from tests.support.group_talk import Scene, Talk
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient

pytestmark = pytest.mark.needs("apache-kafka")

SCENARIOS = (
    MEMBERSHIP_SCENARIOS
    | ADMIN_SCENARIOS
    | OFFSET_SCENARIOS
    | CONSUMER_GROUP_SCENARIOS
    | MIGRATION_SCENARIOS
)
PLAYS = [(name, version) for name, each in SCENARIOS.items() for version in each.versions]
GROUPS_THAT_REACH_EVERY_PARTITION = 400
UNKNOWN_MEMBER_ID = 25

Address = tuple[str, int]


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Address, Address]]:
    """One node of Kafka and one of ours, with every partition of `__consumer_offsets` served."""
    path = tmp_path_factory.mktemp("brokers")
    # A target of a consumer group is made at once, so that nothing has to be waited for.
    settings = {"group.consumer.assignment.interval.ms": "0"}
    config = "[engine]\n" + "".join(f'"{key}" = {value}\n' for key, value in settings.items())
    with (
        ApacheKafka(path / "kafka", settings=settings) as kafka,
        ServedBroker(path / "ours", config=config) as ours,
    ):
        host, _, port = ours.address.rpartition(":")
        addresses = ("127.0.0.1", kafka.ports[0]), (host, int(port))
        for address in addresses:
            asyncio.run(coordinators_are_up(*address))
        yield addresses


async def coordinators_are_up(host: str, port: int) -> None:
    """Wait until groups have their coordinators."""
    async with WireClient(host, port) as client:
        find = FindCoordinatorRequest(key="any")
        while (await client.call(find, FindCoordinatorResponse, 1)).error_code:
            pass
        for number in range(GROUPS_THAT_REACH_EVERY_PARTITION):
            ask = beat(f"group-{number}", NOBODY, 1)
            while (await client.call(ask, HeartbeatResponse, 4)).error_code != UNKNOWN_MEMBER_ID:
                pass


async def played(address: Address, group: str, scene: Scene, version: int) -> list[object]:
    """What a broker answers to a scenario."""
    async with Talk(*address, group) as talk:
        await scene(talk, version)
    return list(talk.transcript)


@pytest.mark.timeout(180)  # The first waits for Kafka to start.
@pytest.mark.parametrize(("name", "version"), PLAYS)
async def test_answers_are_those_of_kafka(
    brokers: tuple[Address, Address], name: str, version: int
) -> None:
    scene, group = SCENARIOS[name].play, f"{name}-{version}"
    of_kafka, of_ours = await asyncio.gather(
        *(played(address, group, scene, version) for address in brokers)
    )
    print(f"{name} in version {version}: {len(of_kafka)} answers compared")
    assert of_ours == of_kafka
