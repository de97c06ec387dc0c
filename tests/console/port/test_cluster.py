"""What the console may rely on, whichever cluster is behind the port.

Every test runs on the fake of the other tests and on a running engine of ours: what they learn from
the fake holds for the real thing.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.model.group import GroupState
from console.port.cluster import TO_THE_END, NewRecord, NewTopic, Published, Wanted
from console.port.errors import (
    AlreadyExists,
    ClusterError,
    GroupIsActive,
    NotFound,
    NotSupported,
    Rejected,
)
from console.port.readings import ConfigReading, GroupReading, RecordsReading, TimedOffset
from tests.support.cluster_stages import Stage, engine_stage, fake_stage, key

T0_MS = 1_700_000_000_000


@pytest.fixture(params=["fake", "engine"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    on = fake_stage() if request.param == "fake" else engine_stage(tmp_path / "data")
    async with on as found:
        yield found


async def written(stage: Stage, topic: str, *values: bytes, partitions: int = 1) -> None:
    """A topic with one record a second in partition 0."""
    await stage.writes.create_topic(NewTopic(topic, partitions))
    records = [
        NewRecord(b"key", value, partition=0, timestamp_ms=T0_MS + 1000 * number)
        for number, value in enumerate(values)
    ]
    outcomes = await stage.writes.publish(topic, records)
    assert list(outcomes) == [Published(0, number) for number in range(len(values))]


async def test_a_topic_that_was_created_is_in_the_layout(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", 3, configs={"retention.ms": "1000"}))
    layout = await stage.reads.layout()
    (topic,) = (each for each in layout.topics if each.name == "orders")
    assert topic.topic_id
    assert not topic.is_internal
    assert [each.index for each in topic.partitions] == [0, 1, 2]
    (node,) = layout.nodes
    assert layout.controller_id == node.node_id
    assert layout.cluster_id
    for partition in topic.partitions:
        assert partition.leader == node.node_id
        assert partition.replicas == partition.in_sync == (node.node_id,)
        assert not partition.offline_replicas


async def test_a_topic_made_anew_has_another_id(stage: Stage) -> None:
    ids = set()
    for _ in range(2):
        await stage.writes.create_topic(NewTopic("orders", 1))
        ids.update(each.topic_id for each in (await stage.reads.layout()).topics)
        await stage.writes.delete_topic("orders")
    assert len(ids) == 2
    assert not (await stage.reads.layout()).topics


async def test_validating_a_topic_creates_none(stage: Stage) -> None:
    assert await stage.writes.create_topic(NewTopic("orders", 3), validate_only=True) == 3
    assert not (await stage.reads.layout()).topics
    with pytest.raises(Rejected):
        await stage.writes.create_topic(NewTopic("not/valid"), validate_only=True)


async def test_a_topic_is_created_and_deleted_once(stage: Stage) -> None:
    assert await stage.writes.create_topic(NewTopic("orders")) == 1
    with pytest.raises(AlreadyExists):
        await stage.writes.create_topic(NewTopic("orders"))
    await stage.writes.delete_topic("orders")
    with pytest.raises(NotFound):
        await stage.writes.delete_topic("orders")


async def test_partitions_are_added_and_never_taken_away(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", 2))
    await stage.writes.add_partitions("orders", 5)
    (topic,) = (await stage.reads.layout()).topics
    assert len(topic.partitions) == 5
    with pytest.raises(Rejected) as refused:
        await stage.writes.add_partitions("orders", 4)
    assert refused.value.code == "INVALID_PARTITIONS"
    with pytest.raises(NotFound):
        await stage.writes.add_partitions("nowhere", 4)


async def retention(stage: Stage) -> ConfigReading:
    """The retention of the topic `orders`, and nothing else that was not asked for."""
    answer = (await stage.reads.topic_configs(["orders"], keys=["retention.ms"]))["orders"]
    assert not isinstance(answer, ClusterError)
    (entry,) = answer
    assert entry.name == "retention.ms"
    return entry


async def test_a_config_is_set_and_returned_to_its_default(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders"))
    assert await retention(stage) == ConfigReading("retention.ms", "604800000", "default")
    await stage.writes.set_topic_configs("orders", {"retention.ms": "5000"})
    assert await retention(stage) == ConfigReading("retention.ms", "5000", "topic")
    await stage.writes.set_topic_configs("orders", {"retention.ms": None})
    assert (await retention(stage)).source == "default"
    with pytest.raises(Rejected) as refused:
        await stage.writes.set_topic_configs("orders", {"retention.mss": "1"})
    assert refused.value.code == "INVALID_CONFIG"


async def test_validating_a_config_changes_nothing_and_finds_what_is_wrong(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders"))
    await stage.writes.set_topic_configs("orders", {"retention.ms": "5000"}, validate_only=True)
    assert (await retention(stage)).value == "604800000"
    with pytest.raises(Rejected):
        await stage.writes.set_topic_configs("orders", {"no.key": "1"}, validate_only=True)


async def test_validating_more_partitions_adds_none(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", 2))
    await stage.writes.add_partitions("orders", 5, validate_only=True)
    (topic,) = (await stage.reads.layout()).topics
    assert len(topic.partitions) == 2
    with pytest.raises(Rejected):
        await stage.writes.add_partitions("orders", 1, validate_only=True)


async def test_the_whole_configuration_tells_what_each_key_goes_back_to(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", configs={"retention.bytes": "5000"}))
    answer = (await stage.reads.topic_configs(["orders"]))["orders"]
    assert not isinstance(answer, ClusterError)
    (kept,) = (entry for entry in answer if entry.name == "retention.bytes")
    assert (kept.value, kept.source, kept.default) == ("5000", "topic", "-1")
    (size,) = (entry for entry in answer if entry.name == "segment.bytes")
    assert size.default == size.value == "1073741824"


async def test_records_are_deleted_to_the_end_without_naming_it(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", b"c", partitions=2)
    wanted = [key("orders"), key("orders", 1)]
    assert await stage.writes.delete_records(dict.fromkeys(wanted, TO_THE_END)) == {
        wanted[0]: 3,
        wanted[1]: 0,
    }
    assert await stage.reads.start_offsets(wanted) == {wanted[0]: 3, wanted[1]: 0}


async def test_a_missing_topic_is_an_error_beside_the_answers_about_others(stage: Stage) -> None:
    await written(stage, "orders", b"a")
    configs = await stage.reads.topic_configs(["orders", "nowhere"])
    assert isinstance(configs["orders"], tuple)
    assert isinstance(configs["nowhere"], NotFound)
    wanted = [key("orders"), key("orders", 7), key("nowhere")]
    for ask in (stage.reads.end_offsets, stage.reads.start_offsets, stage.reads.stable_offsets):
        answers = await ask(wanted)
        assert isinstance(answers[key("orders")], int)
        assert isinstance(answers[key("orders", 7)], NotFound)
        assert isinstance(answers[key("nowhere")], NotFound)


async def test_offsets_follow_what_is_written_and_deleted(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", b"c", b"d", partitions=2)
    wanted = [key("orders"), key("orders", 1)]
    assert await stage.reads.end_offsets(wanted) == {wanted[0]: 4, wanted[1]: 0}
    assert await stage.reads.stable_offsets(wanted) == {wanted[0]: 4, wanted[1]: 0}
    assert await stage.writes.delete_records({wanted[0]: 3}) == {wanted[0]: 3}
    assert await stage.reads.start_offsets(wanted) == {wanted[0]: 3, wanted[1]: 0}
    assert (await stage.reads.end_offsets(wanted))[wanted[0]] == 4


async def test_times_are_turned_to_offsets_and_offsets_to_times(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", b"c", partitions=2)
    full, empty = key("orders"), key("orders", 1)
    at = await stage.reads.offsets_at([full, empty], T0_MS + 500)
    assert at == {full: TimedOffset(1, T0_MS + 1000), empty: TimedOffset(-1, -1)}
    assert (await stage.reads.offsets_at([full], T0_MS + 9000))[full] == TimedOffset(-1, -1)
    times = await stage.reads.record_times({full: [0, 2, 3], empty: [0]})
    assert times == {full: {0: T0_MS, 2: T0_MS + 2000, 3: -1}, empty: {0: -1}}


async def test_every_partition_tells_times_though_its_records_are_large(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", 5))
    sent = [NewRecord(None, b"x" * 100_000, (), each, T0_MS + each) for each in range(5)]
    await stage.writes.publish("orders", sent)
    times = await stage.reads.record_times({key("orders", each): [0] for each in range(5)})
    assert times == {key("orders", each): {0: T0_MS + each} for each in range(5)}


async def test_a_record_comes_back_as_it_was_written(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", 2))
    headers = (("trace", b"1"), ("trace", None), ("", b""))
    wrote = [
        NewRecord(b"k", b"v", headers, partition=1, timestamp_ms=T0_MS),
        NewRecord(None, None, partition=1, timestamp_ms=T0_MS + 1),
        NewRecord(b"", b"", partition=1, timestamp_ms=T0_MS + 2),
    ]
    await stage.writes.publish("orders", wrote)
    answer = (await stage.records.read({key("orders", 1): 0}))[key("orders", 1)]
    assert isinstance(answer, RecordsReading)
    assert (answer.next_offset, answer.log_start, answer.high_watermark) == (3, 0, 3)
    assert [each.offset for each in answer.records] == [0, 1, 2]
    for record, stored in zip(wrote, answer.records, strict=True):
        assert (stored.key, stored.value, stored.headers, stored.timestamp_ms) == (
            record.key,
            record.value,
            record.headers,
            record.timestamp_ms,
        )


async def test_reading_goes_on_from_any_offset_and_ends_at_the_end(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", b"c")
    answer = (await stage.records.read({key("orders"): 2}))[key("orders")]
    assert isinstance(answer, RecordsReading)
    assert [each.value for each in answer.records if each.offset >= 2] == [b"c"]
    answer = (await stage.records.read({key("orders"): 3}))[key("orders")]
    assert isinstance(answer, RecordsReading)
    assert (answer.records, answer.next_offset) == ((), 3)
    assert isinstance((await stage.records.read({key("nowhere"): 0}))[key("nowhere")], NotFound)


async def test_reading_outside_the_log_is_refused(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", b"c")
    await stage.writes.delete_records({key("orders"): 2})
    for outside in (1, 4):
        answer = (await stage.records.read({key("orders"): outside}))[key("orders")]
        assert isinstance(answer, Rejected)
        assert answer.code == "OFFSET_OUT_OF_RANGE"


async def test_all_that_is_wanted_comes_and_what_was_left_out_is_counted(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", b"Needle", b"c")
    for wanted in (
        Wanted(literals=(frozenset({b"Needle", b"other"}), frozenset({b"key"}))),
        Wanted(since_ms=T0_MS + 2000, literals=(frozenset({b"needle"}),), ignores_case=True),
    ):
        answer = (await stage.records.read({key("orders"): 0}, wanted=wanted))[key("orders")]
        assert isinstance(answer, RecordsReading)
        assert b"Needle" in [each.value for each in answer.records]
        assert len(answer.records) + answer.passed_over == 4
        assert answer.next_offset == 4
    nothing = Wanted(literals=(frozenset({b"absent"}),))
    answer = (await stage.records.read({key("orders"): 0}, wanted=nothing))[key("orders")]
    assert isinstance(answer, RecordsReading)
    assert (answer.records, answer.passed_over, answer.next_offset) == ((), 4, 4)
    assert (answer.first_ms, answer.last_ms) == (T0_MS, T0_MS + 3000)
    assert answer.size_bytes > 0


async def test_one_key_goes_to_one_partition(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", 8))
    outcomes = await stage.writes.publish("orders", [NewRecord(b"customer-7", b"x")] * 4)
    places = {outcome.partition for outcome in outcomes if isinstance(outcome, Published)}
    assert len(outcomes) == 4
    assert len(places) == 1
    assert places <= set(stage.records.probable_partitions(b"customer-7", 8))


async def test_a_partition_that_is_not_there_takes_no_record(stage: Stage) -> None:
    await stage.writes.create_topic(NewTopic("orders", 1))
    fine, broken = await stage.writes.publish(
        "orders", [NewRecord(None, b"x", partition=0), NewRecord(None, b"x", partition=9)]
    )
    assert fine == Published(0, 0)
    assert isinstance(broken, ClusterError)


async def test_offsets_can_be_set_for_a_group_that_did_not_exist(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", partitions=2)
    offsets = {key("orders"): 1, key("orders", 1): 0}
    assert await stage.writes.set_offsets("billing", offsets) == dict.fromkeys(offsets)
    listing = await stage.reads.list_groups()
    (group,) = listing.groups
    assert (group.name, group.state, group.group_type) == ("billing", GroupState.EMPTY, "classic")
    assert not listing.failures
    assert await stage.reads.committed(["billing"]) == {"billing": offsets}
    described = (await stage.reads.describe_groups({"billing": "classic"}))["billing"]
    assert isinstance(described, GroupReading)
    assert (described.state, described.members) == (GroupState.EMPTY, ())


async def test_a_group_that_is_not_there_has_committed_nothing(stage: Stage) -> None:
    assert await stage.reads.committed(["nobody"]) == {"nobody": {}}
    assert isinstance(
        (await stage.reads.describe_groups({"nobody": "classic"}))["nobody"], NotFound
    )
    with pytest.raises(NotFound):
        await stage.writes.delete_group("nobody")
    assert not (await stage.reads.list_groups()).groups


async def test_offsets_of_a_group_are_forgotten_one_by_one_and_with_it(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", partitions=2)
    offsets = {key("orders"): 1, key("orders", 1): 0}
    await stage.writes.set_offsets("billing", offsets)
    deleted = await stage.writes.delete_offsets("billing", [key("orders", 1)])
    assert deleted == {key("orders", 1): None}
    assert await stage.reads.committed(["billing"]) == {"billing": {key("orders"): 1}}
    await stage.writes.delete_group("billing")
    assert not (await stage.reads.list_groups()).groups


async def test_a_group_with_members_is_described_and_not_changed_from_outside(stage: Stage) -> None:
    await written(stage, "orders", b"a", b"b", b"c", partitions=2)
    await stage.join("billing", "orders", 3)
    (listing,) = (await stage.reads.list_groups()).groups
    assert (listing.state, listing.protocol_type) == (GroupState.STABLE, "consumer")
    described = (await stage.reads.describe_groups({"billing": listing.group_type}))["billing"]
    assert isinstance(described, GroupReading)
    (member,) = described.members
    assert described.protocol == "range"
    assert sorted(member.assignments) == [key("orders"), key("orders", 1)]
    assert member.member_id
    assert member.client_id
    assert member.host
    committed = (await stage.reads.committed(["billing"]))["billing"]
    assert not isinstance(committed, ClusterError)
    assert committed[key("orders")] == 3
    with pytest.raises(GroupIsActive):
        await stage.writes.set_offsets("billing", {key("orders"): 0})
    with pytest.raises(GroupIsActive):
        await stage.writes.delete_group("billing")


async def test_sizes_and_disks_are_told_for_every_broker(stage: Stage) -> None:
    await written(stage, "orders", b"a" * 50, partitions=2)
    ((directory,),) = (await stage.reads.directories()).values()  # type: ignore[misc]
    assert directory.path
    assert directory.replica_bytes[key("orders")] > 50
    assert directory.replica_bytes[key("orders", 1)] == 0
    assert 0 < directory.usable_bytes <= directory.total_bytes


async def test_what_is_offered_is_what_the_other_tests_use(stage: Stage) -> None:
    offered = await stage.reads.capabilities()
    for name in ("describes_disks", "describes_configs", "alters_configs", "creates_topics"):
        assert getattr(offered, name), name
    for name in ("deletes_topics", "adds_partitions", "deletes_records", "lists_groups"):
        assert getattr(offered, name), name
    for name in ("deletes_groups", "deletes_offsets"):
        assert getattr(offered, name), name
    assert not offered.tells_vitals
    with pytest.raises(NotSupported):
        await stage.reads.metrics()
    with pytest.raises(NotSupported):
        await stage.reads.segments([key("orders")])


async def test_a_partition_remembers_who_wrote_to_it_and_others_do_not(stage: Stage) -> None:
    """What is asked of a partition that is not there is an error of its own."""
    await written(stage, "orders", b"a", partitions=2)
    missing = key("nowhere")
    found = await stage.reads.producers([key("orders"), key("orders", 1), missing])
    assert found[key("orders", 1)] == ()
    assert isinstance(found[missing], NotFound)
    assert (await stage.reads.capabilities()).describes_producers


async def broker_config(stage: Stage, name: str) -> ConfigReading:
    (node,) = (await stage.reads.layout()).nodes
    (entry,) = await stage.reads.broker_configs(node.node_id, keys=[name])
    return entry


async def test_a_broker_s_config_is_set_and_returned_to_its_default(stage: Stage) -> None:
    name = "max.connections"
    (node,) = (await stage.reads.layout()).nodes
    usual = await broker_config(stage, name)
    assert (usual.source, usual.is_read_only) == ("default", False)
    await stage.writes.set_broker_configs(node.node_id, {name: "900"}, validate_only=True)
    assert await broker_config(stage, name) == usual
    await stage.writes.set_broker_configs(node.node_id, {name: "900"})
    changed = await broker_config(stage, name)
    assert (changed.value, changed.source) == ("900", "broker")
    (whole,) = (e for e in await stage.reads.broker_configs(node.node_id) if e.name == name)
    assert whole.default == usual.value
    await stage.writes.set_broker_configs(node.node_id, {name: None})
    assert await broker_config(stage, name) == usual


async def test_what_a_running_broker_cannot_change_is_said_and_refused(stage: Stage) -> None:
    (node,) = (await stage.reads.layout()).nodes
    assert (await broker_config(stage, "num.partitions")).is_read_only
    with pytest.raises(Rejected):
        await stage.writes.set_broker_configs(node.node_id, {"num.partitions": "3"})


async def test_the_configuration_of_a_broker_that_is_none_is_an_error(stage: Stage) -> None:
    with pytest.raises(ClusterError):
        await stage.reads.broker_configs(99)
