"""Leader epochs of a log, and Kafka's file of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.storage.errors import MalformedFile
from engine.storage.leader_epochs import LeaderEpochs

GOLDEN = b"0\n3\n0 0\n2 17\n5 40\n"


def epochs_of(*entries):
    epochs = LeaderEpochs()
    for epoch, start in entries:
        epochs.assign(epoch, start)
    return epochs


SOME = [(0, 0), (2, 17), (5, 40)]


def test_the_file_is_kafkas():
    assert epochs_of(*SOME).encode(60) == GOLDEN
    assert list(LeaderEpochs.decode(GOLDEN, "x")) == SOME
    assert LeaderEpochs().encode(60) == b"0\n0\n"


def test_an_epoch_without_batches_is_not_saved():
    assert epochs_of(*SOME).encode(40) == b"0\n2\n0 0\n2 17\n"


def test_only_a_newer_epoch_is_noted():
    epochs = epochs_of(*SOME)
    assert not epochs.assign(5, 50)
    assert not epochs.assign(3, 50)
    assert epochs.assign(6, 50)
    assert epochs.latest == 6


def test_an_epoch_that_wrote_nothing_gives_way():
    assert list(epochs_of((0, 0), (1, 10), (2, 10))) == [(0, 0), (2, 10)]


def test_the_epoch_of_an_offset_is_the_last_that_started_by_then():
    epochs = epochs_of((1, 5), *SOME[1:])
    assert [epochs.epoch_of(offset) for offset in (0, 4, 5, 16, 17, 39, 40, 999)] == [
        -1,
        -1,
        1,
        1,
        2,
        2,
        5,
        5,
    ]


@pytest.mark.point(58)
def test_the_end_of_an_epoch_is_where_the_next_starts():
    epochs = epochs_of(*SOME)
    assert epochs.end_offset_for(0, 60) == (0, 17)
    assert epochs.end_offset_for(2, 60) == (2, 40)
    assert epochs.end_offset_for(5, 60) == (5, 60)


@pytest.mark.point(58)
def test_an_epoch_that_wrote_nothing_here_is_answered_with_the_one_before():
    epochs = epochs_of(*SOME)
    assert epochs.end_offset_for(1, 60) == (0, 17)
    assert epochs.end_offset_for(4, 60) == (2, 40)


def test_an_epoch_before_all_known_ends_where_they_start():
    assert epochs_of((3, 10)).end_offset_for(1, 60) == (1, 10)


@pytest.mark.parametrize("epoch", [-1, 6])
def test_an_epoch_that_cannot_be_known_is_told(epoch):
    assert epochs_of(*SOME).end_offset_for(epoch, 60) == (-1, -1)


def test_nothing_is_known_of_an_empty_log():
    assert LeaderEpochs().end_offset_for(0, 0) == (-1, -1)
    assert LeaderEpochs().latest == -1


def test_a_cut_tail_forgets_epochs_that_wrote_only_there():
    epochs = epochs_of(*SOME)
    assert epochs.cut_end(40)
    assert list(epochs) == [(0, 0), (2, 17)]
    assert not epochs.cut_end(18)
    assert epochs.cut_end(17)
    assert list(epochs) == [(0, 0)]


def test_a_moved_start_keeps_the_epoch_that_wrote_it():
    epochs = epochs_of(*SOME)
    assert epochs.cut_start(20)
    assert list(epochs) == [(2, 20), (5, 40)]
    assert not epochs.cut_start(20)
    assert not epochs.cut_start(10)
    assert epochs.cut_start(70)
    assert list(epochs) == [(5, 70)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"0\n",
        b"1\n1\n0 0\n",
        b"0\n2\n0 0\n",
        b"0\n0\n0 0\n",
        b"0\n1\n0\n",
        b"0\n1\n0 0 0\n",
        b"0\n1\na 0\n",
        b"0\n2\n1 0\n1 5\n",
        b"0\n2\n1 5\n2 4\n",
        b"0\n1\n-2 0\n",
        b"\xff\xfe",
    ],
)
def test_a_file_that_says_something_else_is_refused(content):
    with pytest.raises(MalformedFile) as refused:
        LeaderEpochs.decode(content, "some/path")
    assert refused.value.path == "some/path"


def test_a_file_without_its_checksum_is_refused():
    checksum = LeaderEpochs.checksum(GOLDEN)
    assert list(LeaderEpochs.decode_checked(GOLDEN, checksum, "x")) == SOME
    for wrong in (b"", checksum[:-2], LeaderEpochs.checksum(GOLDEN.replace(b"17", b"16"))):
        with pytest.raises(MalformedFile):
            LeaderEpochs.decode_checked(GOLDEN, wrong, "x")


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=20),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_cuts_agree_with_a_list_of_the_epoch_of_each_offset(steps, cut_start, cut_end):
    epochs, written, epoch = LeaderEpochs(), [], 0
    for epoch_step, count in steps:
        epoch += epoch_step
        epochs.assign(epoch, len(written))
        written += [epoch] * count
    end = min(cut_end, len(written))
    start = min(cut_start, end)
    epochs.cut_end(end)
    epochs.cut_start(start)
    assert [epochs.epoch_of(offset) for offset in range(start, end)] == written[start:end]
    for asked in set(written[start:end]):
        found = epochs.end_offset_for(asked, end)
        last = max(at for at in range(start, end) if written[at] == asked)
        assert found == (asked, last + 1)
