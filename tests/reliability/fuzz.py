"""Feeds decoders and a running broker with bytes that no honest client sends.

    python -m tests.reliability.fuzz [--frames 10000000] [--minutes BUDGET] [--seed N]
        [--processes N] [--connection-frames 2000] [--bug-frames 150000] [--keep DIR] [--raw FILE]

The frames are made of the message declarations and of recorded requests of real clients, one or
several things wrong in each (`tests.support.mutated_bytes`). Processes decode them, told apart by
their seed: nothing but the named refusal may leave a decoder, and on a sample the lines that ran
and the memory that was taken are held to what the bytes justify; a mutant that reached new lines
joins the corpus. Then each bug of `tests.reliability.planted_decoders` is planted and must be
found, and nothing in as many frames without one (`tests.reliability.fuzz_bugs`). At last frames
go to a running broker (`tests.support.hostile_connections`), beside an innocent client. Prints one
JSON line; a frame that did it is kept in the directory.
"""

import math
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.reliability import command
from tests.reliability.fuzz_bugs import hunted
from tests.reliability.fuzz_processes import in_processes
from tests.reliability.fuzz_worker import Account, work
from tests.reliability.planted_decoders import BUGS
from tests.reliability.recorded_frames import recorded_frames
from tests.support.hostile_connections import attack_all

DECODERS = "<decoder of"


def run(
    place: Path,
    *,
    frames: int,
    seed: int,
    seconds: float,
    processes: int = 1,
    connection_frames: int = 2_000,
    bug_frames: int = 150_000,
    bugs: Sequence[str] = tuple(BUGS),
    messages_every: int = 1,
) -> dict[str, object]:
    """Feed the decoders, those with each bug, and a broker; the result as plain values."""
    place.mkdir(parents=True, exist_ok=True)
    deadline_s = time.monotonic() + seconds
    recorded = recorded_frames()
    task = partial(work, seed=seed, deadline_s=deadline_s, place=place, recorded=recorded)
    share = -(-frames // processes)
    accounts, faults = in_processes(
        [
            partial(task, number, frames=share, messages_every=messages_every)
            for number in range(processes)
        ],
        place,
    )
    hunt = hunted(partial(task, deadline_s=math.inf), place, bug_frames, bugs)
    sent = attack_all(place / "broker", seed=seed, frames=connection_frames, recorded=recorded)
    faults += [fault for each in accounts for fault in each.faults] + sent.faults + hunt.faults
    done = sum(each.frames for each in accounts)
    return {
        **told(accounts),
        "seed": seed,
        "processes": processes,
        "recorded_frames": len(recorded),
        "connection_frames": sent.frames,
        "connections_closed": sent.closed,
        "innocent_requests": sent.innocent,
        **hunt.told(),
        "faults": faults,
        "clean": not faults and hunt.is_clean and done >= frames,
    }


def told(accounts: Sequence[Account]) -> dict[str, object]:
    """What processes have done, together."""
    areas: Counter[str] = Counter()
    for each in accounts:
        areas.update(each.frames_by_area)
    frames, cpu_s = sum(each.frames for each in accounts), sum(each.cpu_s for each in accounts)
    lines: dict[str, set[int]] = {}
    total: dict[str, set[int]] = {}
    for each in accounts:
        total.update(each.lines_all)
        for name, reached in each.lines.items():
            lines.setdefault(name, set()).update(reached)
    of_decoders = [name for name in total if name.startswith(DECODERS)]
    others = [name for name in total if not name.startswith(DECODERS)]
    missing = [
        f"{name}: {sorted(all_of_it - lines.get(name, set()))}"
        for name, all_of_it in total.items()
        if name in others and not all_of_it <= lines.get(name, set())
    ]
    return {
        "frames": frames,
        "frames_by_area": dict(sorted(areas.items())),
        "frames_a_second_of_a_cpu": round(frames / cpu_s) if cpu_s else 0,
        "accepted": sum(each.accepted for each in accounts),
        "watched": sum(each.watched for each in accounts),
        "measured": sum(each.measured for each in accounts),
        "written_again": sum(each.written_again for each in accounts),
        "corpus_grown_by": sum(each.grown for each in accounts),
        "lines_of_decoders": _share(of_decoders, total, lines),
        "lines_of_parsers": _share(others, total, lines),
        "lines_of_parsers_not_reached": missing,
        "steps_per_byte_max": round(max((a.steps_per_byte_max for a in accounts), default=0), 1),
        "bytes_per_byte_max": round(max((a.bytes_per_byte_max for a in accounts), default=0), 1),
    }


def _share(names: Sequence[str], total: dict[str, set[int]], lines: dict[str, set[int]]) -> str:
    reached = sum(len(total[name] & lines.get(name, set())) for name in names)
    return f"{reached:,} of {sum(len(total[name]) for name in names):,}"


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--frames", type=int, default=10_000_000)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--connection-frames", type=int, default=2_000)
    parser.add_argument("--bug-frames", type=int, default=150_000)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "fuzz",
        lambda place: run(
            place,
            frames=given.frames,
            seed=given.seed,
            seconds=given.minutes * 60,
            processes=given.processes,
            connection_frames=given.connection_frames,
            bug_frames=given.bug_frames,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
