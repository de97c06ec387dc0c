"""News: what a person would want to be told, and nothing of what did not change."""

from dataclasses import replace

import pytest

from console.model.cluster import Broker, ClusterState, Connection, ConnectionState, Usage
from console.model.events import EVENTS_MAX, Event, EventKind
from console.model.figures import Known, Total
from console.model.group import Group, GroupState, Member
from console.model.partition import NOT_READ
from console.model.retention import policy_from
from console.model.severity import Severity
from console.model.verdict import Verdict
from console.port.readings import LayoutReading, NodeReading, PartitionReading, TopicReading
from console.sampling.changes import (
    EVENTS_OF_A_KIND_MAX,
    connection_changes,
    disk_changes,
    group_changes,
    layout_changes,
    policy_changes,
    with_news,
)

NOW_MS = 7
PARTITION = PartitionReading(0, 1, 0, (1, 2, 3), (1, 2, 3))
TOPIC = TopicReading("orders", "id-1", False, (PARTITION,))
NODES = tuple(NodeReading(node_id, "kafka", 9092) for node_id in (1, 2, 3))
LAYOUT = LayoutReading("c", 1, NODES, (TOPIC,))
GROUP = Group(
    "billing",
    GroupState.STABLE,
    "classic",
    members=Known((Member("m", None, "c", "h"),), 1),
    verdict=Verdict.OK,
    is_enriched=True,
    lag_total=Total(1200),
)
BROKER = Broker(1, "kafka", 9092, disk=Known(Usage(10, 100), 1))


def texts(events: list[Event]) -> list[tuple[str, Severity]]:
    assert all(event.at_ms == NOW_MS for event in events)
    return [(event.text, event.severity) for event in events]


def of_layout(after: LayoutReading, before: LayoutReading = LAYOUT) -> list[tuple[str, Severity]]:
    return texts(layout_changes(before, after, NOW_MS))


def of_topics(*topics: TopicReading) -> list[tuple[str, Severity]]:
    return of_layout(replace(LAYOUT, topics=topics))


def of_partition(**fields: object) -> list[tuple[str, Severity]]:
    return of_topics(replace(TOPIC, partitions=(PARTITION._replace(**fields),)))  # type: ignore[arg-type]


def of_group(**fields: object) -> list[tuple[str, Severity]]:
    after = replace(GROUP, **fields)  # type: ignore[arg-type]
    return texts(group_changes([GROUP], [after], NOW_MS))


def test_what_is_the_same_is_no_news() -> None:
    assert of_layout(LAYOUT) == []
    assert of_layout(replace(LAYOUT)) == []
    assert texts(group_changes([GROUP], [replace(GROUP)], NOW_MS)) == []


def test_brokers_go_and_come() -> None:
    fewer = replace(LAYOUT, nodes=NODES[:2])
    assert of_layout(fewer) == [("broker 3 is gone", Severity.ERROR)]
    assert of_layout(LAYOUT, fewer) == [("broker 3 joined", Severity.OK)]


def test_topics_are_created_deleted_and_made_anew() -> None:
    other = TopicReading("payments", "id-2", False, (PARTITION, PARTITION._replace(index=1)))
    assert of_topics(TOPIC, other) == [("topic payments created (2×3)", Severity.OK)]
    assert of_topics() == [("topic orders deleted", Severity.INFO)]
    anew = replace(TOPIC, topic_id="id-9")
    assert of_topics(anew) == [("topic orders was deleted and created again", Severity.WARNING)]


def test_a_topic_grows() -> None:
    grown = replace(TOPIC, partitions=(PARTITION, PARTITION._replace(index=1)))
    assert of_topics(grown) == [("topic orders has 2 partitions, 1 more", Severity.INFO)]


def test_leaders_and_replicas_in_sync_change() -> None:
    assert of_partition(leader=2) == [("leader of orders-0 → 2", Severity.INFO)]
    assert of_partition(leader=None) == [("orders-0 has no leader", Severity.ERROR)]
    assert of_partition(in_sync=(1, 2)) == [("ISR shrink orders-0 [1,2]", Severity.ERROR)]
    shrunk = replace(
        LAYOUT, topics=(replace(TOPIC, partitions=(PARTITION._replace(in_sync=(1,)),)),)
    )
    assert of_layout(LAYOUT, shrunk) == [("ISR of orders-0 back to [1,2,3]", Severity.OK)]
    assert of_partition(in_sync=(3, 1, 2)) == [], "the order says nothing"


def test_a_topic_made_anew_has_no_news_of_its_partitions() -> None:
    anew = replace(TOPIC, topic_id="id-9", partitions=(PARTITION._replace(leader=3),))
    assert len(of_topics(anew)) == 1


def test_many_changes_of_a_kind_are_summed_up_with_the_worst_of_them() -> None:
    topics = tuple(replace(TOPIC, name=f"t-{number:03d}") for number in range(50))
    found = of_layout(replace(LAYOUT, topics=topics), replace(LAYOUT, topics=()))
    assert len(found) == EVENTS_OF_A_KIND_MAX
    assert found[-1] == ("39 more changes of this kind: topic", Severity.OK)


def test_groups_appear_and_go() -> None:
    assert texts(group_changes([], [GROUP], NOW_MS)) == [("group billing appeared", Severity.INFO)]
    assert texts(group_changes([GROUP], [], NOW_MS)) == [("group billing is gone", Severity.INFO)]


