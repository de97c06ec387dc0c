"""Conversations with consumer groups (KIP-848): newer members, rightly and wrongly used.

Member ids are single letters and assigned topics are one at a time: Kafka goes through its hash
maps in an order that we share only then. Targets are made without an interval between them.
"""

from engine.protocol.messages.consumer_group_describe import ConsumerGroupDescribeRequest
from engine.protocol.messages.delete_groups import DeleteGroupsRequest
from engine.protocol.messages.list_groups import ListGroupsRequest
from tests.support.consumer_requests import arrive, live
from tests.support.consumer_talk import (
    COMMIT,
    FETCH,
    heard,
    look,
    no_topic,
    resolved,
    topic_of,
)
from tests.support.group_requests import Position, commit, delete, fetch
from tests.support.group_talk import Scenario, Talk


async def refused(talk: Talk, version: int) -> None:
    group = talk.group
    right = arrive(group, "a", "clicks")
    bad = {
        "no group": arrive("", "a", "clicks"),
        "blank group": arrive("  ", "a", "clicks"),
        "blank member": arrive(group, " ", "clicks"),
        "blank instance": arrive(group, "a", "clicks", instance=""),
        "blank rack": arrive(group, "a", "clicks", rack=" "),
        "no time-out": live(group, "a", 0, owned={}, topics=["clicks"]),
        "no owned partitions": live(group, "a", 0, topics=["clicks"], rebalance_ms=5),
        "owned partitions": live(
            group, "a", 0, owned={b"\x07" * 16: [0]}, topics=["clicks"], rebalance_ms=5
        ),
        "no subscription": live(group, "a", 0, owned={}, rebalance_ms=5),
        "unknown assignor": arrive(group, "a", "clicks", assignor="sticky"),
        "empty assignor": arrive(group, "a", "clicks", assignor=""),
        "static leave without instance": live(group, "a", -2),
        "below": live(group, "a", -3),
        "far below": live(group, "a", -(2**31)),
        "unknown group": live(group, "a", 4),
        "leaves unknown group": live(group, "a", -1),
        "static leaves unknown group": live(group, "a", -2, instance="desk"),
    }
    for note, request in bad.items():
        await talk.ask(request, version, note=note)
    await look(talk, "nothing came of it")
    await talk.ask(right, version, note="right")
    more = {
        "unknown member": live(group, "z", 2),
        "unknown member leaves": live(group, "z", -1),
        "unknown instance": live(group, "a", 2, instance="desk"),
        "unknown instance leaves": live(group, "a", -2, instance="desk"),
        "epoch too high": live(group, "a", 3),
        "epoch too low": live(group, "a", 1),
        "own epoch": live(group, "a", 2),
        "everything again": live(group, "a", 2, owned={}, topics=["clicks"], rebalance_ms=60_000),
        "invalid while a member": live(group, "a", 2, rack=" "),
        "assignor while a member": live(group, "a", 2, assignor="x"),
    }
    for note, request in more.items():
        await talk.ask(request, version, note=note)
    await look(talk, "as it was")


async def life_of_one_member(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic, 3)
    await talk.ask(arrive(group, "a", topic, rack="r1"), version)
    await look(talk, "joined")
    await talk.ask(live(group, "a", 2, owned={topic_id: [0, 1, 2]}), version, note="owns all")
    await talk.ask(live(group, "a", 2), version, note="nothing new")
    await talk.ask(live(group, "a", 2, topics=[topic]), version, note="same topics")
    await talk.ask(live(group, "a", 2, topics=[topic, "gone"]), version, note="one more topic")
    await talk.ask(live(group, "a", 3, topics=["gone"]), version, note="the other alone")
    await look(talk, "has to give all up")
    await talk.ask(live(group, "a", 3, owned={topic_id: [0]}), version, note="gave some up")
    await talk.ask(live(group, "a", 3, owned={}), version, note="gave all up")
    await talk.ask(live(group, "a", 4, topics=[]), version, note="no topics")
    await look(talk, "without topics")
    await talk.ask(arrive(group, "a", topic), version, note="joins again")
    await talk.ask(live(group, "a", -1), version, note="leaves")
    await look(talk, "left")
    await talk.ask(live(group, "a", 6), version, note="after leaving")
    await talk.ask(arrive(group, "a", topic), version, note="comes back")
    await look(talk, "came back")


async def chosen_by_the_broker(talk: Talk, version: int) -> None:
    """Version 0 lets the broker make the member id."""
    topic = f"clicks-{talk.group}"
    await topic_of(talk, topic)
    answer = await talk.ask(arrive(talk.group, "", topic), version)
    await talk.ask(live(talk.group, answer.member_id, answer.member_epoch), version)
    await talk.ask(live(talk.group, "", -1), version, note="leaves without id")
    await talk.ask(live(talk.group, "", 2), version, note="without id")
    await talk.ask(live(talk.group, answer.member_id, -1), version, note="leaves")


