"""A broker process on a machine whose disk is slow, or whose clock is wrong.

    python -m tests.reliability.odd_machine [--sync-ms LEAST MOST --seed N] [--clock FILE] serve ...

With `--sync-ms` every sync of a file or a directory takes so much longer, evenly spread. With
`--clock` the wall clock is what the file says: `ahead SECONDS`, or `stands MILLISECONDS`; it is
read each time that the clock is, so that the clock can jump while the broker runs. Monotonic time
is the machine's, as on a machine whose date is set.
"""

import argparse
import time
from pathlib import Path
from random import Random

import engine.host
from console.cli import main as console
from engine.kernel.system import SystemClock
from engine.storage.posix import PosixFile, PosixFileSystem


class SlowFile(PosixFile):
    """An open file that is slow to sync."""

    def __init__(self, fd: int, disk: "SlowFileSystem") -> None:
        super().__init__(fd)
        self._disk = disk

    def datasync(self) -> None:
        self._disk.wait()
        super().datasync()


class SlowFileSystem(PosixFileSystem):
    """The operating system's files, slow to sync. Any thread."""

    def __init__(self, least_ms: int, most_ms: int, seed: int) -> None:
        self._bounds_s = least_ms / 1000, most_ms / 1000
        self._chance = Random(seed)

    def wait(self) -> None:
        """What a sync takes more."""
        time.sleep(self._chance.uniform(*self._bounds_s))

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> SlowFile:
        file = super().open(path, writable=writable, create=create)
        slow = SlowFile(file.fileno(), self)
        # The descriptor has one owner, who closes it.
        file._close = lambda _: None
        return slow

    def sync_directory(self, path: str) -> None:
        self.wait()
        super().sync_directory(path)


class WrongClock(SystemClock):
    """The machine's clock, with a date that a file tells."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wall_ms(self) -> int:
        word, _, number = self._path.read_text().partition(" ")
        if word == "stands":
            return int(number)
        return super().wall_ms() + int(float(number) * 1000)


def set_clock(path: Path, text: str) -> None:
    """Let the clock jump; whoever reads it finds the old or the new."""
    other = path.with_suffix(".new")
    other.write_text(text)
    other.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--sync-ms", type=int, nargs=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock", type=Path)
    given, words = parser.parse_known_args()
    if given.sync_ms:
        least_ms, most_ms = given.sync_ms
        engine.host.PosixFileSystem = lambda: SlowFileSystem(least_ms, most_ms, given.seed)
    if given.clock:
        engine.host.SystemClock = lambda: WrongClock(given.clock)
    console(words, prog_name="kconsole")


if __name__ == "__main__":
    main()
