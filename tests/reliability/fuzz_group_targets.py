"""What clients tell groups and what groups keep, as targets of `tests.reliability.fuzz`."""

from collections.abc import Iterator

from engine.coordinator import consumer_journal, consumer_protocol, journal
from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.consumer_member import ClassicFacet, CurrentAssignment, MemberMetadata
from engine.coordinator.consumer_records import GroupEpoch, ResolvedRegex, TargetEpoch
from engine.coordinator.partition_maps import without_epochs
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.ids import TopicId
from tests.reliability.fuzz_targets import NOW_MS, Decode, Target, codes_of
from tests.support.group_conversation import subscription


def group_targets() -> Iterator[Target]:
    """The decoders of subscriptions, assignments, and records of the journal of groups."""
    owned = [("t", 0), ("t", 1)]
    seeds = [subscription("t", "views", owned=owned), subscription()]
    seeds += [b"\0\x03" + each[2:] + bytes(4) + b"\0\x01r" for each in seeds]
    assignment = consumer_protocol.write_assignment({"t": (0, 1), "views": (2,)}, 1)
    member = journal.StoredMember("m", "desk", "c", "/h", 60_000, 10_000, seeds[0], assignment)
    metadata = journal.GroupMetadata("consumer", 3, "range", "m", 7, (member,))
    offset = journal.CommittedOffset(7, 1, "note", NOW_MS, None, bytes(16))
    group = journal.group_record("g", metadata)
    position = journal.offset_record(journal.OffsetKey("g", "t", 1), offset)
    facet = ClassicFacet(10_000, (OfferedProtocol("range", seeds[0]),))
    newer = MemberMetadata(instance_id="desk", topic_names=frozenset("ab"), classic=facet)
    epochs = {TopicId(bytes(16)): {0: 1, 2: 3}}
    place = CurrentAssignment(3, 2, assigned=epochs, pending_revocation=epochs)
    kept = consumer_journal
    offset_then = offset._replace(expire_timestamp_ms=NOW_MS)
    expiring = journal.offset_record(journal.OffsetKey("g", "t", 1), offset_then)
    decoders: tuple[tuple[str, Decode, list[bytes]], ...] = (
        ("subscription", consumer_protocol.read_subscription, seeds),
        ("assignment", consumer_protocol.read_assignment, [assignment]),
        ("journal key", journal.decode_key, [group.key, position.key]),
        ("group", journal.decode_group, [_value(group)]),
        ("position", journal.decode_offset, [_value(position), _value(expiring)]),
        ("consumer key", kept.decode_consumer_key, [kept.member_record("g", "m", None).key]),
        ("consumer member", kept.decode_member, [_value(kept.member_record("g", "m", newer))]),
        ("consumer epoch", kept.decode_epoch, [_value(kept.epoch_record("g", GroupEpoch(2, 7)))]),
        (
            "consumer target epoch",
            kept.decode_target_epoch,
            [_value(kept.target_epoch_record("g", TargetEpoch(2, NOW_MS)))],
        ),
        (
            "consumer target",
            kept.decode_target,
            [_value(kept.target_record("g", "m", without_epochs(epochs)))],
        ),
        ("consumer place", kept.decode_current, [_value(kept.current_record("g", "m", place))]),
        (
            "consumer expression",
            kept.decode_regex,
            [_value(kept.regex_record("g", "a.*", ResolvedRegex(frozenset("ab"), 7, NOW_MS)))],
        ),
    )
    codes = codes_of(consumer_protocol, journal, consumer_journal)
    for name, decode, corpus in decoders:
        yield Target(name, "groups", decode, (MalformedRecordError,), corpus, codes)


def _value(record: journal.JournalRecord) -> bytes:
    assert record.value is not None
    return record.value
