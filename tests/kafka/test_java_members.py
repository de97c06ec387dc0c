"""Groups whose members use the Java client, alone and beside librdkafka: nothing is skipped.

The same stories are told of our broker and of a real Kafka, whose own clients these are.
"""

from collections.abc import Iterator
from itertools import cycle

import pytest

from tests.interop import group_stories
from tests.interop.group_of_members import GroupOfMembers, Member
from tests.interop.group_stories import SETTINGS, Stage, Start, stage_of
from tests.peers.apache_kafka import ApacheKafka
from tests.support.served import ServedBroker

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(600)]

COOPERATIVE = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = "[engine]\n" + "".join(f'"{key}" = {value}\n' for key, value in SETTINGS.items())
    with ServedBroker(tmp_path_factory.mktemp("ours") / "data", config=config) as broker:
        yield broker.address


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = {key: str(value) for key, value in SETTINGS.items()}
    with ApacheKafka(tmp_path_factory.mktemp("theirs") / "cluster", settings=settings) as kafka:
        yield kafka.bootstrap


@pytest.fixture(params=["ours", "theirs"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with stage_of(request.getfixturevalue(request.param)) as made:
        yield made


def java(group: GroupOfMembers) -> Start:
    """Starts members that use the Java client."""

    def start(name: str, protocol: str) -> Member:
        classic = {
            "session.timeout.ms": "5000",
            "heartbeat.interval.ms": "300",
            "partition.assignment.strategy": COOPERATIVE,
        }
        settings = classic if protocol == "classic" else {}
        return group.start_java(name, protocol=protocol, settings=settings)

    return start


def mixed(group: GroupOfMembers) -> Start:
    """Starts members that use librdkafka and the Java client in turn."""
    starts = cycle((lambda name, protocol: group.start(name, protocol=protocol), java(group)))
    return lambda name, protocol: next(starts)(name, protocol)


def test_members_of_two_libraries_share_a_group(stage: Stage) -> None:
    assert not group_stories.members_come_and_go(stage, mixed(stage.group))


def test_what_a_killed_java_member_held_is_read_on_from_its_commit(stage: Stage) -> None:
    again = group_stories.one_is_killed(stage, java(stage.group))
    assert max(again.values(), default=2) == 2


def test_a_fenced_java_member_gives_up_and_joins_again(stage: Stage) -> None:
    again = group_stories.one_is_fenced(stage, java(stage.group))
    assert max(again.values(), default=2) == 2


def test_a_live_group_of_java_members_goes_over_and_back(stage: Stage) -> None:
    assert not group_stories.goes_over_and_back(stage, java(stage.group))
