"""Feeds decoders and a running broker with bytes that no honest client sends.

    python -m tests.reliability.fuzz [--frames 10000000] [--minutes BUDGET] [--seed N]
        [--processes N] [--connection-frames 2000] [--bug-frames 150000] [--keep DIR] [--raw FILE]

The frames are made of the message declarations and of recorded requests of real clients, one or
several things wrong in each (`tests.support.mutated_bytes`). Processes decode them, told apart by
their seed: nothing but the named refusal may leave a decoder, and on a sample the lines that ran
and the memory that was taken are held to what the bytes justify; a mutant that reached new lines
joins the corpus. Then each bug of `tests.reliability.planted_decoders` is planted and must be
found. At last frames go to a running broker (`tests.support.hostile_connections`), beside an
innocent client. Prints one JSON line; a frame that did it is kept in the directory.
"""

import math
import os
import signal
import struct
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil

from tests.reliability import command
from tests.reliability.fuzz_worker import MUTANT_BYTES_MAX, Account, work
from tests.reliability.planted_decoders import BUGS
from tests.reliability.recorded_frames import recorded_frames
from tests.support.hostile_connections import attack_all

STALLED_CPU_S = 20.0
"""A process that has computed for so long over one mutant hangs: none takes a hundredth."""
DECODERS = "<decoder of"
BUG_MESSAGES_EVERY = 60
"""Of the decoders of messages so few stand for all while a bug is there."""


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
    caught = {}
    for bug in bugs:
        planted = partial(
            task,
            0,
            frames=bug_frames,
            messages_every=BUG_MESSAGES_EVERY,
            bug=bug,
            deadline_s=math.inf,
        )
        found, broken = in_processes([planted], place)
        broken += [fault for each in found for fault in each.faults]
        print(f"{bug}: {broken[0] if broken else 'nothing found'}", file=sys.stderr)
        if broken:
            caught[bug] = broken[0]
    sent = attack_all(place / "broker", seed=seed, frames=connection_frames, recorded=recorded)
    faults += [fault for each in accounts for fault in each.faults] + sent.faults
    missed = [bug for bug in bugs if bug not in caught]
    done = sum(each.frames for each in accounts)
    return {
        **told(accounts),
        "seed": seed,
        "processes": processes,
        "recorded_frames": len(recorded),
        "connection_frames": sent.frames,
        "connections_closed": sent.closed,
        "innocent_requests": sent.innocent,
        "text": f"finds {len(caught)} of {len(bugs)}",
        "caught": caught,
        "missed": missed,
        "faults": faults,
        "clean": not faults and not missed and done >= frames,
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


def in_processes(tasks: Sequence[partial[Account]], place: Path) -> tuple[list[Account], list[str]]:
    """What each task returns, made in a process of its own; and what became of those that hang or
    die, with the bytes that they were at."""
    context = get_context("spawn")
    running: list[tuple[int, BaseProcess, Connection]] = []
    for task in tasks:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_answer, args=(sender, task))
        process.start()
        sender.close()
        running.append((task.args[0], process, receiver))
    accounts: list[Account] = []
    faults: list[str] = []
    for number, process, receiver in running:
        if _hangs(process, receiver, place / f"diary-{number}"):
            process.kill()
            faults.append(f"process {number} hangs at {_last(place, number)}")
        try:
            accounts.append(receiver.recv())
        except EOFError:
            process.join()
            what = f"process {number} ended with {process.exitcode} at {_last(place, number)}"
            faults += [] if process.exitcode == -signal.SIGKILL and faults else [what]
        process.join()
    return accounts, faults


def _hangs(process: BaseProcess, receiver: Connection, diary: Path) -> bool:
    """Wait for an answer or an end; whether the process computes and comes to nothing."""
    progress, since_s = -1, 0.0
    while not receiver.poll(1.0):
        present, cpu_s = _progress(diary), _cpu_s(process)
        if present != progress:
            progress, since_s = present, cpu_s
        elif progress >= 0 and cpu_s - since_s > STALLED_CPU_S:
            return True
    return False


def _cpu_s(process: BaseProcess) -> float:
    try:
        times = psutil.Process(process.pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _answer(sender: Connection, task: partial[Account]) -> None:
    sender.send(task())


def _progress(diary: Path) -> int:
    """Which mutant a process is at; -1 before the first."""
    if not diary.exists():
        return -1
    with diary.open("rb") as file:
        (progress,) = struct.unpack("<q", file.read(8).ljust(8, b"\0"))
    return int(progress)


def _last(place: Path, number: int) -> Path:
    """A file with the mutant that a process was at."""
    content = (place / f"diary-{number}").read_bytes()
    (size,) = struct.unpack_from("<i", content, 12)
    kept = place / f"last-{number}.bin"
    kept.write_bytes(content[16 : 16 + min(size, MUTANT_BYTES_MAX)])
    return kept


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
