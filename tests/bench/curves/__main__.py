"""Measure how the cost of both brokers grows with what they hold.

    python -m tests.bench.curves [partitions groups ...] [--rounds 3] [--raw FILE] [--plots FOLDER]

A curve is written to the file, and its plot to the folder, as soon as it is measured. Needs Java,
Kafka's jars (KAFKA_LIBS or Maven), kcat, 25 GB of disk and 16,000 descriptors.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.contestants import Contestant, Ours, Theirs
from tests.bench.curves.page import Kept, picture, section
from tests.bench.curves.table import CONTESTANTS, CURVES
from tests.bench.machine import machine
from tests.peers.apache_kafka import version


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("curves", nargs="*", default=list(CURVES), metavar="CURVE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--raw", type=Path, metavar="FILE", help="keep every figure as JSON")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw each curve there as SVG")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.curves if name not in CURVES]
    if unknown:
        parser.error(f"no curve {unknown[0]}; there are {', '.join(CURVES)}")
    return arguments


def main() -> int:
    given = parsed()
    kept: Kept = {
        "command": " ".join(["python -m tests.bench.curves", *sys.argv[1:]]),
        "rounds": given.rounds,
        "machine": machine(kafka=version()),
        "raw": {},
    }
    for name in given.curves:
        curve = CURVES[name]
        print(f"{name}: {curve.title}", file=sys.stderr)
        work = Path(tempfile.mkdtemp(prefix="kconsole-curves-"))
        ours, theirs = Ours(work, "fsync"), Theirs(work, "os")
        brokers: dict[str, Contestant] = {each.name: each for each in (ours, theirs)}
        assert tuple(brokers) == CONTESTANTS
        try:
            found = curve.procedure(brokers, curve.points, given.rounds, work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        kept["raw"][name] = {
            str(point): {broker: list(rounds) for broker, rounds in results.items()}
            for point, results in found.items()
        }
        if given.raw is not None:
            given.raw.write_text(json.dumps(kept, indent=1) + "\n")
        if given.plots is not None:
            given.plots.mkdir(parents=True, exist_ok=True)
            (given.plots / f"{name}.svg").write_text(picture(name, kept))
    print(section(kept))
    return 0


if __name__ == "__main__":
    sys.exit(main())