async def three_members(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic, 6)
    every = list(range(6))
    await heard(talk, arrive(group, "a", topic))
    await heard(talk, live(group, "a", 2, owned={topic_id: every}))
    await heard(talk, arrive(group, "b", topic), by="b")
    await look(talk, "b waits")
    await heard(talk, live(group, "a", 2), note="told to give up")
    await heard(talk, live(group, "a", 2), note="told nothing again")
    await heard(talk, live(group, "b", 3), note="still waits", by="b")
    await look(talk, "a gives up")
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1, 2]}), note="gave up")
    await heard(talk, live(group, "b", 3), note="receives", by="b")
    await heard(talk, live(group, "b", 3, owned={topic_id: [3, 4, 5]}), by="b")
    await look(talk, "two")
    await heard(talk, arrive(group, "c", topic), by="c")
    await heard(talk, live(group, "b", 3), note="gives one up", by="b")
    await heard(talk, live(group, "c", 4), note="waits", by="c")
    await heard(talk, live(group, "b", 3, owned={topic_id: [3, 4]}), note="gave up", by="b")
    await heard(talk, live(group, "c", 4), note="has one", by="c")
    await look(talk, "c has one of two")
    await heard(talk, live(group, "a", 2), note="gives one up")
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}), note="gave up")
    await heard(talk, live(group, "c", 4), note="has both", by="c")
    await look(talk, "three")
    await heard(talk, live(group, "b", -1), note="leaves", by="b")
    await heard(talk, live(group, "a", 4, owned={topic_id: [0, 1]}), note="takes over")
    await heard(talk, live(group, "c", 4), note="takes over", by="c")
    await look(talk, "two again")


async def lost_answers(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic, 2)
    await heard(talk, arrive(group, "a", topic))
    await heard(talk, arrive(group, "a", topic), note="joins again at once")
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}))
    await heard(talk, arrive(group, "b", topic), by="b")
    await heard(talk, live(group, "a", 2))
    await heard(talk, live(group, "a", 2, owned={topic_id: [0]}), note="the answer is lost")
    await heard(talk, live(group, "a", 2, owned={topic_id: [0]}), note="asks again")
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}), note="owns too much")
    await heard(talk, live(group, "a", 2), note="does not say")
    await heard(talk, live(group, "a", 3), note="in step")
    await heard(talk, arrive(group, "a", topic), note="fenced: joins again")
    await look(talk, "as it was")


async def static_members(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic, 2)
    await heard(talk, arrive(group, "a", topic, instance="one"))
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}, instance="one"))
    await heard(talk, arrive(group, "b", topic, instance="one"), note="in use", by="b")
    await heard(talk, arrive(group, "a", topic, instance="one"), note="in use by itself")
    await heard(talk, live(group, "b", 2, instance="one"), note="not its own", by="b")
    await heard(talk, live(group, "b", -2, instance="one"), note="leaves another's", by="b")
    await heard(talk, live(group, "a", -2, instance="one"), note="leaves for a while")
    await look(talk, "left for a while")
    await heard(talk, live(group, "a", 2, instance="one"), note="after leaving")
    await heard(talk, arrive(group, "c", topic), note="another comes meanwhile", by="c")
    await heard(talk, arrive(group, "b", topic, instance="one"), note="takes over", by="b")
    await look(talk, "taken over")
    await heard(talk, live(group, "a", 2, instance="one"), note="fenced")
    await heard(talk, live(group, "a", 2), note="no longer there")
    await heard(talk, live(group, "b", 2, instance="one"), note="without owned", by="b")
    owned = {topic_id: [0]}
    await heard(talk, live(group, "b", 2, owned=owned, instance="one"), note="gives up", by="b")
    await heard(talk, live(group, "b", 3, owned=owned, instance="one"), note="in step", by="b")
    await heard(talk, live(group, "c", 3), note="receives", by="c")
    await look(talk, "both have one")
    await heard(talk, live(group, "b", -2, instance="one"), note="leaves for a while", by="b")
    back = arrive(group, "b", topic, instance="one", rack="r2")
    await heard(talk, back, note="same member id", by="b")
    await look(talk, "came back")
    await heard(talk, live(group, "b", -1, instance="one"), note="leaves for good", by="b")
    await heard(talk, live(group, "c", 3), note="takes over", by="c")
    await heard(talk, live(group, "c", 4, instance="two"), note="becomes static", by="c")
    await look(talk, "in the end")


