"""Conversations about membership: each request version, rightly and wrongly used.

A scenario is told the version of the API that it is about; what else it asks has a fixed version.
"""

from engine.protocol.messages.describe_groups import DescribeGroupsRequest
from tests.support.group_conversation import subscription
from tests.support.group_requests import NOBODY, beat, join, leave, sync
from tests.support.group_talk import (
    DESCRIBE,
    HEARTBEAT,
    JOIN,
    LEAVE,
    SYNC,
    Scenario,
    Talk,
    enter,
    stable_pair,
)


async def join_refused(talk: Talk, version: int) -> None:
    group = talk.group
    bad = {
        "empty group": join(""),
        "short session": join(group, session_ms=5_999),
        "long session": join(group, session_ms=1_800_001),
        "negative session": join(group, session_ms=-1),
        "no protocols": join(group, protocols={}),
        "no protocol type": join(group, kind=""),
        "unknown member": join(group, NOBODY),
        "unknown static member": join(group, NOBODY, instance="desk"),
        "empty instance": join(group, instance=""),
        "negative rebalance": join(group, rebalance_ms=-7),
    }
    for note, request in bad.items():
        if note == "negative rebalance" or (note == "empty instance" and version >= 5):
            continue
        await talk.ask(request, version, note=note)


async def join_foreign_protocol(talk: Talk, version: int) -> None:
    await enter(talk)
    group = talk.group
    await talk.ask(join(group, kind="connect"), version, by="b", note="other type")
    await talk.ask(join(group, kind=""), version, by="b", note="no type")
    await talk.ask(join(group, protocols={"sticky": b""}), version, by="b", note="none in common")
    await talk.ask(join(group, protocols={}), version, by="b", note="no protocols")
    await talk.ask(join(group, NOBODY), version, by="b", note="unknown member")
    await talk.ask(join(group, session_ms=1), version, by="b", note="short session")


async def life_of_one_member(talk: Talk, version: int) -> None:
    group = talk.group
    describe = DescribeGroupsRequest(groups=[group])
    joined = await enter(talk, version=version)
    await talk.ask(describe, DESCRIBE, note="joined")
    me, generation = joined.member_id, joined.generation_id
    await talk.ask(beat(group, me, generation), HEARTBEAT, note="before the assignment")
    await talk.ask(join(group, me), version, note="again, unchanged")
    await talk.ask(sync(group, me, generation, {me: b"mine"}), SYNC)
    await talk.ask(describe, DESCRIBE, note="stable")
    await talk.ask(beat(group, me, generation), HEARTBEAT)
    await talk.ask(sync(group, me, generation), SYNC, note="again")
    await talk.ask(join(group, me), version, note="the leader again: a rebalance")
    await talk.ask(describe, DESCRIBE, note="rebalanced")
    await talk.ask(beat(group, me, generation), HEARTBEAT, note="old generation")
    await talk.ask(sync(group, me, generation + 1, {}), SYNC, note="nothing assigned")
    await talk.ask(describe, DESCRIBE, note="stable with nothing")
    await talk.ask(leave(group, (me, None)), LEAVE)
    await talk.ask(describe, DESCRIBE, note="left")
    await talk.ask(join(group, me), version, note="after leaving")
    await enter(talk, version=version)


async def pending_member(talk: Talk, version: int) -> None:
    group = talk.group
    promised = (await talk.ask(join(group), version)).member_id
    # The group is neither described nor listed here: Kafka shows what its log holds, and when a
    # group with nobody but a promised member gets there is chance.
    await talk.ask(beat(group, promised, -1), HEARTBEAT)
    await talk.ask(beat(group, promised, 0), HEARTBEAT)
    await talk.ask(sync(group, promised, 0), SYNC)
    await talk.ask(leave(group, (promised, None)), LEAVE)
    await talk.ask(join(group, promised), version, note="after leaving")


async def two_members(talk: Talk, version: int) -> None:
    group = talk.group
    describe = DescribeGroupsRequest(groups=[group])
    a, b, generation = await stable_pair(talk)
    await talk.ask(describe, DESCRIBE, note="stable")
    await talk.ask(join(group, b), version, by="b", note="the follower as it was: no rebalance")
    await talk.ask(beat(group, a, generation), HEARTBEAT, note="no rebalance")
    changed = {"range": subscription("clicks", "views")}
    b_waits = await talk.begin(join(group, b, protocols=changed), version, by="b", note="changed")
    await talk.wait_for("PreparingRebalance", 2)
    await talk.ask(describe, DESCRIBE, note="preparing")
    await talk.ask(beat(group, a, generation), HEARTBEAT, note="rebalance")
    await talk.ask(sync(group, a, generation), SYNC, note="rebalance")
    await talk.ask(join(group, a), version)
    await talk.answer(b_waits)
    await talk.ask(describe, DESCRIBE, note="completing")
    b_waits = await talk.begin(sync(group, b, generation + 1), SYNC, by="b")
    await talk.ask(sync(group, a, generation + 1, {b: b"all"}), SYNC)
    await talk.answer(b_waits)
    await talk.ask(describe, DESCRIBE, note="stable again")
    await talk.ask(leave(group, (b, None)), LEAVE, by="b")
    await talk.ask(beat(group, a, generation + 1), HEARTBEAT, note="the other has left")
    await talk.ask(beat(group, b, generation + 1), HEARTBEAT, by="b", note="left")
    await talk.ask(join(group, a), version)
    await talk.ask(describe, DESCRIBE, note="alone")


