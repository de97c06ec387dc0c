"""Decoding in processes of their own, which may hang or die over what they decode.

A process answers with its account over a pipe. Who watches sees by its diary
(`tests.reliability.fuzz_worker`) whether it goes on, and which bytes it was at when it did not.
"""

import signal
import struct
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil

from tests.reliability.fuzz_worker import MUTANT_BYTES_MAX, Account, diary_of

STALLED_CPU_S = 20.0
"""A process that has computed for so long over one mutant hangs: none takes a hundredth."""


def in_processes(tasks: Sequence[partial[Account]], place: Path) -> tuple[list[Account], list[str]]:
    """What each task returns, made in a process of its own; and what became of those that hang or
    die, with the bytes that they were at. Their diaries are in `place`."""
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
        if _hangs(process, receiver, diary_of(place, number)):
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


def _last(place: Path, number: int) -> str:
    """A file with the mutant that a process was at, if it had come to any."""
    diary = diary_of(place, number)
    if not diary.exists():
        return "its start"
    content = diary.read_bytes()
    (size,) = struct.unpack_from("<i", content, 12)
    kept = place / f"last-{number}.bin"
    kept.write_bytes(content[16 : 16 + min(size, MUTANT_BYTES_MAX)])
    return str(kept)
