"""The brokers of a snapshot: who is there, who is missing, and how full their disks are."""

from console.model.cluster import Broker, ClusterState, Usage
from console.model.figures import Known, Unknown
from console.model.health import EngineVitals
from console.model.partition import NOT_READ
from console.model.section import LOADING, Ready, Refused, Stale
from console.port.capabilities import Capabilities
from console.port.errors import ClusterError, TimedOut, Unreachable
from console.port.errors import Refused as RefusedError
from console.port.readings import (
    DirectoryReading,
    GroupsReading,
    LayoutReading,
    NodeReading,
    PartitionReading,
    TopicReading,
)
from console.sampling.broker_rates import BrokerRates
from console.sampling.cluster_rows import ANSWERS_COUNT_MS, cluster_state
from console.sampling.collected import Collected
from console.sampling.derived import copies_of
from tests.support.cluster_stages import key

GIB = 1 << 30


def layout(*alive: int) -> LayoutReading:
    """Nodes that are alive; two partitions on 1 and 2, led by 1 and by nobody."""
    partitions = (
        PartitionReading(0, 1, 0, (1, 2), (1,)),
        PartitionReading(1, None, 0, (2,), ()),
    )
    return LayoutReading(
        "c",
        1,
        tuple(NodeReading(node_id, f"kafka-{node_id}", 9092, "a") for node_id in alive),
        (TopicReading("orders", "id", False, partitions),),
    )


def brokers(
    reading: LayoutReading,
    collected: Collected | None = None,
    vitals: EngineVitals | None = None,
    machine_bytes: int = 0,
) -> dict[int, Broker]:
    state = state_of(reading, collected or Collected(), vitals, machine_bytes)
    return {broker.node_id: broker for broker in state.brokers}


def state_of(
    reading: LayoutReading,
    collected: Collected,
    vitals: EngineVitals | None = None,
    machine_bytes: int = 0,
) -> ClusterState:
    copies = copies_of(reading.topics)
    return cluster_state(reading, copies, BrokerRates(), collected, vitals, machine_bytes)


def with_directories(
    answers: dict[int, tuple[DirectoryReading, ...] | ClusterError],
) -> Collected:
    return Collected(directories=Ready(answers, 5))


def test_leaders_and_replicas_are_counted_for_each_broker() -> None:
    found = brokers(layout(1, 2, 3))
    assert [(b.leaders, b.replicas) for b in found.values()] == [(1, 1), (0, 2), (0, 0)]
    assert [b.is_controller for b in found.values()] == [True, False, False]


def test_a_broker_that_holds_replicas_and_is_not_listed_is_down() -> None:
    down = brokers(layout(1))[2]
    assert not down.is_online
    assert down.problem
    assert down.host == "unknown"
    assert isinstance(down.disk, Unknown)


def test_a_broker_that_was_seen_keeps_its_address_when_it_is_gone() -> None:
    seen = Collected(nodes_seen={3: NodeReading(3, "kafka-3", 9093)})
    down = brokers(layout(1, 2), seen)[3]
    assert (down.is_online, down.address) == (False, "kafka-3:9093")


def test_disks_are_unknown_until_they_are_read_and_say_why_they_cannot_be() -> None:
    assert brokers(layout(1, 2))[1].disk == NOT_READ
    refused = Collected(directories=Refused("no right"))
    assert brokers(layout(1, 2), refused)[1].disk == Unknown("no right")
    partial = with_directories({2: Unreachable("refused the connection")})
    found = brokers(layout(1, 2), partial)
    assert found[1].disk == NOT_READ
    assert found[2].disk == Unknown("refused the connection")


def test_the_fullest_disk_counts_and_replicas_are_added_up() -> None:
    directories = (
        DirectoryReading("/a", 100 * GIB, 60 * GIB, {key("orders"): 7}),
        DirectoryReading("/b", 10 * GIB, GIB, {key("orders", 1): 5}),
    )
    broker = brokers(layout(1), with_directories({1: directories}))[1]
    assert broker.disk == Known(Usage(9 * GIB, 10 * GIB), 5)
    assert broker.log_bytes == Known(12, 5)
    assert not broker.problem


