"""Leaves a broker on a disk whose every sync is slow, and tells who has to wait for it.

    python -m tests.reliability.slow_disk [--load-seconds 120] [--sync-ms LEAST MOST]
        [--rate RECORDS_PER_S] [--seed N] [--keep DIR] [--raw FILE]

Each sync of a file or directory takes 50 to 2,000 ms (`tests.reliability.odd_machine`). Idempotent
producers, whose acknowledgements wait for it, write more than that disk takes; a member of a group
of each protocol reads and commits; somebody asks for metadata all the time. Nothing that was
acknowledged may be lost, not by a death in the middle either; no member may be thrown out of its
group; who does not ask for what is on the disk is answered soon; and memory stays within a bound.

Heartbeats are taken at once, but are answered behind a commit of the same connection: replies keep
the order of requests, and Kafka takes one request of a connection at a time. A classic client of
librdkafka leaves by itself when nothing was answered for the length of its session, whatever the
broker holds. So a member with a session of six seconds stays only if a commit waits for no more
than two syncs, the one of its log that runs and the next, and for those of no other log.

Prints one JSON line; a failing run keeps its data directory and its seed.
"""

import sys
import time
from pathlib import Path

from tests.reliability import command
from tests.reliability.scene import VERIFIED, Scene, running
from tests.reliability.watch import MEMBERS, Watch
from tests.support.served import ServedBroker

SYNC_MS = (50, 2000)
LOADS = {"idempotent-a": (VERIFIED,), "idempotent-b": (VERIFIED,)}
"""No plain producer: it gives up after four seconds, which may be two syncs."""
ANSWER_MS_P99_MAX = 500.0
"""What of a hundred answers about metadata 99 may take, on a machine that others use as well."""
MEMORY_BYTES_MAX = 160 << 20
CONFIG = f"""[engine]
"offsets.topic.num.partitions" = 2
{MEMBERS}"""


def program(sync_ms: tuple[int, int], seed: int) -> tuple[str, ...]:
    """The words after `python` that start a broker on such a disk."""
    least, most = map(str, sync_ms)
    words = ("--sync-ms", least, most, "--seed", str(seed))
    return ("-m", "tests.reliability.odd_machine", *words)


def run(
    load_seconds: float,
    seed: int,
    work: Path,
    *,
    sync_ms: tuple[int, int] = SYNC_MS,
    rate: int = 6000,
) -> dict[str, object]:
    """Load a broker for so long, kill it and judge; the result as plain values."""
    broker = ServedBroker(work / "data", config=CONFIG, program=program(sync_ms, seed))
    with running(broker):
        scene = Scene(broker, work, seed=seed, rate=rate, loads=LOADS)
        watch = Watch(broker)
        with scene.at_work():
            with watch.kept():
                time.sleep(load_seconds)
            scene.heard()
            broker.kill()
            broker.start()
            scene.heard()
        verdict = scene.judge()
    watch.judge(verdict, ANSWER_MS_P99_MAX, MEMORY_BYTES_MAX)
    return {
        "load_seconds": load_seconds,
        "seed": seed,
        "sync_ms": f"{sync_ms[0]} to {sync_ms[1]}",
        **watch.told(),
        **scene.told(),
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--load-seconds", type=float, default=120)
    parser.add_argument("--sync-ms", type=int, nargs=2, default=SYNC_MS)
    parser.add_argument("--rate", type=int, default=6000)
    given = parser.parse_args()
    least, most = given.sync_ms
    return command.carry_out(
        given,
        "slow-disk",
        lambda work: run(
            given.load_seconds, given.seed, work, sync_ms=(least, most), rate=given.rate
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
