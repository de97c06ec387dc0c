"""Groups of the newer protocol (KIP-848) with librdkafka: nothing is skipped.

While a producer writes, members, which are processes, come and go, are killed and fenced, return
and change their protocol. At the end every acknowledged record was read, and where every member
could commit what it had read, none was read twice. KCONSOLE_INTEROP_BOOTSTRAP names another
cluster, which needs the settings that `group_stories` lists.
"""

import os
import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka.admin import AdminClient

from tests.interop import group_stories
from tests.interop.group_of_members import GroupOfMembers, Member
from tests.interop.group_stories import PARTITIONS, SETTINGS, Stage, Start, make_topic, stage_of
from tests.interop.writing import Writer
from tests.support.served import ServedBroker

pytestmark = pytest.mark.timeout(300)

CLASSIC = {
    "session.timeout.ms": "5000",
    "heartbeat.interval.ms": "300",
    "partition.assignment.strategy": "range",
}


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker that soon misses members."""
    other = os.environ.get("KCONSOLE_INTEROP_BOOTSTRAP")
    if other:
        yield other
        return
    config = "[engine]\n" + "".join(f'"{key}" = {value}\n' for key, value in SETTINGS.items())
    with ServedBroker(tmp_path_factory.mktemp("groups") / "data", config=config) as broker:
        yield broker.address


@pytest.fixture
def stage(bootstrap: str) -> Iterator[Stage]:
    with stage_of(bootstrap) as made:
        yield made


def starting(group: GroupOfMembers) -> Start:
    """Starts members that use librdkafka."""

    def start(name: str, protocol: str) -> Member:
        settings = CLASSIC if protocol == "classic" else {}
        return group.start(name, protocol=protocol, settings=settings)

    return start


def test_members_come_and_go_and_every_record_is_read_once(stage: Stage) -> None:
    assert not group_stories.members_come_and_go(stage, starting(stage.group))


def test_what_a_killed_member_held_is_read_on_from_its_commit(stage: Stage) -> None:
    again = group_stories.one_is_killed(stage, starting(stage.group))
    assert max(again.values(), default=2) == 2


def test_a_fenced_member_gives_up_and_joins_again(stage: Stage) -> None:
    again = group_stories.one_is_fenced(stage, starting(stage.group))
    assert max(again.values(), default=2) == 2


def test_a_live_group_goes_over_to_the_newer_protocol_and_back(stage: Stage) -> None:
    assert not group_stories.goes_over_and_back(stage, starting(stage.group))


def test_members_without_partitions_step_in(stage: Stage) -> None:
    group = stage.group
    members = [group.start(f"member-{number}") for number in range(PARTITIONS + 2)]
    stage.share(*members)
    idle = [member for member in members if not member.owned]
    busy = [member for member in members if member.owned]
    assert len(idle) == 2
    for member in busy[:2]:
        group.stop(member)
    stage.share(*busy[2:], *idle)
    assert not stage.finish()


def test_a_static_member_that_returns_finds_its_partitions(stage: Stage) -> None:
    group = stage.group
    first, other = group.start("desk", instance="desk"), group.start("other")
    stage.share(first, other)
    held, changes = first.owned.copy(), other.times.copy()
    group.stop(first)
    second = group.start("desk again", instance="desk")
    stage.share(second, other)
    assert second.owned == held
    for event in ("partitions_assigned", "partitions_revoked"):
        assert other.times[event] == changes[event]
    assert not stage.finish()


def test_a_second_member_of_one_instance_id_is_refused(stage: Stage) -> None:
    group = stage.group
    first = group.start("desk", instance="desk")
    stage.share(first)
    second = group.start("double", instance="desk")
    group.wait_until("the double is refused", lambda: second.times["error"])
    assert not second.owned
    stage.share(first)
    assert not stage.finish()


def test_an_expression_finds_topics_that_are_made_later(bootstrap: str) -> None:
    prefix = f"found-{uuid.uuid4().hex[:8]}"
    early, late, other = f"{prefix}-early", f"{prefix}-late", f"not-{prefix}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    make_topic(admin, early, 2)
    with (
        GroupOfMembers(bootstrap, f"{prefix}-group", [f"^{prefix}-.*"]) as group,
        Writer(bootstrap, {early: 2}) as writer,
    ):
        stage = Stage(group, writer, admin)
        members = group.start("first"), group.start("second")
        stage.share(*members, partitions=2)
        make_topic(admin, late, 2)
        make_topic(admin, other, 2)
        with Writer(bootstrap, {late: 2, other: 2}) as later:
            stage.share(*members, partitions=4)
        wanted = {record for record in later.acknowledged if record[0] == late}
        assert wanted
        writer.stop()
        writer.acknowledged |= wanted
        assert not stage.finish()
