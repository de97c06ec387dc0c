"""What both brokers are put through is a run of its own, which needs Java; here its parts."""

from pathlib import Path
from random import Random

from engine.records.batch import has_valid_crc, split_batches
from tests.reliability.beside_logs import FLIPPED, TAILS, batches_of, flipped, following, torn
from tests.reliability.either_broker import own
from tests.support.running_engine import batch


def test_batches_of_a_file_are_found_up_to_its_end() -> None:
    first, second = bytes(batch(b"a", b"b")), bytes(batch(b"c", base_offset=2))
    found = batches_of(first + second + bytes(200))
    assert [(each.position, each.end_position) for each in found] == [
        (0, len(first)),
        (len(first), len(first) + len(second)),
    ]
    assert [(each.offset, each.end_offset) for each in found] == [(0, 2), (2, 3)]


def test_a_flipped_bit_costs_our_broker_one_batch(tmp_path: Path) -> None:
    told = flipped(own, tmp_path / FLIPPED, 1, 7, is_dead=False)
    assert told["records_unreadable"] == 10
    assert (told["served_wrong_bytes"], told["of_other_batches"], told["logs_cut"]) == (0, 0, 0)


def test_a_torn_tail_costs_our_broker_nothing(tmp_path: Path) -> None:
    told = torn(own, tmp_path / FLIPPED, len(TAILS), 7)
    assert (told["lost"], told["served_wrong_bytes"], told["logs_cut"]) == (0, 0, 0), told
    assert (told["logs_too_long"], told["went_on"]) == (0, len(TAILS)), told


def test_a_tail_is_torn_off_a_batch_that_would_have_been_sound() -> None:
    """Or else nobody would have to tell it from a batch."""
    content = bytes(batch(b"a", b"b")) + bytes(batch(b"c", base_offset=2))
    whole = following(content)
    (found,) = batches_of(whole)
    assert (found.offset, found.end_offset) == (3, 4)
    assert all(map(has_valid_crc, split_batches(content + whole)))
    for tail in TAILS:
        left = tail(content, Random(1))
        assert 0 < len(left) <= len(whole)
        assert left != whole
