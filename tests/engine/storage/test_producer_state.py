"""Idempotent producers of one partition: what is admitted, repeated, refused and forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import SEQUENCE_MAX, read_header
from engine.records.control import ControlType, EndMarker, build_end_marker
from engine.storage.errors import (
    InvalidProducerEpoch,
    InvalidTransactionState,
    OutOfOrderSequence,
)
from engine.storage.producer_snapshot import encode_snapshot
from engine.storage.producer_state import (
    BATCHES_KEPT,
    REFUSED_MAX,
    ProducedBatch,
    ProducerState,
)
from tests.support.running_engine import batch

PRODUCER = 7
NOW_MS = 1000


def header(sequence, *, epoch=0, count=1, is_transactional=False):
    return read_header(
        batch(
            *[b"v"] * count,
            producer_id=PRODUCER,
            producer_epoch=epoch,
            base_sequence=sequence,
            is_transactional=is_transactional,
        )
    )


def note(state, offset, sequence, **fields):
    """Admit and record one batch."""
    each = header(sequence, **fields)
    assert state.admit(each) is None
    state.record_batch(each, offset, NOW_MS)


def with_batches(count, first=0, **fields):
    state = ProducerState()
    for at in range(count):
        note(state, 100 + at, first + at, **fields)
    state.commit()
    return state


def end_transaction(state, epoch=0, coordinator_epoch=3):
    marker = EndMarker(ControlType.COMMIT, coordinator_epoch)
    control = build_end_marker(marker, timestamp_ms=1, producer_id=PRODUCER, producer_epoch=epoch)
    state.record_marker(read_header(control), marker, NOW_MS)


@pytest.mark.point(36)
@pytest.mark.parametrize("first", [0, 5, SEQUENCE_MAX])
def test_an_unknown_producer_may_start_with_any_sequence(first):
    assert ProducerState().admit(header(first)) is None


@pytest.mark.point(35)
def test_the_next_sequence_follows_the_last_record():
    state = ProducerState()
    note(state, 0, 0, count=3)
    note(state, 3, 3, count=2)
    assert state.admit(header(5)) is None


@pytest.mark.parametrize("sequence", [1, 4, 6, SEQUENCE_MAX])
def test_a_gap_is_refused(sequence):
    state = ProducerState()
    note(state, 0, 0, count=5)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(sequence))


@pytest.mark.point(35)
def test_sequences_go_on_from_the_largest_to_zero():
    state = ProducerState()
    note(state, 0, SEQUENCE_MAX - 1, count=2)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(1))
    note(state, 2, 0)


def test_a_batch_may_span_the_largest_sequence():
    state = ProducerState()
    note(state, 10, SEQUENCE_MAX, count=3)
    repeated = state.admit(header(SEQUENCE_MAX, count=3))
    assert repeated is not None
    assert (repeated.base_offset, repeated.last_offset) == (10, 12)
    note(state, 13, 2)


@pytest.mark.point(34)
def test_a_repeat_of_one_of_the_last_five_gets_its_old_offsets_and_time():
    state = with_batches(7)
    for sequence in range(2, 7):
        repeated = state.admit(header(sequence))
        assert repeated == ProducedBatch(sequence, 100 + sequence, 0, NOW_MS)


@pytest.mark.point(34)
def test_a_repeat_of_an_older_one_is_out_of_order():
    """A real Kafka answers OUT_OF_ORDER_SEQUENCE_NUMBER as well."""
    state = with_batches(7)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(1))


def test_a_part_of_a_remembered_batch_is_not_a_repeat():
    state = ProducerState()
    note(state, 0, 0, count=3)
    for sequence, count in ((0, 2), (1, 2), (2, 1)):
        with pytest.raises(OutOfOrderSequence):
            state.admit(header(sequence, count=count))


@pytest.mark.point(37)
def test_a_newer_epoch_starts_at_zero():
    state = with_batches(3)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(3, epoch=1))
    note(state, 103, 0, epoch=1)
    note(state, 104, 1, epoch=1)


@pytest.mark.point(37)
def test_an_older_epoch_is_fenced():
    state = with_batches(1, epoch=2)
    with pytest.raises(InvalidProducerEpoch):
        state.admit(header(1, epoch=1))


def test_batches_of_an_older_epoch_are_no_repeats():
    state = with_batches(3)
    note(state, 103, 0, epoch=1)
    assert state.admit(header(0, epoch=1)).base_offset == 103


def test_a_transaction_starts_with_its_first_batch_and_ends_with_its_marker():
    state = ProducerState()
    note(state, 10, 0, is_transactional=True)
    note(state, 11, 1, is_transactional=True)
    assert dict(state.items())[PRODUCER].transaction_start == 10
    with pytest.raises(InvalidTransactionState):
        state.admit(header(2))
    end_transaction(state)
    entry = dict(state.items())[PRODUCER]
    assert (entry.transaction_start, entry.coordinator_epoch) == (-1, 3)
    note(state, 13, 2)


def test_a_marker_of_a_newer_epoch_fences_and_begins_at_zero():
    state = with_batches(3)
    end_transaction(state, epoch=1)
    with pytest.raises(InvalidProducerEpoch):
        state.admit(header(3))
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(3, epoch=1))
    note(state, 104, 0, epoch=1)


def test_a_roll_back_forgets_what_came_after_the_commit():
    state = with_batches(2)
    note(state, 102, 2)
    note(state, 103, 3)
    state.roll_back()
    assert dict(state.items())[PRODUCER].batches[-1].last_sequence == 1
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(4))
    assert state.admit(header(2)) is None


def test_a_roll_back_forgets_a_producer_that_was_new():
    state = ProducerState()
    note(state, 0, 5)
    state.roll_back()
    assert len(state) == 0


@pytest.mark.point(38)
def test_an_idle_producer_is_forgotten():
    state = with_batches(1)
    assert state.expire(NOW_MS + 99, 100) == 0
    assert state.expire(NOW_MS + 100, 100) == 1
    assert state.admit(header(77)) is None


def test_a_producer_with_an_open_transaction_is_kept():
    state = ProducerState()
    note(state, 0, 0, is_transactional=True)
    state.commit()
    assert state.expire(NOW_MS + 10**9, 100) == 0
    end_transaction(state)
    state.commit()
    assert state.expire(NOW_MS + 10**9, 100) == 1


def test_a_producer_that_is_just_being_written_is_kept():
    state = with_batches(1)
    note(state, 101, 1)
    state.expire(NOW_MS + 10**9, 100)
    state.roll_back()
    assert len(state) == 1


def after_a_refusal(sequence=0, **fields):
    """A state that knows nobody; one batch was refused for want of room."""
    state = ProducerState()
    state.note_refused(header(sequence, **fields), NOW_MS)
    return state


@pytest.mark.point(36)
def test_what_comes_behind_a_first_batch_that_was_refused_waits_for_it():
    state = after_a_refusal()
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(1))
    note(state, 0, 0)
    state.commit()
    note(state, 1, 1)


def test_of_a_producer_without_a_batch_nothing_is_told_and_nothing_saved():
    state = after_a_refusal()
    assert len(state) == 0
    assert encode_snapshot(state.items()) == encode_snapshot([])


def test_a_first_batch_that_is_refused_again_is_still_missing():
    state = after_a_refusal()
    note(state, 0, 0)
    state.roll_back()
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(1))
    note(state, 0, 0)


@pytest.mark.parametrize("first", [0, 5, SEQUENCE_MAX])
def test_what_comes_behind_any_refused_batch_of_an_unknown_producer_waits(first):
    """As of one that was forgotten for its silence, and goes on where it was."""
    behind = (first + 1) & SEQUENCE_MAX
    state = after_a_refusal(first)
    state.note_refused(header(behind), NOW_MS)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(behind))
    note(state, 0, first)
    state.commit()
    note(state, 1, behind)


def test_a_batch_before_the_one_that_was_refused_is_taken():
    """It was refused for what it held, say: its producer is not to wait for ever."""
    state = after_a_refusal(5)
    assert state.admit(header(4)) is None
    note(state, 0, 4)
    state.commit()
    note(state, 1, 5)


@pytest.mark.parametrize("first", [5, 3, SEQUENCE_MAX])
def test_a_newer_epoch_of_a_refused_producer_begins_at_0(first):
    state = after_a_refusal(5)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(first, epoch=1))
    note(state, 0, 0, epoch=1)


def test_of_several_refused_batches_the_first_is_awaited():
    state = after_a_refusal(6)
    state.note_refused(header(5), NOW_MS)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(6))
    note(state, 0, 5)


def test_a_repeat_that_is_refused_changes_nothing_of_a_known_producer():
    state = with_batches(3)
    state.note_refused(header(0), NOW_MS)
    assert state.admit(header(3)) is None


def test_epochs_of_a_producer_without_a_batch_count_as_those_of_others():
    state = after_a_refusal(epoch=2)
    state.note_refused(header(0, epoch=1), NOW_MS)
    with pytest.raises(InvalidProducerEpoch):
        state.admit(header(0, epoch=1))
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(1, epoch=3))
    note(state, 0, 0, epoch=3)


def test_a_producer_without_a_batch_is_forgotten_like_others():
    state = after_a_refusal()
    state.expire(NOW_MS + 99, 100)
    with pytest.raises(OutOfOrderSequence):
        state.admit(header(1))
    state.expire(NOW_MS + 100, 100)
    assert state.admit(header(1)) is None


def test_refused_batches_of_very_many_producers_are_not_remembered_without_bound():
    state = ProducerState()
    first, second, *others = [header(0)._replace(producer_id=at) for at in range(REFUSED_MAX + 1)]
    for each in (first, second, first, *others):
        state.note_refused(each, NOW_MS)
    assert state.admit(second._replace(base_sequence=1)) is None
    for each in (first, *others):
        with pytest.raises(OutOfOrderSequence):
            state.admit(each._replace(base_sequence=1))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("next"), st.integers(1, 4)),
        st.tuples(st.just("repeat"), st.integers(0, 8)),
        st.tuples(st.just("gap"), st.integers(1, 5)),
        st.tuples(st.just("refused"), st.integers(1, 4)),
    ),
    max_size=30,
)


@given(STEPS, st.sampled_from([0, 3, SEQUENCE_MAX - 5]))
def test_answers_agree_with_a_list_of_all_batches(steps, first):
    state = ProducerState()
    sent = []
    sequence, offset = first, 0
    for kind, number in steps:
        if kind == "next":
            note(state, offset, sequence, count=number)
            state.commit()
            sent.append((sequence, number, offset))
            sequence, offset = (sequence + number) & SEQUENCE_MAX, offset + number
        elif kind == "repeat" and number < len(sent):
            old_sequence, count, old_offset = sent[-1 - number]
            again = header(old_sequence, count=count)
            if number < BATCHES_KEPT:
                assert state.admit(again).base_offset == old_offset
            else:
                with pytest.raises(OutOfOrderSequence):
                    state.admit(again)
        elif kind == "gap" and sent:
            with pytest.raises(OutOfOrderSequence):
                state.admit(header((sequence + number) & SEQUENCE_MAX, count=9))
        elif kind == "refused":
            lost = header(sequence, count=number)
            note(state, offset, sequence, count=number)
            state.roll_back()
            state.note_refused(lost, NOW_MS)
            with pytest.raises(OutOfOrderSequence):
                state.admit(header((sequence + number) & SEQUENCE_MAX, count=9))
