"""A broker process on a directory that it takes for a small disk.

    python -m tests.reliability.counted_disk --disk DIR --bytes N serve ...

For machines on which no small file system can be mounted; `tests.support.counted_filesystem` says
how it counts.
"""

import argparse
from pathlib import Path

import engine.host
from console.cli import main as console
from tests.support.counted_filesystem import CountedFileSystem


def program(disk: Path, size_bytes: int) -> tuple[str, ...]:
    """The words after `python` that start such a process."""
    return (
        *("-m", "tests.reliability.counted_disk"),
        *("--disk", str(disk), "--bytes", str(size_bytes)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--disk", type=Path, required=True)
    parser.add_argument("--bytes", type=int, required=True)
    given, words = parser.parse_known_args()
    engine.host.PosixFileSystem = lambda: CountedFileSystem(given.disk, given.bytes)
    console(words, prog_name="kconsole")


if __name__ == "__main__":
    main()
