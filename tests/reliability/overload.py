"""Asks several times as much of a broker as it may keep in memory, and tells who bears it.

    python -m tests.reliability.overload [--pressed-seconds 60] [--times 4] [--rate RECORDS_PER_S]
        [--sync-ms LEAST MOST] [--seed N] [--keep DIR] [--raw FILE]

Requests may take 16 MB of the broker's memory (`queued.max.request.bytes`). So many connections
that their requests of 900 KB are `--times` that much send them as fast as they are taken, any
number at a time; a hundred ask for all records of 200 partitions, up to 55 MB an answer, and read
nothing, a hundred more a byte a second; a hundred send small requests behind one that waits. With
`--sync-ms` the disk is slow as well (`tests.reliability.odd_machine`).

The broker may take so much memory and no more: reading pauses, and nothing is killed. An innocent
client is answered throughout, nothing that was acknowledged is lost, not by a death at the end
either, and when the crowd has gone memory and descriptors are what they were. How long the innocent
client waits, with and without the crowd, is told. Prints one JSON line; a failing run keeps its
data directory and its seed.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import Producer

from tests.reliability import command
from tests.reliability.crowd import FLOOD_RECORD_BYTES
from tests.reliability.scene import Scene, running
from tests.reliability.siege import LOADS, Siege, kind_of_disk
from tests.reliability.slow_disk import program as slow_program
from tests.reliability.verifier import Verdict
from tests.reliability.witnesses import QUICK
from tests.support.served import PROGRAM, ServedBroker

BUDGET_BYTES = 16 << 20
MEMORY_BYTES_MAX = 192 << 20
"""Resident, all in all: the broker itself, the requests, and what each connection may have."""
READERS = 100
"""Of each kind of client that is slow to read."""
WIDE, PARTITIONS, WIDE_BYTES = "wide", 200, 28_000
"""A topic whose every partition has less than what is sent from memory."""
WRITE_S = 60
IDLE_MS = 60_000
"""Also of those who are gone while a request of theirs waits, and are not heard meanwhile."""
CONFIG = f"""[engine]
"queued.max.request.bytes" = {BUDGET_BYTES}
"connections.max.idle.ms" = {IDLE_MS}
"offsets.topic.num.partitions" = 2
"log.retention.check.interval.ms" = 200
"log.segment.delete.delay.ms" = 100
"""


def furnish(scene: Scene) -> None:
    """The topics of the crowd: one that it reads, and one that it writes to, of few megabytes."""
    scene.make_topic(WIDE, PARTITIONS)
    flood = {"retention.bytes": "8000000", "segment.bytes": "4194304"}
    scene.make_topic("flood", **flood)
    producer = Producer({**QUICK, "bootstrap.servers": scene.broker.address})
    for partition in range(PARTITIONS):
        producer.produce(WIDE, bytes(WIDE_BYTES), partition=partition)
    assert not producer.flush(WRITE_S), "the topic of the crowd cannot be written"


def judge_flood(wrote: Mapping[str, float], bytes_min: int, verdict: Verdict) -> None:
    """Who writes too much waits and is not closed; and so much was offered at all."""
    if closed := wrote.get("closed"):
        verdict.fault(f"{closed} connections that wrote too much were closed")
    if (offered_bytes := int(wrote.get("sent_bytes", 0))) < bytes_min:
        verdict.fault(f"the crowd offered no more than {offered_bytes} bytes")


def run(
    pressed_seconds: float,
    seed: int,
    work: Path,
    *,
    times: int = 4,
    readers: int = READERS,
    rate: int = 600,
    sync_ms: tuple[int, int] | None = None,
) -> dict[str, object]:
    """Press a broker for so long and judge; the result as plain values."""
    program = slow_program(sync_ms, seed) if sync_ms else PROGRAM
    broker = ServedBroker(work / "data", config=CONFIG, program=program)
    flood = times * BUDGET_BYTES // FLOOD_RECORD_BYTES
    guests = {"flood": flood, "unread": readers, "trickle": readers, "held": readers}
    with running(broker):
        scene = Scene(broker, work, seed=seed, rate=rate, loads=LOADS)
        furnish(scene)
        siege = Siege(scene, WIDE, PARTITIONS)
        with scene.at_work():
            siege.hold(guests, min(10, pressed_seconds), pressed_seconds)
            broker.kill()
            broker.start()
            scene.heard()
        verdict = scene.judge()
    siege.judge(verdict, MEMORY_BYTES_MAX)
    wrote = siege.tallies.get("flood", {})
    judge_flood(wrote, times * BUDGET_BYTES, verdict)
    return {
        "pressed_seconds": pressed_seconds,
        "seed": seed,
        "sync_ms": f"{sync_ms[0]} to {sync_ms[1]}" if sync_ms else "as it is",
        "data_on": kind_of_disk(work),
        "budget_bytes": BUDGET_BYTES,
        "offered_at_once_bytes": flood * FLOOD_RECORD_BYTES,
        "offered_bytes": int(wrote.get("sent_bytes", 0)),
        "resident_bytes_allowed": MEMORY_BYTES_MAX,
        **siege.told(),
        **scene.told(),
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--pressed-seconds", type=float, default=60)
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--rate", type=int, default=600)
    parser.add_argument("--sync-ms", type=int, nargs=2)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "overload",
        lambda work: run(
            given.pressed_seconds,
            given.seed,
            work,
            times=given.times,
            rate=given.rate,
            sync_ms=tuple(given.sync_ms) if given.sync_ms else None,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
