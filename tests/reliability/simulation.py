"""Lives hours of a broker in seconds, with all that may go wrong, and verifies it throughout.

    python -m tests.reliability.simulation [--hours 24] [--seed N] [--hours-each 10]
        [--minutes BUDGET] [--pause-seconds MAX] [--bug NAME] [--keep DIR] [--raw FILE]

The engine runs as it is, all of it: listeners, connections, handlers, group commit, coordinator,
storage, maintenance. What it stands on is simulated, and nothing else:

- time: the loop's clock jumps to the next timer (`tests.support.simulated_loop`);
- threads: one runs at a time, and they change places at operations of the disk, locks and waits
  (`tests.support.simulated_threads`);
- disk: in memory, with faults, and with the images that a power cut may leave
  (`tests.support.simulated_disk`, `tests.support.power_cut`);
- network: connections that are slow, torn, reset or half open (`tests.support.simulated_network`);
- chance, and the processes of the machine (`tests.support.simulated_machine`).

Clients (`simulated_clients`, `simulated_members`) write with and without idempotence, read, commit
for groups of all protocols, and make and delete topics; logs roll, are checkpointed, retained and
compacted meanwhile. Every few minutes something happens (`simulated_faults`), is made good, and the
broker is verified (`simulated_check`, `simulated_facts`): every acknowledged record at its offset
and none twice, in the order of its producer, with nothing between that nobody sent; what a consumer
was handed still there; nothing removed before its time; no group behind a commit; topics as they
were answered; times and second readings as the first; and each client acknowledged again.

One seed decides all of it, so it is all that is needed to see a failure again; strings must hash
alike for that, which the command sees to. The trace of a run is hashed: equal seeds give equal
hashes. A run that fails keeps the end of its trace.

What is outside: TLS, the metrics port, the command line and its signals, `sendfile` and the page
cache, more than one processor, and how long a computation takes, which is no time at all.

Each seed lives for `--hours-each` hours, then the next one does, until `--hours` are lived. After
`--minutes` of the machine's time no further seed begins; one that has begun lives to its end, so
that it is the same on every machine. A run of fewer hours than were asked for is not clean. A fault
counts when it has come: a disk that was to fail and was let alone has not. Prints one JSON line.
`--bug` plants a bug into the engine first (`tests.reliability.planted`).
"""

import asyncio
import gc
import hashlib
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.reliability import command
from tests.reliability.simulated_check import Verification
from tests.reliability.simulated_clients import (
    Changer,
    Client,
    Follower,
    Producer,
    Surroundings,
)
from tests.reliability.simulated_facts import Facts, TopicFacts
from tests.reliability.simulated_faults import NOT_COME, Faults
from tests.reliability.simulated_members import ClassicMember, ModernMember, Soloist
from tests.reliability.simulated_requests import (
    EXISTS,
    OK,
    Caller,
    Unreachable,
    create_topic,
    has_coordinator,
    set_config,
)
from tests.reliability.verifier import Verdict
from tests.support.simulated_loop import BEGINNING_S, SimulatedClock, SimulatedLoop, passed
from tests.support.simulated_machine import Machine

HASH_SEED = "0"
"""The order of sets of strings is the same in every process."""

TRACE_LINES = 100_000
"""Lines of the trace that a failing run keeps."""

FAULTS_TOLD = 20

PAUSE_S_MAX = 900.0
"""The longest pause between a verification and the next fault."""

IDLE_MS = 120_000
"""After which the broker lets go of a connection that says nothing."""

RETENTION_MS = 2 * 3_600_000
HOUR_S = 3600.0

SETTINGS: Mapping[str, Any] = {
    "offsets_topic_num_partitions": 2,
    "connections_max_idle_ms": IDLE_MS,
    "log_cleaner_backoff_ms": 60_000,
    "group_initial_rebalance_delay_ms": 500,
    "disk_reserve_bytes": 0,
}

CONFIG = {
    "internal.segment.bytes": "6000",
    "segment.ms": "1200000",
    "file.delete.delay.ms": "60000",
    "index.interval.bytes": "300",
    # A broker whose clock is behind would refuse what is newer than its own time allows.
    "message.timestamp.after.max.ms": str(2**63 - 1),
}
KEPT = {**CONFIG, "retention.ms": str(RETENTION_MS)}
COMPACTED = {
    **CONFIG,
    "cleanup.policy": "compact",
    "min.cleanable.dirty.ratio": "0.2",
    "delete.retention.ms": "600000",
}
OFFSETS = {"internal.segment.bytes": "15000", "min.cleanable.dirty.ratio": "0.1"}
"""Of the topic with the offsets of groups, so that it is compacted within hours."""

