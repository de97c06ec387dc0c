"""Draws where a broker of ours spends its CPU under a workload, as a flame graph.

    python -m tests.bench.flames [W1 W3s ...] --plots docs/reference/flames

The broker stands alone: after one load to warm up, py-spy takes the stacks of all its threads from
outside while the load runs again; what waits is not counted. Needs py-spy (`pip install -e
'.[bench]'`), the right to look into another process, and kcat.
"""

import argparse
import html
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.bench import procedures
from tests.bench.contestants import wait_until_answering
from tests.bench.procedures import Steady
from tests.bench.report import WORKLOADS
from tests.bench.workloads import Sizes
from tests.support.served import ServedBroker

RATE = 250
"""Stacks a second."""
START_S = 2
"""How long a start is watched: until nothing more happens."""
END_S = 60
TITLE = re.compile(r'(<text id="title"[^>]*>)[^<]*')


def drawable() -> list[str]:
    """The workloads of which there is a flame graph: steady loads, and the start."""
    return [
        name
        for name, workload in WORKLOADS.items()
        if isinstance(workload.procedure, Steady) or workload.procedure is procedures.start
    ]


def draw(name: str, sizes: Sizes, path: Path) -> None:
    """Carry a workload out and write its flame graph. Blocks as long as the load takes."""
    procedure = WORKLOADS[name].procedure
    broker = ServedBroker(sizes.work / name)
    if not isinstance(procedure, Steady):
        _record(path, ["--duration", str(START_S), "--", *broker.command()]).wait(END_S)
        _entitle(path, f"{name}, the start of a broker")
        return
    address = broker.start()
    try:
        wait_until_answering(address)
        process = psutil.Process(broker.pid)
        procedure.load(address, process, sizes)
        watching = _record(path, ["--pid", str(broker.pid)])
        procedure.load(address, process, sizes)
        watching.send_signal(signal.SIGINT)
        watching.wait(END_S)
    finally:
        broker.stop()
    _entitle(path, f"{name}: {WORKLOADS[name].title}")


def _entitle(path: Path, title: str) -> None:
    """Put the title in the place of the command line, which names places of this machine."""
    text, count = TITLE.subn(rf"\g<1>{html.escape(title)}", path.read_text())
    assert count == 1, f"{path} is no flame graph with one title"
    path.write_text(text)


def _record(path: Path, what: Sequence[str]) -> "subprocess.Popen[bytes]":
    how = ["--rate", str(RATE), "--threads", "--output", str(path)]
    return subprocess.Popen(
        ["py-spy", "record", *how, *what], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", default=drawable(), metavar="WORKLOAD")
    parser.add_argument("--plots", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--megabytes", type=int, default=512, help="of W1 and W6; W2 a quarter")
    given = parser.parse_args()
    unknown = [name for name in given.workloads if name not in drawable()]
    if unknown:
        parser.error(f"no flame graph of {unknown[0]}; there are {', '.join(drawable())}")
    if shutil.which("py-spy") is None:
        parser.error("there is no py-spy: pip install -e '.[bench]'")
    given.plots.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="kconsole-flames-"))
    sizes = Sizes(
        work=work,
        bulk_bytes=given.megabytes * 1_000_000,
        tail_bytes=64_000_000,
        single_records=3000,
        recover_bytes=0,
        partitions=0,
    )
    try:
        for name in given.workloads:
            print(f"{name}: {WORKLOADS[name].title}", file=sys.stderr)
            draw(name, sizes, given.plots / f"{name}.svg")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
