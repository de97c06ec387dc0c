"""Conversations with groups whose members speak both protocols, and that change theirs (KIP-848).

Classic members have the ids that the brokers draw; only newer members have letters.
"""

import struct

from engine.protocol.messages.join_group import JoinGroupResponse
from engine.protocol.messages.list_groups import ListGroupsRequest
from tests.support.consumer_requests import arrive, live
from tests.support.consumer_talk import COMMIT, FETCH, heard, look, topic_of
from tests.support.group_conversation import subscription
from tests.support.group_requests import NOBODY, Position, beat, commit, fetch, join, leave, sync
from tests.support.group_talk import HEARTBEAT, JOIN, LEAVE, SYNC, Scenario, Talk, enter


def assignment(topic: str, *partitions: int, user_data: bytes | None = None) -> bytes:
    """What a classic leader assigns, in version 1."""
    name = topic.encode()
    body = struct.pack(">hih", 1, 1, len(name)) + name + struct.pack(">i", len(partitions))
    body += b"".join(struct.pack(">i", partition) for partition in partitions)
    return body + (b"\xff" * 4 if user_data is None else len(user_data).to_bytes(4, "big"))


def reads(topic: str, *owned: int) -> dict[str, bytes]:
    """The protocols of a classic consumer of one topic, which says what it still owns."""
    name = topic.encode()
    partitions = struct.pack(">i", 0)
    if owned:
        partitions = struct.pack(">ih", 1, len(name)) + name + struct.pack(">i", len(owned))
        partitions += b"".join(struct.pack(">i", each) for each in owned)
    head = struct.pack(">hih", 1, 1, len(name)) + name + b"\xff" * 4
    return {"range": head + partitions, "roundrobin": head + partitions}


async def alone(talk: Talk, topic: str, instance: str | None = None) -> JoinGroupResponse:
    """A classic group of one member that has both partitions of a topic."""
    by = "old"
    joined = await enter(talk, by, protocols=reads(topic), instance=instance)
    mine = {joined.member_id: assignment(topic, 0, 1)}
    request = sync(talk.group, joined.member_id, joined.generation_id, mine, instance=instance)
    await talk.ask(request, SYNC, by=by)
    return joined


async def newer_member_joins_a_classic_group(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic)
    me = (await alone(talk, topic)).member_id
    await talk.ask(commit(group, {topic: [(0, 5, 1, "kept")]}, me, 1), COMMIT, by="old")
    await heard(talk, live(group, "a", 1), note="not joining")
    await heard(talk, arrive(group, "a", topic))
    await look(talk, "upgraded")
    await talk.ask(fetch(group, None), FETCH, note="positions are kept")
    await talk.ask(beat(group, me, 1), HEARTBEAT, by="old", note="has to join again")
    await talk.ask(beat(group, me, 2), HEARTBEAT, by="old", note="wrong generation")
    await talk.ask(sync(group, me, 1), SYNC, by="old", note="has to join first")
    joined = await talk.ask(join(group, me, protocols=reads(topic, 0, 1)), JOIN, by="old")
    await look(talk, "gives up")
    await talk.ask(sync(group, me, joined.generation_id), SYNC, by="old", note="what it keeps")
    await talk.ask(beat(group, me, joined.generation_id), HEARTBEAT, by="old", note="and again")
    await heard(talk, live(group, "a", 2), note="waits")
    joined = await talk.ask(join(group, me, protocols=reads(topic, 0)), JOIN, by="old")
    await talk.ask(sync(group, me, joined.generation_id), SYNC, by="old", note="in step")
    await talk.ask(beat(group, me, joined.generation_id), HEARTBEAT, by="old", note="at rest")
    await heard(talk, live(group, "a", 2), note="receives")
    await look(talk, "mixed")
    wrong = sync(group, me, joined.generation_id, protocol="roundrobin")
    await talk.ask(wrong, SYNC, by="old", note="wrong protocol")
    wrong = sync(group, me, joined.generation_id, kind="connect")
    await talk.ask(wrong, SYNC, by="old", note="wrong type")
    await talk.ask(sync(group, "a", 2), SYNC, note="a newer member syncs")
    await talk.ask(beat(group, "a", 2), HEARTBEAT, note="a newer member beats")
    await talk.ask(sync(group, NOBODY, 2), SYNC, note="nobody syncs")
    await talk.ask(beat(group, NOBODY, 2), HEARTBEAT, note="nobody beats")
    one: dict[str | bytes, list[Position]] = {topic: [(0, 6, 1, "")]}
    for generation in (1, joined.generation_id, 9):
        request = commit(group, one, me, generation)
        await talk.ask(request, COMMIT, by="old", note=f"generation {generation}")
        await talk.ask(request, 8, by="old", note=f"generation {generation}")
    read = fetch(group, {topic: [0]}, member_id=me, epoch=1)
    await talk.ask(read, FETCH, by="old", note="wrong generation")
    await heard(talk, live(group, "a", 2, owned={topic_id: [1]}))
    await heard(talk, live(group, "a", -1), note="leaves")
    await look(talk, "downgraded")
    await talk.ask(beat(group, me, joined.generation_id), HEARTBEAT, by="old", note="rebalances")
    await heard(talk, live(group, "a", 2), note="of a classic group")
    joined = await talk.ask(join(group, me, protocols=reads(topic, 0)), JOIN, by="old")
    await look(talk, "classic again")


