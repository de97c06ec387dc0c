"""A short form of fuzzing; `python -m tests.reliability.fuzz` is the long one."""

import math
from pathlib import Path

import pytest

from tests.reliability.fuzz import run
from tests.reliability.fuzz_bugs import NONE, Hunt
from tests.reliability.fuzz_worker import Account, diary_of, work
from tests.reliability.planted_decoders import BUGS, Bug, NotPlanted, plant
from tests.support.messages import is_same


def test_bytes_made_wrong_are_read_or_refused(tmp_path: Path) -> None:
    """The connections have a test of their own, `test_hostile_requests.py`."""
    result = run(
        tmp_path,
        frames=40_000,
        seed=3,
        seconds=100,
        messages_every=25,
        connection_frames=0,
        bug_frames=20_000,
        bugs=("let bad text out",),
    )
    assert result["clean"], result
    assert result["written_again"]
    assert result["frames_without_a_bug"] == 20_000


def test_a_bug_is_planted_when_it_shows_and_did_not_before() -> None:
    there: list[bool] = []
    plant(Bug(lambda: there.append(True), lambda: bool(there)))
    for shows in (True, False):
        with pytest.raises(NotPlanted):
            plant(Bug(lambda: None, lambda shows=shows: shows))


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_that_is_not_planted_does_not_show(bug: str) -> None:
    assert not BUGS[bug].shows()


def test_nothing_is_decoded_in_search_of_a_bug_that_is_not_there(tmp_path: Path) -> None:
    bug = "no such bug"
    account = work(
        0,
        seed=1,
        frames=1,
        deadline_s=math.inf,
        place=tmp_path,
        recorded=[],
        watches_all=True,
        bug=bug,
    )
    assert account.not_planted
    hunt = _hunt(bug)
    hunt.note(bug, [account], [], has_begun=diary_of(tmp_path, 0).exists())
    assert (hunt.missed, hunt.is_clean, len(hunt.faults)) == ([bug], False, 1)


def test_a_process_that_dies_before_its_first_frame_has_found_nothing() -> None:
    hunt = _hunt("a bug")
    hunt.note("a bug", [], ["it ended with 1"], has_begun=False)
    assert (hunt.missed, hunt.is_clean) == (["a bug"], False)


@pytest.mark.parametrize("has_account", [True, False])
def test_a_bug_is_found_by_a_fault_and_by_a_death(has_account: bool) -> None:
    hunt = _hunt("a bug")
    accounts, broken = ([Account(faults=["it"])], []) if has_account else ([], ["it"])
    hunt.note("a bug", accounts, broken, has_begun=True)
    assert (hunt.caught, hunt.is_clean) == ({"a bug": "it"}, True)


def test_who_finds_something_without_a_bug_finds_no_bug() -> None:
    hunt = _hunt("a bug", "always the same")
    hunt.note("a bug", [Account(faults=["always the same"])], [], has_begun=True)
    assert not hunt.is_clean


def test_a_message_is_the_same_as_one_that_says_the_same() -> None:
    nan, other = float("nan"), -float("nan")
    assert is_same([1, "a", nan], [1, "a", other])
    assert is_same(Account(frames=1), Account(frames=1))
    for first, second in (([nan], [1.0]), ([1], [1, 2]), (Account(frames=1), Account(frames=2))):
        assert not is_same(first, second)


def _hunt(bug: str, *faults: str) -> Hunt:
    """A hunt for a bug whose control has found these."""
    hunt = Hunt([bug])
    hunt.note(NONE, [Account(frames=9, faults=list(faults))], [], has_begun=True)
    return hunt


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_planted_bug_is_found(tmp_path: Path) -> None:
    result = run(
        tmp_path, frames=40_000, seed=3, seconds=500, messages_every=25, connection_frames=200
    )
    assert result["clean"], result
    assert result["text"] == f"finds {len(BUGS)} of {len(BUGS)}"
