"""What is remembered: by cluster, as long as the configuration says the same, and kept once."""

import asyncio

import pytest

from console.memory import Changes, Memory
from console.model.list_state import AS_MADE, ListState

STATE = ListState(sorted_by="lag", filter="pay")


class Kept:
    """A store in memory, or a disk that refuses."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.changes: list[Changes] = []

    def merge(self, changes: Changes) -> None:
        if self.error is not None:
            raise self.error
        self.changes.append(changes)


def test_a_list_is_remembered_of_its_cluster() -> None:
    memory = Memory()
    assert memory.list_state("prod", "topics/topics") == AS_MADE
    memory.keep_list("prod", "topics/topics", STATE)
    assert memory.list_state("prod", "topics/topics") == STATE
    assert memory.list_state("dev", "topics/topics") == AS_MADE
    assert memory.list_state("prod", "groups/groups") == AS_MADE


async def test_what_was_kept_is_recalled() -> None:
    store = Kept()
    memory = Memory(store=store, aliases={"local": "local /data"})
    memory.keep_list("local", "topics/topics", STATE)
    memory.keep_setting("interval", 5.0, 1.0, "local")
    memory.keep_setting("times", "utc", "local")
    assert await memory.save()
    (changes,) = store.changes
    said: dict[str, dict[str, object]] = {}
    for (first, *rest), value in changes.items():
        below = said.setdefault(first, {})
        *parents, name = rest
        for parent in parents:
            below = below.setdefault(parent, {})  # type: ignore[assignment]
        below[name] = value
    assert set(said["clusters"]) == {"local /data"}
    again = Memory(said, aliases={"local": "local /data"})
    assert again.list_state("local", "topics/topics") == STATE
    assert again.setting("interval", 1.0, "local") == 5.0
    assert again.setting("times", "local") == "utc"


def test_a_setting_holds_until_the_configuration_says_something_else() -> None:
    memory = Memory()
    memory.keep_setting("interval", 5.0, 1.0, "prod")
    assert memory.setting("interval", 1.0, "prod") == 5.0
    assert memory.setting("interval", 2.0, "prod") is None
    assert memory.setting("interval", 1.0, "dev") is None
    memory.keep_setting("interval", 1.0, 1.0, "prod")
    assert memory.setting("interval", 1.0, "prod") is None


@pytest.mark.parametrize(
    "said",
    [
        {"clusters": 1},
        {"clusters": {"prod": []}},
        {"clusters": {"prod": {"lists": "x", "interval": 5}}},
        {"clusters": {"prod": {"lists": {"topics/topics": [1]}}}},
        {"everywhere": []},
    ],
)
def test_what_is_not_understood_is_as_if_it_were_not_there(said: dict[str, object]) -> None:
    memory = Memory(said)
    assert memory.list_state("prod", "topics/topics") == AS_MADE
    assert memory.setting("interval", 1.0, "prod") is None
    assert memory.setting("times", "local") is None


async def test_only_news_are_written_and_all_that_came_meanwhile_at_once() -> None:
    store = Kept()
    memory = Memory(store=store)
    memory.keep_list("a", "x", AS_MADE)
    memory.save_now()
    assert store.changes == []
    memory.keep_list("a", "x", STATE)
    memory.keep_list("a", "y", STATE)
    assert await memory.save()
    memory.keep_list("a", "x", STATE)
    memory.save_now()
    assert [len(changes) for changes in store.changes] == [2]


async def test_what_cannot_be_written_is_told_once_and_the_console_goes_on() -> None:
    memory = Memory(store=Kept(OSError(28, "No space left on device")))
    memory.keep_list("a", "x", STATE)
    assert not await memory.save()
    assert "No space left on device" in memory.problem
    memory.keep_list("a", "y", STATE)
    memory.save_now()
    assert memory.list_state("a", "y") == STATE


def test_what_is_new_at_the_end_is_written_then() -> None:
    store = Kept()
    memory = Memory(store=store)
    memory.keep_list("a", "x", STATE)
    memory.save_now()
    assert len(store.changes) == 1
    refusing = Memory(store=Kept(OSError("no")))
    refusing.keep_list("a", "x", STATE)
    refusing.save_now()
    assert refusing.problem


async def test_without_a_store_nothing_is_waited_for_in_vain() -> None:
    memory = Memory()
    saving = asyncio.ensure_future(memory.save())
    memory.keep_list("a", "x", STATE)
    assert await saving