TOPICS = (
    ("verified", 2, RETENTION_MS, KEPT),
    ("clicks", 1, RETENTION_MS, KEPT),
    ("table", 1, None, COMPACTED),
)


class Trace:
    """What happened, in order: all of it hashed, the end of it kept."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self._hash = hashlib.blake2b(digest_size=16)
        self.count = 0
        self.lines: deque[str] = deque(maxlen=TRACE_LINES)

    def __call__(self, *facts: object) -> None:
        """Note that something happens now."""
        line = f"{self._clock.now_s:.6f} " + " ".join(map(str, facts))
        self.count += 1
        self._hash.update(line.encode())
        self.lines.append(line)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class Simulation:
    """One seed's life."""

    def __init__(self, seed: int, pause_s: float) -> None:
        self.seed = seed
        self._pause_s = pause_s
        self.clock = SimulatedClock()
        self.loop = SimulatedLoop(self.clock)
        self.trace = Trace(self.clock)
        self.machine = Machine(self.loop, seed, self.trace)
        names = [(name, TopicFacts(name, count, kept)) for name, count, kept, _ in TOPICS]
        self.world = Surroundings(seed, self.clock, Facts(dict(names)), self.trace)
        self.faults = Faults(self.machine, self.world, SETTINGS, seed)
        self._chance = Random(f"{seed} pauses")
        self.producers, self.others = self._clients()
        self.verification = Verification(self.world, self.producers)

    @property
    def hours(self) -> float:
        """How much has been lived."""
        return (self.clock.now_s - BEGINNING_S) / HOUR_S

    def run(self, hours: float) -> None:
        """Live so long, or until a fault is found."""
        try:
            with self.machine.in_place():
                self.loop.run_until_complete(self._live(hours))
                self.machine.kill()
        finally:
            self.machine.kill()
            self.machine.threads.close()
            self.loop.close()

    @property
    def all_faults(self) -> list[str]:
        threads = [repr(each) for each in self.machine.threads.failures]
        return [*self.world.faults, *self.machine.escaped, *threads]

    async def _live(self, hours: float) -> None:
        await self.faults.running()
        await self._make_topics()
        tasks = [self.loop.create_task(each.run()) for each in (*self.producers, *self.others)]
        while self.hours < hours and not self.all_faults:
            await passed(self._chance.uniform(1, self._pause_s))
            await self.faults.one()
            await self.world.gate.close()
            await self.verification.once()
            self.world.gate.open()
            for task in tasks:
                if task.done():
                    self.world.fault(f"a client ended: {task.exception()!r}")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._let_go()
        await self.machine.stop()

    async def _let_go(self) -> None:
        """Connections whose clients are gone are let go of."""
        for client in (*self.producers, *self.others):
            client.caller.hang_up()
        await passed(2 * IDLE_MS / 1000)
        left = self.machine.network.served()
        if left:
            self.world.fault(f"{left} connections without a client are kept")

    async def _make_topics(self) -> None:
        caller = Caller(self.trace, "maker")
        for name, partitions, _, configs in TOPICS:
            code = await create_topic(caller, name, partitions, configs)
            if code not in (OK, EXISTS):
                raise Unreachable(f"{name} cannot be made: {code}")
        while not await has_coordinator(caller, "any"):
            await passed(1)
        for name, value in OFFSETS.items():
            await set_config(caller, "__consumer_offsets", name, value)
        caller.hang_up()

    def _clients(self) -> tuple[Sequence[Producer], Sequence[Client]]:
        world = self.world
        verified, clicks, table = world.facts.topics.values()
        producers = [
            Producer(world, "first", 60, verified, is_plain=False),
            Producer(world, "second", 60, verified, is_plain=False),
            Producer(world, "plain", 90, verified, is_plain=True),
            Producer(world, "clicker", 60, clicks, is_plain=False),
            Producer(world, "keeper", 60, table, is_plain=False),
        ]
        others: list[Client] = [
            Follower(world, "follower", 20, verified),
            Follower(world, "reader", 60, clicks),
            Changer(world, "changer", 240),
            Soloist(world, "soloist", 60, clicks, "alone"),
        ]
        for number in range(2):
            others += [
                ClassicMember(world, f"classic-{number}", 25, verified, "classic", number),
                ModernMember(world, f"modern-{number}", 25, verified, "modern", number),
            ]
        return producers, others


