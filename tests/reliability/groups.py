"""Lives of groups of both protocols by chance, on simulated time, checked at every step.

    python -m tests.reliability.groups [--histories 10000] [--seed N] [--seconds BUDGET]
        [--length EVENTS] [--bug-histories 400] [--keep DIR] [--raw FILE]
    python -m tests.reliability.groups --play FILE

A history is a list of events (`tests.support.group_events`) that befall the group of
`tests.support.group_world`, which says what must hold; every fourth one stands in a shard over a
log on a disk in memory, whose deaths are power cuts. Then each bug of
`tests.reliability.planted_groups` is planted into the coordinators and must be found, beyond the
budget of the histories, in a history that holds without it. Prints one JSON line. A history that
fails is made as short as can be and kept in the directory with what was found; `--play` plays such
a file again.
"""

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from engine.coordinator.group_config import ConsumerGroupConfig
from tests.reliability import command
from tests.reliability.planted_groups import BUGS, planted
from tests.support.group_conversation import Conversation
from tests.support.group_events import Event, happen, history
from tests.support.group_world import World
from tests.support.shard_conversation import ShardConversation
from tests.support.wrong_commits import WRONG

LENGTH = 60
SHARD_EVERY = 4
JOURNAL_EVERY = 10
"""Events after which the journal is read again."""
SHORTENING_TRIALS_MAX = 400


def new_world(seed: str) -> World:
    """The group of a history: what does not change in it is drawn from its seed."""
    chance = Random(seed)
    consumer = ConsumerGroupConfig(assignment_interval_ms=chance.choice((0, 1_000)))
    kind = ShardConversation if chance.randrange(SHARD_EVERY) == 0 else Conversation
    talk = kind(consumer=consumer, initial_rebalance_delay_ms=chance.choice((0, 0, 3_000)))
    world = World(talk, is_cooperative=chance.random() < 0.5)
    world.change_topic("t1", 3)
    return world


def fault_of(seed: str, events: Sequence[Event], counts: Counter[str]) -> str | None:
    """Play a history; what did not hold, or None."""
    world = new_world(seed)
    try:
        for number, event in enumerate(events):
            happen(world, event)
            if number % JOURNAL_EVERY == 0:
                world.check_journal()
        world.settle()
        world.check_journal()
        world.end()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        counts.update(world.counts)
    return None


def shortened(seed: str, events: Sequence[Event]) -> list[Event]:
    """A shorter history that fails as well: events are left out as long as it does."""
    kept, size, trials = list(events), max(1, len(events) // 2), 0
    while trials < SHORTENING_TRIALS_MAX:
        at = 0
        while at < len(kept) and trials < SHORTENING_TRIALS_MAX:
            fewer = kept[:at] + kept[at + size :]
            trials += 1
            if fault_of(seed, fewer, Counter()) is None:
                at += size
            else:
                kept = fewer
        if size == 1:
            break
        size //= 2
    return kept


def play_many(
    histories: int, seed: int, length: int, deadline_s: float, counts: Counter[str]
) -> tuple[int, str, str | None, list[Event]]:
    """Play histories until one fails: how many, its seed, its fault, its events."""
    for number in range(histories):
        if time.monotonic() > deadline_s:
            return number, "", None, []
        name = f"{seed}-{number}"
        events = history(Random(name), length)
        fault = fault_of(name, events, counts)
        if fault is not None:
            return number + 1, name, fault, events
    return histories, "", None, []


def run(
    work: Path,
    *,
    histories: int,
    seed: int,
    seconds: float,
    length: int = LENGTH,
    bug_histories: int = 400,
    bugs: Sequence[str] = tuple(BUGS),
) -> dict[str, object]:
    """Play histories of the coordinators as they are and with each bug; the result."""
    work.mkdir(parents=True, exist_ok=True)
    deadline_s = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    played, name, fault, events = play_many(histories, seed, length, deadline_s, counts)
    faults: list[str] = []
    if fault is not None:
        kept = shortened(name, events)
        what = fault_of(name, kept, Counter())
        path = work / f"history-{name}.json"
        path.write_text(json.dumps({"seed": name, "fault": what, "events": kept}, indent=1))
        faults.append(f"history {name}: {what} ({path})")
    caught: dict[str, str] = {}
    for bug in bugs:
        with planted(bug):
            tried, name, found, events = play_many(bug_histories, seed, length, math.inf, Counter())
        print(f"{bug}: {found or 'nothing found'} in {tried} histories", file=sys.stderr)
        if found is None:
            continue
        without = fault_of(name, events, Counter())
        if without is None:
            caught[bug] = f"history {tried}: {found}"
        else:
            faults.append(f"history {name}: {without}, and no word on {bug!r}")
    missed = [bug for bug in bugs if bug not in caught]
    return {
        "histories": played,
        "seed": seed,
        "events_played": counts["events played"],
        "events": sum(counts[name] for name in _EVENT_NAMES),
        "events_by_kind": {name: counts[name] for name in _EVENT_NAMES},
        "steps_of_members": counts["steps of members"],
        "upgrades": counts["became consumer"],
        "downgrades": counts["became classic"],
        "deaths": counts["die"],
        "journals_read_again": counts["journals read again"],
        "commits_acknowledged": counts["commits acknowledged"],
        "commits_refused": {what: counts[f"refused {how}"] for how, what in WRONG.items()},
        "text": f"finds {len(caught)} of {len(bugs)}",
        "caught": caught,
        "missed": missed,
        "faults": faults,
        "clean": not faults and not missed and played == histories,
    }


_EVENT_NAMES = tuple(sorted({event[0] for event in history(Random(0), 2_000)}))


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--length", type=int, default=LENGTH, metavar="EVENTS")
    parser.add_argument("--bug-histories", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--play", type=Path, metavar="FILE", help="play a kept history again")
    given = parser.parse_args()
    if given.play:
        kept = json.loads(given.play.read_text())
        fault = fault_of(kept["seed"], kept["events"], Counter())
        print(json.dumps({"fault": fault, "clean": fault is None}))
        return fault is not None
    del given.play
    return command.carry_out(
        given,
        "groups",
        lambda work: run(
            work,
            histories=given.histories,
            seed=given.seed,
            seconds=given.seconds,
            length=given.length,
            bug_histories=given.bug_histories,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