async def protocol_votes(talk: Talk, version: int) -> None:
    """The most voted protocol among those that all support."""
    group = talk.group
    first = {"range": b"r1", "sticky": b"s1", "own": b"o1"}
    second = {"sticky": b"s2", "range": b"r2"}
    a = await enter(talk, protocols=first)
    request = join(group, protocols=second)
    request.member_id = (await talk.ask(request, JOIN, by="b")).member_id
    b_waits = await talk.begin(request, version, by="b")
    await talk.wait_for("PreparingRebalance", 2)
    await talk.ask(join(group, a.member_id, protocols={"sticky": b"s1", "range": b"r"}), version)
    await talk.answer(b_waits)
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)


async def sync_refused(talk: Talk, version: int) -> None:
    group = talk.group
    await talk.ask(sync("", NOBODY, 1), version, note="empty group")
    await talk.ask(sync(group, NOBODY, 1), version, note="unknown group")
    joined = await enter(talk)
    me, generation = joined.member_id, joined.generation_id
    await talk.ask(sync(group, NOBODY, generation), version, note="unknown member")
    await talk.ask(sync(group, "", generation), version, note="no member")
    await talk.ask(sync(group, me, generation + 1), version, note="later generation")
    await talk.ask(sync(group, me, generation - 1), version, note="earlier generation")
    await talk.ask(sync(group, me, -1), version, note="no generation")
    await talk.ask(sync(group, me, generation, instance="desk"), max(3, version), note="instance")
    if version >= 5:
        await talk.ask(sync(group, me, generation, kind="connect"), version, note="type")
        await talk.ask(sync(group, me, generation, protocol="sticky"), version, note="protocol")
        await talk.ask(sync(group, me, generation, kind=None, protocol=None), version, note="null")
        return
    await talk.ask(sync(group, me, generation, {me: b"m", NOBODY: b"n"}), version, note="stranger")
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)


async def heartbeat_refused(talk: Talk, version: int) -> None:
    group = talk.group
    await talk.ask(beat("", NOBODY, 1), version, note="empty group")
    await talk.ask(beat(group, NOBODY, 1), version, note="unknown group")
    await talk.ask(beat(group, "", -1), version, note="unknown group, no member")
    a, b, generation = await stable_pair(talk, instances=("desk-a", None))
    await talk.ask(beat(group, NOBODY, generation), version, note="unknown member")
    await talk.ask(beat(group, "", generation), version, note="no member")
    await talk.ask(beat(group, b, generation + 1), version, note="later generation")
    await talk.ask(beat(group, b, -1), version, note="no generation")
    await talk.ask(beat(group, a, generation), version, note="static without instance")
    if version >= 3:
        await talk.ask(beat(group, a, generation, "desk-a"), version, note="static")
        await talk.ask(beat(group, b, generation, "desk-a"), version, note="fenced")
        await talk.ask(beat(group, b, generation, "desk-b"), version, note="unknown instance")
        await talk.ask(beat(group, "", generation, "desk-a"), version, note="instance alone")
        await talk.ask(beat(group, a, 99, "desk-a"), version, note="static, later generation")


async def leave_refused(talk: Talk, version: int) -> None:
    group = talk.group
    await talk.ask(leave("", (NOBODY, None)), version, note="empty group")
    await talk.ask(leave(group, (NOBODY, None)), version, note="unknown group")
    if version >= 3:
        await talk.ask(leave(group), version, note="unknown group, nobody")
    a, b, generation = await stable_pair(talk, instances=("desk-a", None))
    await talk.ask(leave(group, (NOBODY, None)), version, note="unknown member")
    await talk.ask(leave(group, ("", None)), version, note="no member")
    if version >= 3:
        members = [(NOBODY, None), ("", "desk-z"), (b, "desk-a"), (b, "desk-z"), (NOBODY, "desk-a")]
        await talk.ask(leave(group, *members), version, note="all wrong")
        await talk.ask(leave(group), version, note="nobody")
        await talk.ask(beat(group, b, generation), HEARTBEAT, note="nobody has left")
        await talk.ask(leave(group, ("", "desk-a"), (NOBODY, None)), version, note="by instance")
        await talk.ask(beat(group, b, generation), HEARTBEAT, note="a has left")
        await talk.ask(leave(group, (b, None), (b, None)), version, note="twice")
    else:
        await talk.ask(leave(group, (a, None)), version, note="static by member id")
        await talk.ask(leave(group, (b, None)), version)
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)


