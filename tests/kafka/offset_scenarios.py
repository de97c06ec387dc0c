"""Conversations about positions: commits, fetches and deletions, rightly and wrongly used."""

from engine.protocol.messages.delete_groups import DeleteGroupsRequest
from engine.protocol.messages.describe_groups import DescribeGroupsRequest
from engine.protocol.messages.list_groups import ListGroupsRequest
from engine.protocol.messages.offset_fetch import OffsetFetchRequest
from tests.support.group_conversation import subscription
from tests.support.group_requests import (
    NOBODY,
    Position,
    beat,
    commit,
    delete,
    fetch,
    join,
    leave,
    sync,
)
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

COMMIT, FETCH, NAMES_UNTIL = 9, 9, 9
UNKNOWN_ID = b"\x07" * 16


async def topic_of(talk: Talk, version: int) -> str | bytes:
    """A topic of this conversation with two partitions, as this version names it."""
    name = f"topic-of-{talk.group}"
    topic_id = await talk.topic(name)
    return name if version <= NAMES_UNTIL else topic_id


async def commit_without_members(talk: Talk, version: int) -> None:
    group = talk.group
    topic = await topic_of(talk, version)
    unknown: str | bytes = UNKNOWN_ID if isinstance(topic, bytes) else "nowhere"
    nothing: str | bytes = bytes(16) if isinstance(topic, bytes) else ""
    requests = {
        "empty group": commit("", {topic: [(0, 1, 0, "")]}),
        "nothing": commit(group, {}),
        "no partitions": commit(group, {topic: []}),
        "unknown topic": commit(group, {unknown: [(0, 1, 0, "")], nothing: [(0, 1, 0, "")]}),
        "unknown partitions": commit(group, {topic: [(2, 1, 0, ""), (-1, 1, 0, "")]}),
        "generation without group": commit(group, {topic: [(0, 1, 0, "")]}, NOBODY, 3),
        "generation 0 without group": commit(group, {topic: [(0, 1, 0, "")]}, "", 0),
    }
    for note, request in requests.items():
        await talk.ask(request, version, note=note)
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE, note="nothing came of it")
    positions: list[Position] = [(0, 5, 3, "kept"), (1, 2**62, -1, None)]
    await talk.ask(commit(group, {topic: positions}), version)
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE, note="offsets alone")
    await talk.ask(ListGroupsRequest(), 5)
    name = f"topic-of-{group}"
    await talk.ask(fetch(group, {name: [0, 1]}), FETCH)
    mixed = {
        topic: [(0, 6, 4, "x" * 4096), (1, 7, 4, "x" * 4097), (7, 1, 1, "")],
        unknown: [(0, 1, 1, "")],
    }
    await talk.ask(commit(group, mixed), version, note="good and bad")
    await talk.ask(fetch(group, {name: [0, 1]}), FETCH)
    await talk.ask(commit(group, {topic: [(0, -5, -9, "ü" * 4096)]}), version, note="negative")
    await talk.ask(commit(group, {topic: [(0, 1, 0, ""), (0, 2, 0, "")]}), version, note="twice")
    await talk.ask(fetch(group, {name: [0, 1]}), FETCH)
    await talk.ask(commit(group, {topic: [(0, 1, 0, "")]}, NOBODY, -1), version, note="member")
    await talk.ask(commit(group, {topic: [(0, 1, 0, "")]}, NOBODY, 0), version, note="generation 0")
    await talk.ask(commit(group, {topic: [(0, 1, 0, "")]}, "", 5), version, note="generation")
    if version >= 7:
        with_instance = commit(group, {topic: [(0, 1, 0, "")]}, instance="desk")
        await talk.ask(with_instance, version, note="instance")
    if version <= 4:
        await talk.ask(commit(group, {topic: [(1, 8, 0, "")]}, retention_ms=3_600_000), version)
        await talk.ask(fetch(group, {name: [1]}), FETCH)