def test_a_rebalance_is_told_once_from_its_begin_to_its_end() -> None:
    assert of_group(state=GroupState.PREPARING) == [("group billing rebalances", Severity.INFO)]
    preparing = replace(GROUP, state=GroupState.PREPARING)
    completing = replace(GROUP, state=GroupState.COMPLETING)
    assert texts(group_changes([preparing], [completing], NOW_MS)) == []
    assert texts(group_changes([completing], [GROUP], NOW_MS)) == [
        ("group billing is stable with 1 member", Severity.OK)
    ]


def test_a_group_without_members_is_told() -> None:
    assert of_group(state=GroupState.EMPTY) == [
        ("group billing has no members any more", Severity.WARNING)
    ]


def test_a_verdict_that_gets_worse_or_well_again_is_told_and_none_that_is_unknown() -> None:
    assert of_group(verdict=Verdict.WARN) == [
        ("group billing falling behind, lag 1,200", Severity.WARNING)
    ]
    stalled = replace(GROUP, verdict=Verdict.STALL)
    assert texts(group_changes([stalled], [GROUP], NOW_MS)) == [
        ("group billing keeps up again", Severity.OK)
    ]
    assert of_group(verdict=Verdict.UNKNOWN) == []
    unknown = replace(GROUP, verdict=Verdict.UNKNOWN)
    assert texts(group_changes([unknown], [GROUP], NOW_MS)) == []
    warned = replace(GROUP, verdict=Verdict.WARN)
    assert texts(group_changes([stalled], [warned], NOW_MS)) == []


def connection(state: ConnectionState, detail: str = "", notice: str = "") -> Connection:
    return Connection(state, "kafka:9092", detail=detail, notice=notice)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (ConnectionState.STARTING, False),
        (ConnectionState.CONNECTING, False),
        (ConnectionState.CONNECTED, True),
        (ConnectionState.RESTARTING, True),
        (ConnectionState.GAVE_UP, True),
        (ConnectionState.LOST, True),
    ],
)
def test_a_connection_tells_where_it_arrived(state: ConnectionState, told: bool) -> None:
    before = Connection(ConnectionState.LOST, "kafka:9092")
    if state is ConnectionState.LOST:
        before = Connection(ConnectionState.CONNECTED, "kafka:9092")
    found = texts(list(connection_changes(before, connection(state, "why"), NOW_MS)))
    assert found == ([(f"kafka:9092 {state.value}: why", state.severity)] if told else [])


def test_a_notice_is_told_once() -> None:
    quiet, loud = (
        connection(ConnectionState.CONNECTED),
        connection(ConnectionState.CONNECTED, notice="x"),
    )
    assert texts(list(connection_changes(quiet, loud, NOW_MS))) == [("x", Severity.INFO)]
    assert texts(list(connection_changes(loud, loud, NOW_MS))) == []
    assert texts(list(connection_changes(loud, quiet, NOW_MS))) == []


def test_retention_that_changed_is_told_and_its_first_reading_is_not() -> None:
    week = Known(policy_from({"cleanup.policy": "delete", "retention.ms": "604800000"}), 1)
    day = Known(policy_from({"cleanup.policy": "delete", "retention.ms": "86400000"}), 2)
    assert texts(policy_changes({"orders": week}, {"orders": day}, NOW_MS)) == [
        ("retention of orders: 7d → 1d", Severity.INFO)
    ]
    assert policy_changes({}, {"orders": day}, NOW_MS) == []
    assert policy_changes({"orders": NOT_READ}, {"orders": day}, NOW_MS) == []
    assert policy_changes({"orders": day}, {"orders": NOT_READ}, NOW_MS) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (60, 69, []),
        (60, 71, [("disk of broker 1 above 70%", Severity.WARNING)]),
        (60, 96, [("disk of broker 1 above 95%", Severity.ERROR)]),
        (96, 60, []),
        (86, 87, []),
    ],
)
def test_a_disk_that_passes_a_level_upwards_is_told(
    before: int, after: int, told: list[tuple[str, Severity]]
) -> None:
    def cluster(used: int) -> ClusterState:
        return ClusterState("c", (replace(BROKER, disk=Known(Usage(used, 100), 1)),), 1)

    assert texts(list(disk_changes(cluster(before), cluster(after), NOW_MS))) == told
    unread = ClusterState("c", (replace(BROKER, disk=NOT_READ),), 1)
    assert list(disk_changes(unread, cluster(99), NOW_MS)) == []


def test_the_log_has_the_newest_first_and_is_bounded() -> None:
    def event(number: int) -> Event:
        return Event(number, Severity.INFO, EventKind.TOPIC, "", str(number))

    log = with_news((), [event(1), event(2)])
    log = with_news(log, [event(3)])
    assert [each.at_ms for each in log] == [3, 2, 1]
    assert with_news(log, []) is log
    assert len(with_news(log, [event(number) for number in range(500)])) == EVENTS_MAX


def test_hostile_names_of_groups_are_cleaned() -> None:
    hostile = replace(GROUP, name="\x1b[2Jbilling")
    ((text, _),) = texts(group_changes([], [hostile], NOW_MS))
    assert "\x1b" not in text