def test_a_broker_that_does_not_tell_its_disks_still_tells_its_sizes() -> None:
    directories = (DirectoryReading("/a", None, None, {key("orders"): 7}),)
    broker = brokers(layout(1), with_directories({1: directories}))[1]
    assert isinstance(broker.disk, Unknown)
    assert broker.log_bytes == Known(7, 5)


def test_a_failed_directory_is_a_problem_and_leaves_no_sum() -> None:
    """The sum over what is left would look like a broker that holds less."""
    directories = (
        DirectoryReading("/a", 100, 60, {key("orders"): 7}),
        DirectoryReading("/b\x1b[2J", None, None, {}, "Disk error"),
    )
    broker = brokers(layout(1), with_directories({1: directories}))[1]
    assert broker.problem.startswith("log directory /b")
    assert broker.problem.endswith("has failed: Disk error")
    assert "\x1b" not in broker.problem
    assert broker.log_bytes == Unknown(broker.problem)
    assert broker.is_online


def test_old_sizes_stay_while_newer_ones_cannot_be_read() -> None:
    directories = {1: (DirectoryReading("/a", 100, 60, {key("orders"): 7}),)}
    broker = brokers(layout(1), Collected(directories=Stale(directories, 5, "gone", 9)))[1]
    assert broker.log_bytes == Known(7, 5)


def test_vitals_belong_to_the_only_broker_there_is() -> None:
    vitals = EngineVitals(cpu_ratio=Known(0.5, 9), memory_bytes=Known(GIB, 9))
    alone = LayoutReading("c", 1, (NodeReading(1, "kafka-1", 9092),), ())
    broker = brokers(alone, vitals=vitals, machine_bytes=4 * GIB)[1]
    assert broker.cpu_ratio == Known(0.5, 9)
    assert broker.memory == Known(Usage(GIB, 4 * GIB), 9)
    assert isinstance(brokers(alone, vitals=vitals)[1].memory, Unknown)
    assert isinstance(brokers(layout(1, 2), vitals=vitals)[1].cpu_ratio, Unknown)


def test_the_header_is_told_what_the_cluster_offers() -> None:
    offered = Capabilities(version="4.1", mode="KRaft")
    state = state_of(layout(1), Collected(capabilities=offered))
    assert (state.version, state.mode) == ("4.1", "KRaft")
    assert state_of(layout(1), Collected()).version == ""
    assert Collected().layout == LOADING


def test_a_broker_that_is_listed_and_does_not_answer_is_silent_and_not_counted() -> None:
    well = DirectoryReading("/data", 100, 40, {})
    answers = {1: (well,), 2: TimedOut("no answer in 2 s")}
    found = state_of(layout(1, 2), with_directories(answers))
    assert [broker.silence for broker in found.brokers] == ["", "no answer in 2 s"]
    assert found.online == 1


def test_a_broker_that_refuses_an_answer_has_answered() -> None:
    answers = {1: RefusedError("no right"), 2: (DirectoryReading("/data", 100, 40, {}),)}
    assert brokers(layout(1, 2), with_directories(answers))[1].silence == ""


def test_a_broker_that_did_not_list_its_groups_is_silent() -> None:
    collected = Collected(groups=Ready(GroupsReading((), {2: Unreachable("refused")}), 5))
    found = brokers(layout(1, 2), collected)
    assert (found[1].silence, found[2].silence) == ("", "refused")


def test_the_newest_answer_decides_and_one_that_was_not_asked_for_again_does_not_last() -> None:
    """On a screen without disks the brokers are asked for their groups alone."""
    silent = {2: TimedOut("no answer in 2 s")}
    found = with_directories(silent)
    found.groups = Ready(GroupsReading((), {}), 6)
    assert brokers(layout(1, 2), found)[2].silence == ""
    found.groups = Ready(GroupsReading((), {}), 4)
    assert brokers(layout(1, 2), found)[2].silence == "no answer in 2 s"
    found.layout = Ready(layout(1, 2), 5 + ANSWERS_COUNT_MS)
    assert brokers(layout(1, 2), found)[2].silence == "no answer in 2 s"
    found.layout = Ready(layout(1, 2), 6 + ANSWERS_COUNT_MS)
    assert brokers(layout(1, 2), found)[2].silence == ""