async def static_members(talk: Talk, version: int) -> None:
    group = talk.group
    describe = DescribeGroupsRequest(groups=[group])
    a, b, generation = await stable_pair(talk, instances=("desk-a", "desk-b"))
    await talk.ask(describe, DESCRIBE)
    again = join(group, instance="desk-b")
    b2 = (await talk.ask(again, version, by="b2", note="the follower's next process")).member_id
    await talk.ask(beat(group, b, generation, "desk-b"), HEARTBEAT, by="b", note="fenced")
    await talk.ask(sync(group, b, generation, instance="desk-b"), SYNC, by="b", note="fenced")
    await talk.ask(join(group, b, instance="desk-b"), version, by="b", note="fenced")
    await talk.ask(leave(group, (b, "desk-b")), LEAVE, by="b", note="fenced")
    await talk.ask(beat(group, a, generation, "desk-a"), HEARTBEAT, note="no rebalance")
    await talk.ask(sync(group, b2, generation, instance="desk-b"), SYNC, by="b2")
    again = join(group, instance="desk-a")
    a2 = (await talk.ask(again, version, by="a2", note="the leader's next process")).member_id
    await talk.ask(sync(group, a2, generation, instance="desk-a"), SYNC, by="a2")
    await talk.ask(beat(group, b2, generation, "desk-b"), HEARTBEAT, note="no rebalance")
    await talk.ask(describe, DESCRIBE, note="taken over")
    await talk.ask(join(group, a2, instance="desk-b"), version, note="another's instance")
    await talk.ask(join(group, a2, instance="desk-z"), version, note="unknown instance")
    changed = {"range": subscription("clicks", "views")}
    waits = await talk.begin(
        join(group, instance="desk-b", protocols=changed), version, by="b3", note="changed"
    )
    await talk.ask(beat(group, a2, generation, "desk-a"), HEARTBEAT, note="follower changed")
    await talk.answer(waits)
    await talk.ask(describe, DESCRIBE)
    await talk.ask(leave(group, ("", "desk-a"), ("", "desk-b")), LEAVE)
    await talk.ask(describe, DESCRIBE, note="left")


async def too_large(talk: Talk, version: int) -> None:
    """More than one batch of `__consumer_offsets` may hold."""
    group = talk.group
    joined = await enter(talk)
    me, generation = joined.member_id, joined.generation_id
    await talk.ask(sync(group, me, generation, {me: bytes(1_500_000)}), version)
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)
    await talk.ask(beat(group, me, generation), HEARTBEAT)


async def expiry(talk: Talk, version: int) -> None:
    """Silent members go when their session ends, and late ones when the join phase does."""
    group = talk.group
    describe = DescribeGroupsRequest(groups=[group])
    a, b, generation = await stable_pair(talk, session_ms=6_000, rebalance_ms=1_000)
    changed = {"range": subscription("clicks", "views")}
    request = join(group, b, protocols=changed, session_ms=6_000, rebalance_ms=1_000)
    await talk.ask(request, JOIN, by="b", note="the leader is late")
    await talk.ask(describe, DESCRIBE)
    await talk.ask(beat(group, a, generation), version, note="too late")
    await talk.ask(sync(group, b, generation + 1, {}), SYNC, by="b")
    await talk.wait_for("Empty", 0)
    await talk.ask(describe, DESCRIBE, note="all silent")
    await talk.ask(beat(group, b, generation + 1), version, note="silent")


async def late_assignment(talk: Talk, version: int) -> None:
    """A leader that does not assign loses its place, and so does who does not ask."""
    group = talk.group
    joined = await enter(talk, rebalance_ms=1_000)
    await talk.wait_for("Empty", 0)
    await talk.ask(sync(group, joined.member_id, joined.generation_id), version)
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)


MEMBERSHIP_SCENARIOS: dict[str, Scenario] = {
    "join-refused": Scenario(join_refused, range(10)),
    "join-foreign-protocol": Scenario(join_foreign_protocol, range(10)),
    "life-of-one-member": Scenario(life_of_one_member, range(10)),
    "pending-member": Scenario(pending_member, range(4, 10)),
    "two-members": Scenario(two_members, range(10)),
    "protocol-votes": Scenario(protocol_votes, range(10)),
    "sync-refused": Scenario(sync_refused, range(6)),
    "heartbeat-refused": Scenario(heartbeat_refused, range(5)),
    "leave-refused": Scenario(leave_refused, range(6)),
    "static-members": Scenario(static_members, range(5, 10)),
    "too-large": Scenario(too_large, [5]),
    "expiry": Scenario(expiry, [4]),
    "late-assignment": Scenario(late_assignment, [5]),
}