def run(
    hours: float,
    seed: int,
    work: Path | None = None,
    *,
    pause_s: float = PAUSE_S_MAX,
) -> dict[str, object]:
    """Simulate one seed; the result as plain values. The end of a failing run's trace is kept in
    `work`. `pause_s` is the longest pause between two faults.
    """
    began_s = time.process_time()
    simulation = Simulation(seed, pause_s)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        simulation.run(hours)
    finally:
        gc.enable()
        gc.unfreeze()
        if work is not None and (sys.exc_info()[1] or simulation.all_faults):
            work.mkdir(parents=True, exist_ok=True)
            (work / f"trace-{seed}").write_text("\n".join(simulation.trace.lines) + "\n")
    return told(simulation, time.process_time() - began_s)


def told(simulation: Simulation, cpu_s: float) -> dict[str, object]:
    """The result as plain values."""
    events = Counter(simulation.world.events)
    kinds = simulation.faults.names
    verdict: Verdict = simulation.verification.total
    faults = simulation.all_faults
    return {
        "seed": simulation.seed,
        "simulated_hours": round(simulation.hours, 3),
        "faults_played": sum(events[each] for each in kinds),
        "faults_not_come": events.pop(NOT_COME, 0),
        "by_kind": {each: events.pop(each) for each in kinds if events[each]},
        "events": dict(sorted(events.items())),
        "lives_of_a_process": simulation.machine.lives,
        "disk_operations": simulation.machine.disk.operations.total(),
        "turns_of_threads": simulation.machine.threads.switches,
        "acknowledged": events["records acknowledged"],
        "records_read": verdict.records,
        "lost": verdict.lost,
        "trace": simulation.trace.digest,
        "cpu_seconds": round(cpu_s, 1),
        "faults": [f"seed {simulation.seed}: {each}" for each in faults[:FAULTS_TOLD]],
        "clean": not faults and not verdict.lost and events["records acknowledged"] > 0,
    }


def run_seeds(
    hours: float,
    seed: int,
    minutes: float,
    work: Path,
    *,
    hours_each: float,
    pause_s: float = PAUSE_S_MAX,
    ends_at_fault: bool = False,
) -> dict[str, object]:
    """Simulate one seed after the other until there are so many hours; all results as one.

    None but the first begins after so many minutes; fewer hours than asked for are not clean.
    """
    deadline = time.monotonic() + 60 * minutes
    results: list[dict[str, Any]] = []
    while (left := hours - sum(each["simulated_hours"] for each in results)) > 0:
        is_found = ends_at_fault and results and not results[-1]["clean"]
        if is_found or (results and time.monotonic() > deadline):
            break
        results.append(run(min(hours_each, left), seed + len(results), work, pause_s=pause_s))
    total = _sum(results)
    return {
        "seed": seed,
        "seeds": len(results),
        "hours_each": hours_each,
        "hours_asked": hours,
        **total,
        "clean": bool(total["clean"]) and left <= 0,
    }


def _sum(results: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Numbers and counters are added up, faults and seeds of those that were not clean listed."""
    total: dict[str, Any] = {}
    for name, first in results[0].items():
        values = [each[name] for each in results]
        if isinstance(first, dict):
            total[name] = dict(sorted(sum(map(Counter, values), Counter()).items()))
        elif name == "faults":
            total[name] = [fault for each in values for fault in each][:FAULTS_TOLD]
        elif name == "clean":
            total[name] = all(values)
        elif name not in ("seed", "trace"):
            total[name] = round(sum(values), 3)
    failing = [each["seed"] for each in results if not each["clean"]]
    traces = hashlib.blake2b("".join(each["trace"] for each in results).encode(), digest_size=16)
    return {"failing_seeds": failing, **total, "trace": traces.hexdigest()}


def main() -> int:
    if os.environ.get("PYTHONHASHSEED") != HASH_SEED:
        os.environ["PYTHONHASHSEED"] = HASH_SEED
        os.execv(
            sys.executable, [sys.executable, "-m", "tests.reliability.simulation", *sys.argv[1:]]
        )
    made = command.parser(__doc__)
    made.add_argument("--hours", type=float, default=24.0)
    made.add_argument("--hours-each", type=float, default=10.0)
    made.add_argument("--minutes", type=float, default=600.0)
    made.add_argument("--pause-seconds", type=float, default=PAUSE_S_MAX)
    made.add_argument("--bug")
    given = made.parse_args()
    if given.bug:
        from tests.reliability.planted import BUGS

        BUGS[given.bug]()
    return command.carry_out(
        given,
        "simulation",
        lambda work: run_seeds(
            given.hours,
            given.seed,
            given.minutes,
            work,
            hours_each=given.hours_each,
            pause_s=given.pause_seconds,
            ends_at_fault=bool(given.bug),
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
