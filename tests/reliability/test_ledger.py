"""The ledger of a soak finds each kind of loss that is planted."""

from pathlib import Path

import pytest

from tests.reliability.evidence import make_value
from tests.reliability.ledger import judge_compacted, judge_rest, topic_ledger, unread

KEYS = 4
RECORDS = 20


def journal_of(directory: Path, name: str = "keyed") -> Path:
    """A journal of RECORDS records in partition 0, at the offsets of their sequence."""
    path = directory / f"{name}.journal"
    path.write_text("".join(f"acked 0 {n} {n}\n" for n in range(RECORDS)) + f"sent {RECORDS - 1}\n")
    return path


def records(*sequences: int, name: str = "keyed") -> dict[int, list[tuple[int, bytes]]]:
    return {0: [(n, make_value(name, n, b"body")) for n in sequences]}


def test_a_ledger_tells_how_much_and_how_far(tmp_path: Path) -> None:
    ledger = topic_ledger([journal_of(tmp_path, "a"), journal_of(tmp_path, "b")])
    assert ledger.acknowledged == 2 * RECORDS
    assert ledger.ends == {0: RECORDS}


@pytest.mark.parametrize(
    ("runs", "missing"),
    [
        ([], 10),
        ([[0, 10]], 0),
        ([[5, 10], [0, 5]], 0),
        ([[0, 7], [3, 12]], 0),
        ([[0, 4], [6, 10]], 2),
        ([[0, 4], [1, 2], [6, 8]], 4),
        ([[2, 20]], 2),
        ([[12, 20]], 10),
    ],
)
def test_what_no_run_covers_is_unread(runs: list[list[int]], missing: int) -> None:
    assert unread(runs, 10) == missing


def test_what_retention_took_is_not_missed_and_what_it_left_is(tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    assert judge_rest(records(*range(8, RECORDS)), [journal]).is_clean
    assert judge_rest(records(8, 9, *range(11, RECORDS)), [journal]).lost == 1
    assert judge_rest(records(*range(8, RECORDS - 1)), [journal]).lost == 1
    assert not judge_rest(records(9, 8, *range(10, RECORDS)), [journal]).is_clean


def test_a_record_that_was_sent_and_not_acknowledged_may_be_there(tmp_path: Path) -> None:
    journal = tmp_path / "keyed.journal"
    journal.write_text("acked 0 0 0\nsent 2\n")
    assert judge_rest(records(0, 1, 2), [journal]).is_clean
    assert judge_rest(records(0, 1, 2, 3), [journal]).faults


def test_of_each_key_the_last_record_must_be_there(tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    assert judge_compacted(records(16, 17, 18, 19), journal, keys=KEYS).is_clean
    assert judge_compacted(records(3, 12, 16, 17, 18, 19), journal, keys=KEYS).is_clean
    assert judge_compacted(records(13, 16, 18, 19), journal, keys=KEYS).lost == 1
    assert judge_compacted(records(16, 18, 19), journal, keys=KEYS).lost == 1
    assert judge_compacted(records(16, 17, 18, 19, 15), journal, keys=KEYS).faults


def test_changed_bytes_are_found_in_a_compacted_topic(tmp_path: Path) -> None:
    found = records(16, 17, 18, 19)
    found[0][1] = (17, found[0][1][1].replace(b"body", b"boby"))
    verdict = judge_compacted(found, journal_of(tmp_path), keys=KEYS)
    assert verdict.lost == 1
    assert "not what was sent" in verdict.faults[0]