async def commit_as_member(talk: Talk, version: int) -> None:
    group = talk.group
    topic = await topic_of(talk, version)
    at_one = {topic: [(0, 1, 0, "")]}
    joined = await enter(talk, instance="desk-a")
    me, generation = joined.member_id, joined.generation_id
    desk = "desk-a" if version >= 7 else None
    await talk.ask(commit(group, at_one, me, generation, instance=desk), version, note="assigning")
    await talk.ask(sync(group, me, generation, {}, instance="desk-a"), SYNC)
    await talk.ask(commit(group, at_one, me, generation, instance=desk), version)
    await talk.ask(commit(group, at_one, me, generation), version, note="without instance")
    await talk.ask(commit(group, at_one, me, generation + 1), version, note="later generation")
    await talk.ask(commit(group, at_one, me, -1), version, note="no generation")
    await talk.ask(commit(group, at_one, NOBODY, generation), version, note="unknown member")
    await talk.ask(commit(group, at_one, NOBODY, -1), version, note="unknown, no generation")
    await talk.ask(commit(group, at_one), version, note="neither")
    await talk.ask(commit(group, at_one, "", generation), version, note="no member")
    await talk.ask(commit(group, {}, NOBODY, generation), version, note="nothing, unknown member")
    if version >= 7:
        fenced = commit(group, at_one, NOBODY, generation, instance="desk-a")
        await talk.ask(fenced, version, note="fenced")
        stranger = commit(group, at_one, me, generation, instance="desk-z")
        await talk.ask(stranger, version, note="unknown instance")
    request = join(group)
    request.member_id = (await talk.ask(request, JOIN, by="b")).member_id
    b_waits = await talk.begin(request, JOIN, by="b")
    await talk.wait_for("PreparingRebalance", 2)
    await talk.ask(commit(group, at_one, me, generation, instance=desk), version, note="preparing")
    await talk.ask(join(group, me, instance="desk-a"), JOIN)
    await talk.answer(b_waits)
    await talk.ask(commit(group, at_one, me, generation + 1, instance=desk), version, note="soon")
    await talk.ask(fetch(group, None), FETCH)


async def fetch_offsets(talk: Talk, version: int) -> None:
    group = talk.group
    topic = await topic_of(talk, version)
    other = f"topic-of-{group}-b"
    other_id = await talk.topic(other)
    unknown: str | bytes = UNKNOWN_ID if isinstance(topic, bytes) else "nowhere"
    nothing: str | bytes = bytes(16) if isinstance(topic, bytes) else ""
    requests = {
        "some": fetch(group, {topic: [1, 0], unknown: [0]}),
        "outside": fetch(group, {topic: [-1, 2, 0, 0], nothing: [0]}),
        "stable": fetch(group, {topic: [0]}, is_stable=True),
        "none": fetch(group, {}),
        "no partitions": fetch(group, {topic: []}),
        "empty group": fetch("", {topic: [0]}),
        "no member": fetch(group, {topic: [0]}, member_id=""),
        "member": fetch(group, {topic: [0]}, member_id=NOBODY, epoch=1),
        "member epoch alone": fetch(group, {topic: [0]}, epoch=1),
    }
    if version >= 2:
        requests["all"] = fetch(group, None)
    for note, request in requests.items():
        await talk.ask(request, version, note=f"unknown group, {note}")
    names = {f"topic-of-{group}": [(0, 5, 3, "note"), (1, 6, -1, None)], other: [(1, 7, 0, "")]}
    await talk.ask(commit(group, names), COMMIT)
    for note, request in requests.items():
        await talk.ask(request, version, note=note)
    if version >= 8:
        several = fetch(group, {topic: [0]})
        several.groups += fetch(f"{group}-nowhere", {topic: [0]}).groups
        several.groups += fetch(group, None).groups
        await talk.ask(several, version, note="several groups, one twice")
        await talk.ask(OffsetFetchRequest(groups=[]), version, note="no group")
    assert other_id


async def fetch_as_member(talk: Talk, version: int) -> None:
    """The newer groups check who fetches; the classic ones do not."""
    group = talk.group
    topic = await topic_of(talk, version)
    a, b, generation = await stable_pair(talk)
    names = {f"topic-of-{group}": [(0, 5, 3, "note")]}
    await talk.ask(commit(group, names, a, generation), COMMIT)
    members = {"null": None, "empty": "", "unknown": NOBODY, "member": b}
    for note, member_id in members.items():
        for epoch in (-1, 0, generation, 99):
            request = fetch(group, {topic: [0, 1]}, member_id=member_id, epoch=epoch)
            await talk.ask(request, version, note=f"{note} {epoch}")


