"""The file of what is remembered: shared by consoles, never half, never another's."""

import json
import os
import threading
from pathlib import Path

import pytest

from console.state_file import BYTES_MAX, NotOurs, StateFile

OURS = {"version": 1, "clusters": {"prod": {"lists": {"topics/topics": {"filter": "a"}}}}}


def written(path: Path, content: object) -> StateFile:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return StateFile(path)


def test_nothing_is_said_while_there_is_no_file(tmp_path: Path) -> None:
    assert StateFile(tmp_path / "none" / "console.json").read() == {}


def test_what_is_merged_is_read_back_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "console.json"
    StateFile(path).merge({("clusters", "a", "interval"): {"value": 2.0}})
    assert StateFile(path).read() == {
        "version": 1,
        "clusters": {"a": {"interval": {"value": 2.0}}},
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "console.json",
        "console.json.lock",
    ]


def test_only_what_changed_is_changed(tmp_path: Path) -> None:
    store = written(tmp_path / "s", {**OURS, "of_a_newer_console": [1]})
    store.merge({("clusters", "prod", "interval"): 5, ("clusters", "dev", "interval"): 6})
    said = store.read()
    assert said["of_a_newer_console"] == [1]
    assert said["clusters"] == {
        "prod": {"lists": {"topics/topics": {"filter": "a"}}, "interval": 5},
        "dev": {"interval": 6},
    }
    store.merge({("clusters", "prod", "interval"): None, ("clusters", "x", "y"): None})
    assert json.loads((tmp_path / "s").read_text())["clusters"]["prod"] == {
        "lists": {"topics/topics": {"filter": "a"}}
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no JSON"),
        ("{half", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("\x00\x01", "no JSON"),
        ([1, 2], "no table"),
        ({"version": 2}, "another version"),
        ({"hosts": "mine"}, "another version"),
        (" " * (BYTES_MAX + 1), "too large"),
    ],
)
def test_a_file_that_is_not_ours_is_told_and_never_written(
    tmp_path: Path, content: object, why: str
) -> None:
    path = tmp_path / "s"
    store = written(path, content)
    before = path.read_bytes()
    with pytest.raises(NotOurs, match=why):
        store.read()
    with pytest.raises(NotOurs, match="move it away"):
        store.merge({("clusters", "a", "b"): 1})
    assert path.read_bytes() == before


def test_a_table_that_is_none_is_not_overwritten(tmp_path: Path) -> None:
    store = written(tmp_path / "s", {"version": 1, "clusters": "mine"})
    with pytest.raises(NotOurs, match="'clusters' is no table"):
        store.merge({("clusters", "a", "b"): 1})
    assert store.read()["clusters"] == "mine"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = written(tmp_path / "s", OURS)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.merge({("clusters", "a", "b"): 1})
    assert store.read() == OURS
    assert {each.name for each in tmp_path.iterdir()} == {"s", "s.lock"}


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_text(json.dumps(OURS))
    (tmp_path / "link").symlink_to(real)
    StateFile(tmp_path / "link").merge({("everywhere", "times"): "utc"})
    assert (tmp_path / "link").is_symlink()
    assert json.loads(real.read_text())["everywhere"] == {"times": "utc"}


def test_many_writers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    """Each writes keys of its own, all at once; every one is there at the end."""
    begin = threading.Barrier(4)

    def write(writer: int) -> None:
        store = StateFile(tmp_path / "s")
        begin.wait()
        for number in range(10):
            store.merge({("clusters", f"c{writer}", f"k{number}"): number})

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    every = {f"k{number}": number for number in range(10)}
    assert StateFile(tmp_path / "s").read()["clusters"] == {f"c{n}": every for n in range(4)}
