"""Watches how long the loop of the console does not come back.

    python -m tests.bench.console.pauses FILE ARGUMENTS-OF-KCONSOLE...

The console runs as ever, on a loop that is asked every few milliseconds to say that it is there.
How late each answer was is kept with the CPU time that the loop's thread used meanwhile: on a busy
machine the difference between the two is what other programs took. Written to FILE at the exit.
"""

import asyncio
import atexit
import json
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

EVERY_S = 0.005
KEPT_FROM_S = 0.002
"""What is less late is no pause."""


class Pause(NamedTuple):
    """One pause: the moment of its end, its length, and the CPU time of the thread in it."""

    end_s: float
    length_s: float
    cpu_s: float


class Watch:
    """The pauses of one loop."""

    def __init__(self) -> None:
        self.pauses: list[Pause] = []
        self._due_s = 0.0
        self._cpu_s = 0.0

    def follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin with the loop."""
        loop.call_soon(self._again, loop)

    def _again(self, loop: asyncio.AbstractEventLoop) -> None:
        now_s, cpu_s = time.perf_counter(), time.thread_time()
        late_s = now_s - self._due_s
        if self._due_s and late_s > KEPT_FROM_S:
            self.pauses.append(Pause(now_s, late_s, cpu_s - self._cpu_s))
        self._due_s, self._cpu_s = now_s + EVERY_S, cpu_s
        loop.call_later(EVERY_S, self._again, loop)


class WatchedLoops(asyncio.DefaultEventLoopPolicy):
    """Makes loops as ever, and watches that of the main thread."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = super().new_event_loop()
        if threading.current_thread() is threading.main_thread():
            self._watch.follow(loop)
        return loop


def read_pauses(path: Path) -> list[Pause]:
    """The pauses that a watched console has written."""
    return [Pause(*each) for each in json.loads(path.read_text())]


def figures_of(pauses: Iterable[Pause], began_s: float, ended_s: float) -> dict[str, float]:
    """The longest pause between two moments, and the one that cost most CPU."""
    within = [each for each in pauses if began_s < each.end_s and each.end_s < ended_s]
    return {
        "longest pause ms": 1e3 * max((each.length_s for each in within), default=0.0),
        "longest pause CPU ms": 1e3 * max((each.cpu_s for each in within), default=0.0),
        "pauses over 50 ms": float(sum(each.length_s > 0.05 for each in within)),
    }


def run(path: Path, arguments: list[str]) -> None:
    """Run the console with these arguments until it is left."""
    watch = Watch()
    atexit.register(lambda: path.write_text(json.dumps(watch.pauses)))
    asyncio.set_event_loop_policy(WatchedLoops(watch))
    from console.cli import main

    main(arguments, prog_name="kconsole")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
