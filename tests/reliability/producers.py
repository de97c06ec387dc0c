"""The producer processes of a proof: started together, heard by their journals, ended together.

Each is a `tests.reliability.load` in a process of its own with a journal of its own.
"""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

LIVENESS_S = 30
LOAD_END_S = 120
LOOK_S = 0.05

Load = subprocess.Popen[bytes]


def start_load(
    bootstrap: str,
    journal: Path,
    name: str,
    load: Sequence[str],
    *,
    partitions: int,
    rate: int,
    seed: int,
) -> Load:
    """One producer process; it ends when its standard input is closed.

    `load` is the topic, and the options with which it is written to.
    """
    topic, *options = load
    words = [
        *(sys.executable, "-m", "tests.reliability.load", "--bootstrap", bootstrap),
        *("--topic", topic, "--partitions", str(partitions), "--name", name),
        *("--journal", str(journal), "--seed", str(seed)),
        *("--rate", str(max(1, rate)), *options),
    ]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


class Producers:
    """Producers that share a rate."""

    def __init__(
        self,
        bootstrap: str,
        journal: Path,
        loads: Mapping[str, Sequence[str]],
        *,
        partitions: int,
        rate: int,
        seed: int,
    ) -> None:
        self._paths = [journal / f"{name}.journal" for name in loads]
        self._read = dict.fromkeys(self._paths, 0)
        self._counts = dict.fromkeys(self._paths, 0)
        self._loads = [
            start_load(
                bootstrap,
                journal,
                name,
                load,
                partitions=partitions,
                rate=rate // len(loads),
                seed=seed + number,
            )
            for number, (name, load) in enumerate(loads.items())
        ]

    def counts(self) -> list[int]:
        """Of each producer how often it was acknowledged; no line of a journal is read twice."""
        for path in self._paths:
            if path.exists():
                with path.open("rb") as lines:
                    lines.seek(self._read[path])
                    new = lines.read()
                self._read[path] += len(new)
                self._counts[path] += new.count(b"acked")
        return [*self._counts.values()]

    def wait(self) -> float:
        """Seconds until every producer was acknowledged anew. Raises TimeoutError."""
        before = self.counts()
        started = time.monotonic()
        while any(now <= then for now, then in zip(self.counts(), before, strict=True)):
            if time.monotonic() - started > LIVENESS_S:
                raise TimeoutError(f"a producer heard of nothing within {LIVENESS_S} s")
            time.sleep(LOOK_S)
        return time.monotonic() - started

    def end(self) -> None:
        """Let them finish what is under way; who does not is killed. Raises TimeoutExpired."""
        for load in self._loads:
            assert load.stdin is not None
            load.stdin.close()
        try:
            for load in self._loads:
                load.wait(LOAD_END_S)
        finally:
            for load in self._loads:
                load.kill()
