"""Hold the console to what is asked of it, as a program in a terminal.

    python -m tests.bench.console [C1 C3 ...] [--rounds 5] [--keep DIRECTORY] [--raw FILE]

The clusters that it shows are filled at first, which takes minutes; with --keep they are there for
the next run. Needs Linux.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.console.clusters import Amounts
from tests.bench.console.report import CHECKS, NAME, table
from tests.bench.machine import machine
from tests.bench.report import Result
from tests.bench.workloads import Figures, disk_baseline


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checks", nargs="*", default=list(CHECKS), metavar="CHECK")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--topics", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=5_000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="keep the clusters there")
    parser.add_argument("--raw", type=Path, metavar="FILE", help="keep every figure as JSON")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.checks if name not in CHECKS]
    if unknown:
        parser.error(f"no check {unknown[0]}; there are {', '.join(CHECKS)}")
    return arguments


def main() -> int:
    arguments = parsed()
    work = arguments.keep or Path(tempfile.mkdtemp(prefix="kconsole-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    amounts = Amounts(arguments.topics, arguments.groups, arguments.records)
    raw: dict[str, dict[str, list[Figures]]] = {}
    try:
        disk = disk_baseline(work)
        for name in arguments.checks:
            found = CHECKS[name].procedure(work, amounts, arguments.rounds)
            raw[name] = {NAME: found}
            print(table({name: raw[name]}), file=sys.stderr, flush=True)
    finally:
        if arguments.keep is None:
            shutil.rmtree(work, ignore_errors=True)
    command = " ".join(["python -m tests.bench.console", *sys.argv[1:]])
    facts = machine(load=f"{os.getloadavg()[2]:.1f}")
    result: Result = {"command": command, "machine": facts, "disk": disk, "raw": raw}
    print(table(raw))
    if arguments.raw:
        arguments.raw.parent.mkdir(parents=True, exist_ok=True)
        arguments.raw.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
