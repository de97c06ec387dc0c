"""Random lives of a compacted log over years, held against a list of all that was appended.

Each life prints its seed through the name of its test; the seed alone makes it again.
"""

from random import Random

import pytest

from tests.support.clock import FakeClock
from tests.support.compaction import records_of, table_of
from tests.support.compaction_model import CompactedLife
from tests.support.logs import new_disk

LIVES = 24
STEPS = 70


def life(seed):
    clock = FakeClock()
    return CompactedLife(Random(seed), new_disk(clock), clock)


def assert_contents(life):
    """Only what was appended, where it was appended, and the last value of each key."""
    found = life.visible_in(life.log)
    model = life.visible()
    for record in found:
        assert record == model[record.offset]
    offsets = [record.offset for record in found]
    assert offsets == sorted(offsets)
    assert table_of(found) == table_of(model.values())
    end = life.cleaned_end_offset
    assert {at for at in model if at >= end} <= set(offsets)


def assert_look_ups(life):
    """Looking for times agrees with looking at every record."""
    records = records_of(life.log)
    for _ in range(3):
        wanted_ms = life.clock.wall - life.random.randrange(0, 100 * 86_400_000)
        by_hand = next((r for r in records if r.timestamp_ms >= wanted_ms), None)
        found = life.log.offset_for_timestamp(wanted_ms)
        at = None if found is None else found.offset
        control = {at for at in range(life.log.log_end_offset) if at not in life.appended}
        if at not in control:
            assert at == (None if by_hand is None else by_hand.offset)


@pytest.mark.point(106, 109)
@pytest.mark.parametrize("seed", range(LIVES))
def test_a_reader_sees_the_last_value_of_each_key_at_its_offset(seed):
    it = life(seed)
    for _ in range(STEPS):
        it.step()
        assert_contents(it)
        assert_look_ups(it)


@pytest.mark.parametrize("seed", range(LIVES, LIVES + 12))
def test_a_log_that_is_cleaned_to_its_end_has_one_record_for_a_key(seed):
    it = life(seed)
    for _ in range(STEPS):
        it.step()
    it.clean_to_the_end()
    assert_contents(it)
    keys = [record.key for record in it.visible_in(it.log)]
    assert len(keys) == len(set(keys))


@pytest.mark.point(107)
@pytest.mark.parametrize("seed", range(LIVES + 12, LIVES + 18))
def test_tombstones_go_when_their_time_is_over(seed):
    it = life(seed)
    for _ in range(STEPS):
        it.step()
    for _ in range(3):
        it.clean_to_the_end()
    horizons = [record.value for record in it.visible_in(it.log)[:-5]]
    assert None not in horizons
    assert_contents(it)
