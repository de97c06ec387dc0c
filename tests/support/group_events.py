"""What may happen to the group of `tests.support.group_world`, as plain values that can be kept.

An event is a tuple: its name and what it is about. A history is a list of them; it is played the
same way every time.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.support.group_world import TOPICS, World

Event = Sequence[Any]
"""The name of what happens, and its arguments."""

SEATS = 6
KINDS = ("new", "new", "regex", "old", "old")
SLEEPS_MS = (5_000, 20_000, 29_000, 44_000, 70_000, 150_000)
PAUSES_MS = (0, 100, 1_000, 4_000, 20_000)
WRONG = ("past", "past", "future", "ghost", "nobody")
_WEIGHTS = {
    "come": 22,
    "go": 7,
    "replace": 5,
    "read": 5,
    "sleep": 6,
    "unheard": 4,
    "expel": 1,
    "delete": 1,
    "topic": 6,
    "commit": 14,
    "wrong": 8,
    "pass": 14,
    "disk": 3,
    "restart": 2,
    "die": 2,
}


def happen(world: World, event: Event) -> None:
    """Let an event happen; everybody who is awake takes a step after it.

    Every event counts as played; by its name only one that befell the group, and a death when it
    comes.
    """
    deaths = world.talk.deaths
    world.counts[event[0]] += _befalls(world, event)
    world.counts["events played"] += 1
    world.step()
    world.counts["die"] += world.talk.deaths - deaths


def _befalls(world: World, event: Event) -> bool:
    """Let an event come to the group; whether it could."""
    match tuple(event):
        case ("come", seat, kind, topics, patience):
            return world.come(seat, kind, frozenset(topics), patience)
        case ("go", seat, how):
            return world.go(seat, how)
        case ("replace", seat, kind, topics):
            return world.replace(seat, kind, frozenset(topics))
        case ("read", seat, topics):
            return world.read(seat, frozenset(topics))
        case ("sleep", seat, milliseconds):
            return world.sleep(seat, milliseconds)
        case ("unheard", seat):
            return world.lose_an_answer(seat)
        case ("expel", seat):
            return world.expel(seat)
        case ("delete",):
            return world.delete_group()
        case ("topic", name, count):
            return world.change_topic(name, count)
        case ("commit", seat, number):
            return world.commit(seat, number)
        case ("wrong", seat, how):
            return world.commit_wrongly(seat, how)
        case ("pass", milliseconds):
            return world.advance(milliseconds)
        case ("disk", is_full):
            return world.change_disk(is_full=is_full)
        case ("restart",):
            return world.restart()
        case ("die", seed):
            return world.die_over_the_next_write(Random(seed))
        case _:
            raise AssertionError(f"nothing is called {event}")


def history(chance: Random, length: int) -> list[Event]:
    """Events of chance."""
    names, weights = list(_WEIGHTS), list(_WEIGHTS.values())
    return [_event(name, chance) for name in chance.choices(names, weights, k=length)]


def _event(name: str, chance: Random) -> Event:
    seat = chance.randrange(SEATS)
    topics = sorted(each for each in TOPICS if chance.random() < 0.5)
    match name:
        case "come":
            return (name, seat, chance.choice(KINDS), topics, chance.randrange(4))
        case "go":
            return (name, seat, chance.choice(("leave", "silence")))
        case "replace":
            return (name, chance.choice((4, 5)), chance.choice(KINDS), topics)
        case "read":
            return (name, seat, topics)
        case "sleep":
            return (name, seat, chance.choice(SLEEPS_MS))
        case "topic":
            return (name, chance.choice(TOPICS), chance.choice((0, 1, 2, 3, 4, 5)))
        case "commit":
            return (name, seat, chance.randrange(8))
        case "wrong":
            return (name, seat, chance.choice(WRONG))
        case "pass":
            return (name, chance.choice(PAUSES_MS))
        case "disk":
            return (name, chance.random() < 0.5)
        case "die":
            return (name, chance.randrange(1 << 16))
        case "delete" | "restart":
            return (name,)
        case _:
            return (name, seat)
