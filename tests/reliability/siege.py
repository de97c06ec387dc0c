"""A broker with a crowd at its door: what both proofs of it share.

Beside the crowd (`tests.reliability.crowd`) an innocent client works, with idempotent producers and
the bystanders of a scene. The broker's memory is its resident set: the kernel's own high-water mark
of it, which misses no peak, and no file that it only has mapped counts twice. A limit of a control
group would count the page cache as well, and prove less.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.reliability.crowd import THERE
from tests.reliability.innocent import TOPIC, Innocent
from tests.reliability.scene import Scene
from tests.reliability.verifier import Verdict
from tests.reliability.vitals import anonymous_bytes
from tests.reliability.witnesses import Witness

CROWD_END_S = 60
SETTLES_S = 120
LOOK_S = 0.5
GROWTH_BYTES_MAX = 12 << 20
"""By how much the broker's own memory may be above that of before when all of them have gone: what
is made on first use, and blocks of the heap that are given back later or never."""
DESCRIPTORS_MORE_MAX = 32
"""The same of descriptors: files that were opened meanwhile."""
LOADS = {"idempotent-a": ("verified",), "idempotent-b": ("verified",)}
"""No plain producer: it gives up after four seconds."""

Tallies = dict[str, dict[str, float]]


def kind_of_disk(path: Path) -> str:
    """The type of the file system that a directory is on."""
    at = path.resolve()
    kinds = {each.mountpoint: each.fstype for each in psutil.disk_partitions(all=True)}
    return next((kinds[str(each)] for each in (at, *at.parents) if str(each) in kinds), "unknown")


@contextmanager
def crowd(
    address: str, topic: str, partitions: int, guests: Mapping[str, int]
) -> Iterator[Tallies]:
    """A crowd that is there for what is done meanwhile; what became of it, at the end."""
    words = [
        *(sys.executable, "-m", "tests.reliability.crowd", "--address", address),
        *("--topic", topic, "--partitions", str(partitions)),
        *(word for kind, count in guests.items() for word in ("--guests", kind, str(count))),
    ]
    tallies: Tallies = {}
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        there = process.stdout.readline().strip()
        assert there == THERE.encode(), f"the crowd did not come, but told {there!r}"
        yield tallies
        tallies.update(json.loads(process.communicate(timeout=CROWD_END_S)[0]))
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Body:
    """Of a process: memory of its own, and descriptors."""

    own_bytes: int
    descriptors: int


class Vessel:
    """The memory and the descriptors of a broker's process."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._place = Path(f"/proc/{pid}")

    def body(self) -> Body:
        """At this moment."""
        maps = (self._place / "smaps_rollup").read_text()
        return Body(anonymous_bytes(maps), self._process.num_fds())

    def begin_peak(self) -> None:
        """Forget the high-water mark of before."""
        (self._place / "clear_refs").write_text("5")

    def peak_bytes(self) -> int:
        """The most that was resident since then, by the kernel's account."""
        lines = (self._place / "status").read_text().splitlines()
        (line,) = (each for each in lines if each.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def settled(self, before: Body) -> Body:
        """What is left when everybody has gone, as soon as it is as before, or in the end."""
        deadline = time.monotonic() + SETTLES_S
        while not is_as_before(now := self.body(), before) and time.monotonic() < deadline:
            time.sleep(LOOK_S)
        return now


def is_as_before(now: Body, before: Body) -> bool:
    """Whether nothing is kept that was taken for the crowd."""
    return (
        now.own_bytes <= before.own_bytes + GROWTH_BYTES_MAX
        and now.descriptors <= before.descriptors + DESCRIPTORS_MORE_MAX
    )


def judge_peak(peak_bytes: int, memory_bytes_max: int, verdict: Verdict) -> None:
    """A process takes memory, and no more than it may."""
    if not 0 < peak_bytes <= memory_bytes_max:
        verdict.fault(f"the broker took {peak_bytes} bytes of memory")


def judge_left(before: Body, after: Body, verdict: Verdict) -> None:
    """Nothing is kept for those who have gone."""
    if not is_as_before(after, before):
        verdict.fault(f"{before} was left as {after}")


def judge_guests(guests: Mapping[str, int], tallies: Tallies, verdict: Verdict) -> None:
    """Of every kind that was sent for somebody came."""
    for kind in guests:
        if not tallies.get(kind, {}).get("came"):
            verdict.fault(f"of the crowd nobody came who is to do {kind}")


class Siege:
    """One broker, those who are to be served, and a crowd."""

    def __init__(self, scene: Scene, topic: str, partitions: int) -> None:
        self.tallies: Tallies = {}
        self._guests: Mapping[str, int] = {}
        self._scene = scene
        self._place = topic, partitions
        self._vessel = Vessel(scene.broker.pid)
        scene.make_topic(TOPIC, **{"retention.bytes": "20000000", "segment.bytes": "4194304"})
        self._calm = Innocent(scene.broker.address)
        self._pressed = Innocent(scene.broker.address)
        self._peak_bytes = 0
        self._before = self._after = self._vessel.body()

    def hold(
        self,
        guests: Mapping[str, int],
        calm_s: float,
        pressed_s: float,
        *,
        beside: Sequence[Witness] = (),
    ) -> None:
        """Let the crowd come, stay and go, and with it those who are beside it. Raises what ends a
        round early."""
        self._guests = guests
        with self._calm.there():
            time.sleep(calm_s)
        self._before = self._vessel.body()
        self._vessel.begin_peak()
        address = self._scene.broker.address
        with crowd(address, *self._place, guests) as self.tallies, ExitStack() as pressing:
            for each in beside:
                pressing.enter_context(each.there())
            with self._pressed.there():
                time.sleep(pressed_s)
            self._scene.heard()
        self._peak_bytes = self._vessel.peak_bytes()
        self._after = self._vessel.settled(self._before)
        self._scene.heard()

    def judge(self, verdict: Verdict, memory_bytes_max: int) -> None:
        """Nobody innocent was kept waiting, and the memory held."""
        self._calm.judge(verdict)
        self._pressed.judge(verdict)
        judge_peak(self._peak_bytes, memory_bytes_max, verdict)
        judge_left(self._before, self._after, verdict)
        judge_guests(self._guests, self.tallies, verdict)

    def told(self) -> dict[str, object]:
        """The figures, for a result."""
        return {
            "guests_that_came": self._count("came"),
            "guests_that_were_closed": self._count("closed"),
            **self._calm.told("calm"),
            **self._pressed.told("pressed"),
            "memory_bytes_before": self._before.own_bytes,
            "memory_bytes_after": self._after.own_bytes,
            "resident_bytes_max": self._peak_bytes,
            "descriptors_before": self._before.descriptors,
            "descriptors_after": self._after.descriptors,
        }

    def _count(self, what: str) -> dict[str, int]:
        return {kind: int(tally[what]) for kind, tally in self.tallies.items()}