async def classic_members_join_a_consumer_group(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic)
    await heard(talk, arrive(group, "a", topic))
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}))
    bad = {
        "other type": join(group, kind="connect"),
        "no type": join(group, kind=""),
        "no protocols": join(group, protocols={}),
        "short session": join(group, session_ms=1),
        "unknown static member": join(group, NOBODY, instance="desk"),
    }
    for note, request in bad.items():
        await talk.ask(request, JOIN, by="old", note=note)
    me = (await enter(talk, "old", protocols=reads(topic))).member_id
    await look(talk, "joined")
    await talk.ask(sync(group, me, 3), SYNC, by="old", note="nothing yet")
    await talk.ask(beat(group, me, 3), HEARTBEAT, by="old", note="waits")
    await heard(talk, live(group, "a", 2))
    await heard(talk, live(group, "a", 2, owned={topic_id: [0]}))
    await talk.ask(beat(group, me, 3), HEARTBEAT, by="old", note="can have more")
    await talk.ask(join(group, me, protocols=reads(topic)), JOIN, by="old")
    await talk.ask(sync(group, me, 3), SYNC, by="old", note="has one")
    await talk.ask(beat(group, me, 3), HEARTBEAT, by="old", note="at rest")
    await look(talk, "mixed")
    none_shared = join(group, protocols={"sticky": subscription(topic)})
    await talk.ask(none_shared, JOIN, by="odd", note="no protocol in common")
    one_step = await talk.ask(join(group, protocols=reads(topic)), 3, by="older")
    await look(talk, "one more, in one step")
    await talk.ask(leave(group, (one_step.member_id, None)), LEAVE, by="older")
    others = leave(group, ("z", None), ("", "desk"), (me, "desk"))
    await talk.ask(others, LEAVE, by="old", note="others")
    await talk.ask(leave(group, (me, None), (me, None)), LEAVE, by="old", note="twice")
    await look(talk, "newer alone")
    await talk.ask(leave(group, ("a", None)), LEAVE, note="a newer member")
    await look(talk, "empty")


async def malformed_subscription(talk: Talk, version: int) -> None:
    group = talk.group
    await heard(talk, arrive(group, "a"))
    await enter(talk, "old", protocols={"range": b"\x00"})
    await look(talk, "as it was")


async def groups_that_cannot_change(talk: Talk, version: int) -> None:
    group = talk.group
    await talk.ask(join(group, kind="connect", protocols={"x": b""}), 3, by="old")
    await heard(talk, arrive(group, "a", "clicks"), note="no consumers")
    await look(talk, "as it was")