async def delete_offsets(talk: Talk, version: int) -> None:
    group = talk.group
    topic = f"topic-of-{group}"
    await talk.topic(topic)
    both = {topic: [0, 1]}
    await talk.ask(delete("", both), version, note="empty group")
    await talk.ask(delete(group, both), version, note="unknown group")
    await talk.ask(delete(group, {}), version, note="unknown group, nothing")
    await talk.ask(delete(group, {"nowhere": [0]}), version, note="unknown group and topic")
    positions: dict[str | bytes, list[Position]] = {topic: [(0, 5, 3, ""), (1, 6, 3, "")]}
    await talk.ask(commit(group, positions), COMMIT)
    await talk.ask(delete(group, {}), version, note="nothing")
    await talk.ask(delete(group, {topic: []}), version, note="no partitions")
    await talk.ask(delete(group, {topic: [0, 7, -1], "nowhere": [0]}), version, note="some")
    await talk.ask(fetch(group, None), FETCH)
    await talk.ask(delete(group, {topic: [0]}), version, note="again")
    joined = await enter(talk, protocols={"range": subscription(topic)})
    me, generation = joined.member_id, joined.generation_id
    await talk.ask(delete(group, both), version, note="subscribed")
    await talk.ask(sync(group, me, generation, {}), SYNC)
    await talk.ask(delete(group, {topic: [1], "nowhere": [0]}), version, note="subscribed, stable")
    await talk.ask(join(group, me), JOIN)
    await talk.ask(beat(group, me, generation + 1), HEARTBEAT)
    await talk.ask(delete(group, both), version, note="of another topic")
    await talk.ask(fetch(group, None), FETCH)
    await talk.ask(leave(group, (me, None)), LEAVE)
    await talk.ask(commit(group, positions), COMMIT)
    await talk.ask(delete(group, both), version, note="left")
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)
    await talk.ask(DeleteGroupsRequest(groups_names=[group]), 2)
    await talk.ask(fetch(group, None), FETCH)


async def delete_offsets_of_others(talk: Talk, version: int) -> None:
    """Groups that are not consumers."""
    group = talk.group
    topic = f"topic-of-{group}"
    await talk.topic(topic)
    positions: dict[str | bytes, list[Position]] = {topic: [(0, 5, 3, "")]}
    await talk.ask(commit(group, positions), COMMIT)
    joined = await enter(talk, kind="connect", protocols={"range": b"unreadable"})
    await talk.ask(delete(group, {topic: [0]}), version, note="connect")
    await talk.ask(leave(group, (joined.member_id, None)), LEAVE)
    await talk.ask(delete(group, {topic: [0]}), version, note="left")


async def deleted_topic(talk: Talk, version: int) -> None:
    """Positions go with their topic; a topic of the same name begins without any."""
    group = talk.group
    name = f"topic-of-{group}"
    positions: dict[str | bytes, list[Position]] = {name: [(0, 5, 3, ""), (1, 6, 3, "")]}
    other: dict[str | bytes, list[Position]] = {f"{name}-b": [(1, 7, 3, "")]}
    await talk.topic(name)
    await talk.topic(f"{name}-b")
    await talk.ask(commit(group, positions | other), COMMIT)
    await talk.delete_topic(name)
    everything = fetch(group, None)
    await talk.until(everything, FETCH, lambda answer: len(answer.groups[0].topics) == 1)
    await talk.ask(everything, FETCH)
    topic_id = await talk.topic(name)
    again: str | bytes = name if version <= NAMES_UNTIL else topic_id
    await talk.ask(fetch(group, {again: [0, 1]}), version, note="again")


OFFSET_SCENARIOS: dict[str, Scenario] = {
    "commit-without-members": Scenario(commit_without_members, range(2, 11)),
    "commit-as-member": Scenario(commit_as_member, range(2, 11)),
    "fetch-offsets": Scenario(fetch_offsets, range(1, 11)),
    "fetch-as-member": Scenario(fetch_as_member, range(9, 11)),
    "delete-offsets": Scenario(delete_offsets, range(1)),
    "delete-offsets-of-others": Scenario(delete_offsets_of_others, range(1)),
    "deleted-topic": Scenario(deleted_topic, range(9, 11)),
}
