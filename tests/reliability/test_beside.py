"""What both brokers are put through is a run of its own, which needs Java; here its parts."""

from pathlib import Path

from tests.reliability.beside import FLIPPED, batches_of, flipped, own
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
