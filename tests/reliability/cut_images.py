"""What a power cut could leave of a broker's life, opened and held against what was promised.

Of each image: every topic that was created and not deleted is there, none that was deleted; each
acknowledged record stands at its offset unless retention or somebody's wish took it, nothing stands
there that was not sent, nothing twice; of a compacted topic the last record of each key; a
producer's repeat is known for one; no group goes back; times are found where a scan finds them.
"""

from engine.kernel.errors import EngineError
from engine.records.record import Record
from engine.storage.partition_log import PartitionLog
from tests.reliability.cut_life import (
    GROUPS,
    KEYS,
    NEVER,
    PRODUCER_ID,
    TABLE,
    CutLife,
    GroupsNotLoaded,
    Incarnation,
    abandon,
    open_broker,
    serve,
)
from tests.reliability.evidence import Acknowledged, Unrecognised, read_value
from tests.reliability.ledger import judge_keys
from tests.reliability.verifier import Verdict, judge
from tests.support.compaction import records_of
from tests.support.group_broker import GroupBroker
from tests.support.memory_filesystem import MemoryFileSystem


async def judge_image(life: CutLife, image: MemoryFileSystem, length: int) -> Verdict:
    """Start a broker on the image of a cut at a length of the journal, and judge it."""
    verdict = Verdict()
    try:
        broker = await open_broker(image, life.clock)
    except (EngineError, OSError, AssertionError) as error:
        verdict.fault(f"does not start: {error!r}")
        return verdict
    try:
        for each in life.incarnations:
            _judge_topic(broker, each, length, verdict)
        await _judge_groups(broker, life, length, verdict)
    except (EngineError, OSError, GroupsNotLoaded, AssertionError) as error:
        verdict.fault(f"cannot be read: {error!r}")
    finally:
        await abandon(broker)
    return verdict


def _judge_topic(broker: GroupBroker, each: Incarnation, length: int, verdict: Verdict) -> None:
    if each.created_at > length:
        return
    is_there = broker.topics.metadata.catalogue.by_id(each.topic_id) is not None
    if length < each.deleting_at and not is_there:
        verdict.lost += 1
        verdict.fault(f"{each.name}: was created and is not there")
    if length >= each.deleted_at and is_there:
        verdict.fault(f"{each.name}: was deleted and is there")
    if not is_there:
        return
    partition = broker.topics.partitions.find(each.name, 0)
    assert partition is not None
    log = partition.log
    if log.damages:
        verdict.fault(f"{each.name}: damaged at {log.damages}")
    start = log.log_start_offset
    starts = [at for when, at in each.starts if when >= length] or [NEVER]
    start_max = starts[0]
    records = [record for record in records_of(log) if record.offset >= start]
    # A log that was never synced may have lost its first file and kept a later one.
    _judge_records(each, records, min(start, start_max), length, verdict)
    if not each.is_table:
        _judge_times(each.name, log, records, verdict)
        _judge_repeat(each, log, length, verdict)


def _judge_records(
    each: Incarnation, records: list[Record], start: int, length: int, verdict: Verdict
) -> None:
    values = [(record.offset, record.value or b"") for record in records]
    for offset, value in values:
        try:
            evidence = read_value(value)
        except Unrecognised as error:
            verdict.fault(f"{each.name}@{offset}: not what was sent: {error}")
            continue
        if evidence not in each.sent[offset]:
            verdict.fault(f"{each.name}@{offset}: {evidence} was never sent there")
    told = [(offset, evidence) for when, offset, evidence in each.told if when <= length]
    if each.is_table:
        found = judge_keys({0: values}, (each.sequence for _, each in told), keys=KEYS)
    else:
        acked = Acknowledged(sent={each.producer: each.count - 1})
        for offset, evidence in told:
            if offset >= start:
                acked.note(0, offset, evidence)
        found = judge({0: values}, acked)
    verdict.records += found.records
    verdict.acknowledged += found.acknowledged
    verdict.lost += found.lost
    for fault in found.faults:
        verdict.fault(f"{each.name}: {fault}")


def _judge_times(name: str, log: PartitionLog, records: list[Record], verdict: Verdict) -> None:
    if not records:
        return
    wanted = records[len(records) // 2].timestamp_ms
    found = log.offset_for_timestamp(wanted)
    expected = next(record.offset for record in records if record.timestamp_ms >= wanted)
    if found is None or found.offset != expected:
        verdict.fault(f"{name}: time {wanted} is at {expected}, found at {found}")


def _judge_repeat(each: Incarnation, log: PartitionLog, length: int, verdict: Verdict) -> None:
    """The producer sends its last acknowledged batch again, which must be known."""
    produced = [(sequence, at) for when, sequence, at in each.produced if when <= length]
    if not produced or produced[-1][1] < log.log_start_offset:
        return
    sequence, offset = produced[-1]
    known = [p.last_sequence for p in log.active_producers() if p.producer_id == PRODUCER_ID]
    if max(known, default=-1) < sequence:
        verdict.fault(f"{each.name}: sequence {sequence} at {offset} is forgotten")


async def _judge_groups(broker: GroupBroker, life: CutLife, length: int, verdict: Verdict) -> None:
    told = {group: offset for when, group, offset in life.commits if when <= length}
    await serve(broker)
    for group in GROUPS:
        position = broker.positions(group).get(TABLE, {}).get(0, 0)
        if position < told.get(group, 0):
            verdict.lost += 1
            verdict.fault(f"{group}: committed {told[group]}, found {position}")
