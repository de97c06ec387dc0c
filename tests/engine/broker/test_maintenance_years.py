"""Years of retention and compaction in seconds, held against a list of all that was appended.

Each life prints its seed through the name of its test; the seed alone makes it again.
"""

from contextlib import asynccontextmanager
from random import Random

import pytest

from tests.support.compaction import table_of
from tests.support.data_life import (
    DAY_MS,
    RETENTION_BYTES,
    RETENTION_MS,
    SEGMENT_BYTES,
    SEGMENT_MS,
    TOPICS,
    DataLife,
    end,
)

LIVES = 10
STEPS = 90


@asynccontextmanager
async def data_life(path, seed):
    life = DataLife(path, Random(seed))
    await life.begin()
    try:
        yield life
    finally:
        await end(life)


def check(life, starts):
    """What holds after every step; `starts` are the log starts before it."""
    for topic, model in life.appended.items():
        log, found = life.log(topic), life.found(topic)
        assert log.log_end_offset == len(model)
        assert starts[topic] <= log.log_start_offset
        assert [each for each in found if each != model[each.offset].record] == []
        offsets = [each.offset for each in found]
        if "compact" in TOPICS[topic].get("cleanup.policy", ""):
            assert offsets == sorted(set(offsets))
        else:
            assert offsets == list(range(log.log_start_offset, log.log_end_offset))
        starts[topic] = log.log_start_offset
        check_retention(life, topic, log)
        check_table(life, topic, found)
    assert life.broker.maintenance.compaction.uncleanable() == []


def check_retention(life, topic, log):
    """Only closed segments go, and only for a reason."""
    start, model = log.log_start_offset, life.appended[topic]
    if start > life.deleted_to[topic]:
        assert start == log.segments()[0].base_offset
    if topic == "by-size":
        assert not start or log.size_bytes >= RETENTION_BYTES
    elif topic == "table":
        assert start == 0
    else:
        latest = {each.record.key: at for at, each in sorted(model.items())}
        values = [at for at in latest.values() if model[at].record.value is not None]
        wanted = values if topic == "both" else model
        gone = [model[at] for at in wanted if life.deleted_to[topic] <= at < start]
        assert [e for e in gone if life.true_ms - e.since_ms <= RETENTION_MS] == []


def check_table(life, topic, found):
    """The last value of each key, unless all of the key's records are older than may be."""
    if "compact" not in TOPICS[topic].get("cleanup.policy", ""):
        return
    everything = table_of(each.record for each in life.appended[topic].values())
    present = table_of(found)
    if topic == "table":
        assert present == everything
    assert present.items() <= everything.items()
    start = life.log(topic).log_start_offset
    young = [each.record for at, each in life.appended[topic].items() if at >= start]
    assert table_of(young).items() <= present.items()


@pytest.mark.point(105, 106, 110)
@pytest.mark.parametrize("seed", range(LIVES))
async def test_nothing_goes_that_should_stay_and_tables_are_right(tmp_path, seed):
    async with data_life(tmp_path / "a", seed) as life:
        starts = dict.fromkeys(TOPICS, 0)
        for _ in range(STEPS):
            await life.step()
            check(life, starts)
        assert life.true_ms > next(iter(life.appended["table"].values())).since_ms + 100 * DAY_MS


@pytest.mark.parametrize("seed", range(LIVES, LIVES + 6))
async def test_nothing_stays_for_ever(tmp_path, seed):
    """After a wild life and a while of an ordinary one, only what is young enough is left."""
    days = (RETENTION_MS + 2 * SEGMENT_MS) // DAY_MS + 2
    async with data_life(tmp_path / "a", seed) as life:
        for _ in range(STEPS):
            await life.step()
        old = {topic: life.log(topic).log_end_offset for topic in TOPICS}
        await life.live_on(days)
        assert life.log("by-time").log_start_offset >= old["by-time"]
        assert [each for each in life.found("both") if each.offset < old["both"]] == []
        by_size = life.log("by-size")
        assert by_size.size_bytes < RETENTION_BYTES + 2 * SEGMENT_BYTES
        keys = [each.key for each in life.found("table") if each.offset < old["table"]]
        assert len(keys) == len(set(keys))