async def static_member_with_other_topics(talk: Talk, version: int) -> None:
    group = talk.group
    clicks, views = f"clicks-{group}", f"views-{group}"
    clicks_id = await topic_of(talk, clicks, 2)
    await topic_of(talk, views, 2)
    await heard(talk, arrive(group, "a", clicks, instance="one"))
    await heard(talk, live(group, "a", 2, owned={clicks_id: [0, 1]}, instance="one"))
    await heard(talk, live(group, "a", -2, instance="one"))
    await heard(talk, arrive(group, "b", views, instance="one"), note="reads another", by="b")
    await look(talk, "reads another")


async def assignors(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    await topic_of(talk, topic, 5)
    await heard(talk, arrive(group, "a", topic, assignor="range"))
    await heard(talk, arrive(group, "b", topic), by="b")
    await look(talk, "range alone")
    await heard(talk, arrive(group, "c", topic, assignor="uniform"), by="c")
    await look(talk, "one each")
    await heard(talk, live(group, "b", 3, assignor="range"), note="changes its mind", by="b")
    await look(talk, "two for range")


async def topics_change(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    await heard(talk, arrive(group, "a", topic), note="nothing to read yet")
    await look(talk, "nothing to read yet")
    first_id = await topic_of(talk, topic, 1)
    await heard(talk, live(group, "a", 2), note="it is there")
    await heard(talk, live(group, "a", 3, owned={first_id: [0]}))
    await no_topic(talk, topic)
    await heard(talk, live(group, "a", 3), note="it is gone")
    await heard(talk, live(group, "a", 3, owned={}), note="gave it up")
    await look(talk, "it is gone")
    await topic_of(talk, topic, 2)
    await heard(talk, live(group, "a", 4), note="another of that name")
    await look(talk, "another of that name")


async def expressions(talk: Talk, version: int) -> None:
    group = talk.group
    clicks = f"clicks-{group}"
    clicks_id = await topic_of(talk, clicks, 2)
    for wrong in ("(", "[", "*", "a**", "(?P<n", "\\", "a{1001}", "(?=x)", "\\1", "[z-a]", "\\8"):
        await heard(talk, arrive(group, "a", regex=wrong), note=f"wrong: {wrong}")
    await look(talk, "nothing came of it")
    await heard(talk, arrive(group, "a", regex=f"cl.cks-{group}"), note="right")
    await resolved(talk, 2)
    await look(talk, "resolved")
    await heard(talk, live(group, "a", 1), note="what it matches")
    await heard(talk, live(group, "a", 2, owned={clicks_id: [0, 1]}))
    await heard(talk, arrive(group, "b", regex=f"cl.cks-{group}"), note="same", by="b")
    await look(talk, "two")
    await heard(talk, live(group, "b", -1), by="b")
    await heard(talk, live(group, "a", 4, regex="("), note="wrong while a member")
    await heard(talk, live(group, "a", 4), note="own epoch")
    await heard(talk, live(group, "a", 4, regex="", topics=[clicks]), note="by name instead")
    await look(talk, "by name")


async def expression_of_part_of_a_name(talk: Talk, version: int) -> None:
    group = talk.group
    await topic_of(talk, f"clicks-{group}", 1)
    await heard(talk, arrive(group, "a", regex=f"licks-{group}"))
    await heard(talk, live(group, "a", 1), note="matches nothing")
    await heard(talk, arrive(group, "b", f"clicks-{group}", regex="nothing"), note="both", by="b")
    await look(talk, "both")


async def positions(talk: Talk, version: int) -> None:
    """Commits and reads with epochs; versions are those of OffsetCommit and OffsetFetch."""
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic, 4)
    key: str | bytes = topic if version <= COMMIT else topic_id
    await heard(talk, arrive(group, "a", topic))
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1, 2, 3]}))
    await heard(talk, arrive(group, "b", topic), by="b")
    await heard(talk, live(group, "a", 2))
    one: dict[str | bytes, list[Position]] = {key: [(0, 5, 1, "m")]}
    commits = {
        "nobody": commit(group, one),
        "own epoch": commit(group, one, "a", 2),
        "later epoch": commit(group, one, "a", 3),
        "earlier epoch": commit(group, one, "a", 1),
        "no epoch": commit(group, one, "a", -1),
        "unknown member": commit(group, one, "z", 2),
        "epoch without member": commit(group, one, "", 2),
        "what it has to give up": commit(group, {key: [(3, 5, 1, "")]}, "a", 2),
        "instance too": commit(group, one, "a", 2, instance="desk"),
    }
    for note, request in commits.items():
        await talk.ask(request, version, note=note)
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}))
    await heard(talk, live(group, "b", 3), by="b")
    later = {
        "earlier epoch, kept": commit(group, one, "a", 2),
        "earlier epoch, given up": commit(group, {key: [(3, 6, 1, "")]}, "a", 2),
        "earlier epoch, one of both": commit(group, {key: [(0, 7, 1, ""), (3, 7, 1, "")]}, "a", 2),
        "new owner": commit(group, {key: [(3, 8, 1, "")]}, "b", 3),
        "new owner, earlier": commit(group, {key: [(3, 9, 1, "")]}, "b", 2),
    }
    for note, request in later.items():
        await talk.ask(request, version, note=note)
    if version < COMMIT:
        return
    reads = {
        "nobody": fetch(group, {key: [0, 3]}),
        "own epoch": fetch(group, {key: [0]}, member_id="a", epoch=3),
        "earlier epoch": fetch(group, {key: [0]}, member_id="a", epoch=2),
        "later epoch": fetch(group, {key: [0]}, member_id="a", epoch=4),
        "no epoch": fetch(group, {key: [0]}, member_id="a", epoch=-1),
        "unknown member": fetch(group, {key: [0]}, member_id="z", epoch=3),
        "all, earlier epoch": fetch(group, None, member_id="a", epoch=2),
        "all": fetch(group, None, member_id="a", epoch=3),
        "unknown group": fetch(f"{group}-x", {key: [0]}, member_id="a", epoch=3),
    }
    for note, read in reads.items():
        await talk.ask(read, version, note=note)