async def custom_assignor(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    await topic_of(talk, topic)
    joined = await enter(talk, "old", protocols=reads(topic))
    mine = {joined.member_id: assignment(topic, 0, user_data=b"x") + b"x"}
    await talk.ask(sync(group, joined.member_id, 1, mine), SYNC, by="old")
    await heard(talk, arrive(group, "a", topic), note="its data would be lost")
    await look(talk, "as it was")
    await talk.ask(beat(group, joined.member_id, 1), HEARTBEAT, by="old")


async def empty_groups(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    await topic_of(talk, topic)
    await talk.ask(commit(group, {topic: [(0, 3, 1, "")]}), COMMIT)
    await heard(talk, live(group, "a", 1), note="offsets alone, not joining")
    await heard(talk, arrive(group, "a", topic), note="offsets alone")
    await talk.ask(fetch(group, None), FETCH, note="positions are kept")
    await heard(talk, live(group, "a", -1))
    await look(talk, "empty consumer group")
    await talk.ask(sync(group, "a", 2), SYNC, note="sync of nobody")
    await talk.ask(beat(group, "a", 2), HEARTBEAT, note="beat of nobody")
    await alone(talk, topic)
    await look(talk, "classic")
    await talk.ask(fetch(group, None), FETCH, note="positions are still kept")


async def empty_classic_group(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    await topic_of(talk, topic)
    me = (await alone(talk, topic)).member_id
    await talk.ask(leave(group, (me, None)), LEAVE, by="old")
    await look(talk, "empty")
    await heard(talk, arrive(group, "a", topic))
    await look(talk, "consumer group")
    await talk.ask(join(group, me, protocols=reads(topic)), JOIN, by="old", note="with its old id")
    await look(talk, "mixed")


async def static_members_change_protocol(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    topic_id = await topic_of(talk, topic)
    me = (await alone(talk, topic, instance="desk")).member_id
    await heard(talk, arrive(group, "a", topic, instance="desk"), note="in its place")
    await look(talk, "upgraded")
    await talk.ask(beat(group, me, 1, "desk"), HEARTBEAT, by="old", note="fenced")
    await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}, instance="desk"))
    await heard(talk, live(group, "a", 1, owned={topic_id: [0, 1]}, instance="desk"), note="old")
    back = join(group, instance="desk", protocols=reads(topic))
    joined = await talk.ask(back, JOIN, by="old", note="back in its place")
    await look(talk, "downgraded")
    await heard(talk, live(group, "a", 2, instance="desk"), note="fenced")
    request = sync(group, joined.member_id, joined.generation_id, instance="desk")
    await talk.ask(request, SYNC, by="old", note="what it had")
    alive = beat(group, joined.member_id, joined.generation_id, "desk")
    await talk.ask(alive, HEARTBEAT, by="old", note="at rest")


async def static_member_changes_protocol_and_topics(talk: Talk, version: int) -> None:
    group = talk.group
    clicks, views = f"clicks-{group}", f"views-{group}"
    clicks_id = await topic_of(talk, clicks)
    await topic_of(talk, views)
    await heard(talk, arrive(group, "a", clicks, instance="desk"))
    await heard(talk, live(group, "a", 2, owned={clicks_id: [0, 1]}, instance="desk"))
    other = join(group, instance="desk", protocols=reads(views))
    joined = await talk.ask(other, JOIN, by="old", note="reads another")
    request = beat(group, joined.member_id, joined.generation_id, "desk")
    await talk.ask(request, HEARTBEAT, by="old", note="rebalances")
    await look(talk, "downgraded")


async def upgrade_during_a_rebalance(talk: Talk, version: int) -> None:
    group, topic = talk.group, f"clicks-{talk.group}"
    await topic_of(talk, topic)
    me = (await alone(talk, topic)).member_id
    request = join(group, protocols=reads(topic))
    request.member_id = (await talk.ask(request, JOIN, by="other")).member_id
    waits = await talk.begin(request, JOIN, by="other")
    await talk.wait_for("PreparingRebalance", 2)
    await heard(talk, arrive(group, "a", topic))
    await talk.answer(waits)
    # Who of the two that have nothing gets what goes by the order of ids that brokers draw.
    await talk.ask(ListGroupsRequest(types_filter=["consumer"]), 5, note="upgraded")
    await talk.ask(beat(group, me, 1), HEARTBEAT, by="old", note="has to join again")


MIGRATION_SCENARIOS: dict[str, Scenario] = {
    "upgrade": Scenario(newer_member_joins_a_classic_group, [1]),
    "classic-in-consumer": Scenario(classic_members_join_a_consumer_group, [9]),
    "malformed-subscription": Scenario(malformed_subscription, [9]),
    "no-upgrade": Scenario(groups_that_cannot_change, [1]),
    "custom-assignor": Scenario(custom_assignor, [1]),
    "empty-groups": Scenario(empty_groups, [1]),
    "empty-classic": Scenario(empty_classic_group, [1]),
    "static-upgrade": Scenario(static_members_change_protocol, [9]),
    "static-downgrade": Scenario(static_member_changes_protocol_and_topics, [9]),
    "upgrade-rebalance": Scenario(upgrade_during_a_rebalance, [1]),
}
