"""A short form of lives of groups; `python -m tests.reliability.groups` is the long one."""

from pathlib import Path

import pytest

from tests.reliability.groups import run
from tests.reliability.planted_groups import BUGS, planted
from tests.support.group_events import happen
from tests.support.group_world import World
from tests.support.wrong_commits import WRONG


@pytest.mark.timeout(240)
def test_groups_keep_their_promises_and_planted_bugs_are_found(tmp_path: Path) -> None:
    result = run(tmp_path, histories=40, seed=5, seconds=200, bug_histories=400)
    assert result["clean"], result
    assert result["text"] == f"finds {len(BUGS)} of {len(BUGS)}"
    assert all(result["commits_refused"].values()), result
    assert result["events"] == sum(result["events_by_kind"].values()) < result["events_played"]


def test_a_fault_that_is_there_without_the_bug_is_no_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(_: World) -> None:
        raise AssertionError("always the same")

    monkeypatch.setattr(World, "check", check)
    bug = "accept any generation"
    result = run(tmp_path, histories=0, seed=5, seconds=60, bug_histories=1, bugs=(bug,))
    assert (result["missed"], result["caught"], result["clean"]) == ([bug], {}, False)


def test_what_cannot_befall_a_group_does_not_count() -> None:
    """Nobody is there, so that nothing is sent; and nothing changes that is so already."""
    world = World()
    world.change_topic("t1", 3)
    events = (
        ("go", 0, "leave"),
        ("replace", 4, "new", ["t1"]),
        ("read", 0, ["t1"]),
        ("sleep", 0, 5_000),
        ("unheard", 0),
        ("expel", 4),
        ("topic", "t1", 3),
        ("disk", False),
        ("commit", 0, 0),
        *(("wrong", 0, how) for how in WRONG),
    )
    for event in events:
        happen(world, event)
    assert world.counts.pop("events played") == len(events)
    assert not +world.counts


@pytest.mark.parametrize("kind", ["new", "old"])
def test_a_commit_counts_as_refused_once_it_is(kind: str) -> None:
    """Its owner may commit; the same in the name of a generation to come is refused."""
    world = _settled(kind)
    happen(world, ("wrong", 0, "future"))
    assert world.counts["refused future"] == world.counts["wrong"] == 1
    happen(world, ("commit", 0, 0))
    assert world.counts["commits acknowledged"] == world.counts["commit"] == 1


def test_a_commit_that_the_disk_refuses_counts_as_nothing() -> None:
    """Goal: what a full disk or a death answers is no word on whose a commit is."""
    world = _settled("new")
    happen(world, ("disk", True))
    happen(world, ("commit", 0, 0))
    with planted("accept any generation"):
        happen(world, ("wrong", 0, "future"))
    assert not world.counts["commit"] + world.counts["wrong"] + world.counts["refused future"]


def test_a_death_counts_when_it_comes() -> None:
    world = _settled("new")
    happen(world, ("die", 1))
    assert not world.counts["die"]
    happen(world, ("commit", 0, 0))
    assert world.counts["die"] == 1


def _settled(kind: str) -> World:
    """A group whose one member owns a topic."""
    world = World()
    world.change_topic("t1", 3)
    happen(world, ("come", 0, kind, ["t1"], 0))
    world.settle()
    return world