async def ends(talk: Talk, version: int) -> None:
    """Deletion of positions and groups."""
    group, topic = talk.group, f"clicks-{talk.group}"
    other = f"views-{group}"
    await topic_of(talk, topic, 1)
    await topic_of(talk, other, 1)
    await heard(talk, arrive(group, "a", topic))
    both: dict[str | bytes, list[Position]] = {topic: [(0, 1, 1, "")], other: [(0, 2, 1, "")]}
    await talk.ask(commit(group, both, "a", 2), COMMIT)
    await talk.ask(delete(group, {topic: [0], other: [0]}), 0, note="read by a member")
    await talk.ask(DeleteGroupsRequest(groups_names=[group]), 2, note="has members")
    await heard(talk, live(group, "a", -1))
    await talk.ask(fetch(group, None), FETCH, note="of an empty group")
    await talk.ask(commit(group, both), COMMIT, note="nobody, empty group")
    await talk.ask(commit(group, both, "a", 2), COMMIT, note="member of old, empty group")
    await talk.ask(delete(group, {topic: [0]}), 0, note="read by nobody")
    await talk.ask(DeleteGroupsRequest(groups_names=[group]), 2, note="empty")
    await look(talk, "deleted")
    await talk.ask(fetch(group, None), FETCH, note="of a deleted group")


async def lists(talk: Talk, version: int) -> None:
    group = talk.group
    await heard(talk, arrive(group, "a"))
    for states in ([], ["Stable"], [" stable "], ["Empty"], ["Assigning", "stable"], ["x"]):
        for types in ([], ["consumer"], ["CONSUMER"], ["classic"], ["x"], ["share", "consumer"]):
            request = ListGroupsRequest(states_filter=states, types_filter=types)
            await talk.ask(request, version, note=f"{states} {types}")
    describe = ConsumerGroupDescribeRequest(group_ids=[group, group, "", f"{group}-x"])
    for each in (0, 1):
        await talk.ask(describe, each, note="twice, nobody, unknown")


CONSUMER_GROUP_SCENARIOS: dict[str, Scenario] = {
    "consumer-refused": Scenario(refused, [1]),
    "consumer-life-of-one": Scenario(life_of_one_member, [0, 1]),
    "consumer-id-of-the-broker": Scenario(chosen_by_the_broker, [0]),
    "consumer-three-members": Scenario(three_members, [1]),
    "consumer-lost-answers": Scenario(lost_answers, [1]),
    "consumer-static": Scenario(static_members, [1]),
    "consumer-static-other-topics": Scenario(static_member_with_other_topics, [1]),
    "consumer-assignors": Scenario(assignors, [1]),
    "consumer-topics-change": Scenario(topics_change, [1]),
    "consumer-expressions": Scenario(expressions, [1]),
    "consumer-part-of-a-name": Scenario(expression_of_part_of_a_name, [1]),
    "consumer-positions": Scenario(positions, [8, 9, 10]),
    "consumer-ends": Scenario(ends, [1]),
    "consumer-lists": Scenario(lists, [5]),
}
