"""Random histories of groups with members of both protocols: what must hold at every moment.

Members come, go, fall silent, take their time to give partitions up, change what they read; topics
are made, grow and vanish; the broker restarts and its disk is full. At every moment no partition is
owned twice, by the members' own word and by the coordinator's; no member that lives is fenced; and
when nothing happens any more, everything that is read is owned once.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.group_events import happen
from tests.support.group_world import TOPICS, World

_TOPIC_SETS = st.frozensets(st.sampled_from(TOPICS), max_size=3)
_SEATS = st.integers(0, 5)
_COME = st.tuples(
    st.just("come"),
    _SEATS,
    st.sampled_from(["new", "new", "regex", "old"]),
    _TOPIC_SETS,
    st.integers(0, 3),
)
_GO = st.tuples(st.just("go"), _SEATS, st.sampled_from(["leave", "silence"]))
_READ = st.tuples(st.just("read"), _SEATS, _TOPIC_SETS)
_TOPIC = st.tuples(st.just("topic"), st.sampled_from(TOPICS), st.integers(0, 5))
_PASS = st.tuples(st.just("pass"), st.sampled_from([0, 100, 1_000, 4_000]))
_DISK = st.tuples(st.just("disk"), st.booleans())
_RESTART = st.tuples(st.just("restart"))
_EVENTS = st.lists(
    st.one_of(_COME, _COME, _GO, _READ, _TOPIC, _PASS, _PASS, _DISK, _RESTART), max_size=30
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_EVENTS)
def test_no_partition_is_owned_twice_and_none_is_forgotten(
    events: list[tuple[object, ...]],
) -> None:
    world = World()
    world.change_topic("t1", 3)
    for event in events:
        happen(world, event)
    world.settle()
    assert world.owned() == world.wanted()
    world.end()
