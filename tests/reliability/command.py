"""What the commands of all long proofs share: a seed, a place for data, a JSON line, a verdict.

With `--raw` the result is also kept in a file of results, one for each proof, of which
`docs/reference/reliability.md` is made.
"""

import argparse
import json
import logging
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench.machine import machine


def parser(description: str | None) -> argparse.ArgumentParser:
    """A command line with `--seed`, `--keep` and `--raw`; the description is shown as it stands."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    made.add_argument("--keep", type=Path, metavar="DIR", help="do not remove the data")
    made.add_argument("--raw", type=Path, metavar="FILE", help="keep the result as JSON")
    return made


def carry_out(
    arguments: argparse.Namespace, name: str, run: Callable[[Path], Mapping[str, object]]
) -> int:
    """Run a proof in a directory, print its result, and return the exit code.

    The data directory goes only if the result is clean and `--keep` did not ask for it.
    """
    work = arguments.keep or Path(tempfile.mkdtemp(prefix=f"{name}-"))
    # A broker or a client within this process tells of every fault that is played.
    for noisy in ("tests", "aiokafka"):
        logging.getLogger(noisy).addHandler(logging.NullHandler())
    print(f"seed {arguments.seed}, data in {work}", file=sys.stderr)
    began_s = time.monotonic()
    result = run(work)
    print(json.dumps(result))
    if arguments.raw:
        keep(arguments, name, result, round(time.monotonic() - began_s, 1))
    if not result["clean"]:
        return 1
    if not arguments.keep:
        shutil.rmtree(work)
    return 0


def carry_out_rounds(
    description: str | None,
    name: str,
    run: Callable[..., Mapping[str, object]],
    *,
    rounds: int,
    every: int = 10,
    rate: int = 600,
    seconds: float = 1800,
) -> int:
    """The command of a proof in rounds: how many, after how many it judges, how much is written a
    second, and how long it may take at most. Returns the exit code."""
    made = parser(description)
    made.add_argument("--rounds", type=int, default=rounds)
    made.add_argument("--every", type=int, default=every)
    made.add_argument("--rate", type=int, default=rate)
    made.add_argument("--seconds", type=float, default=seconds)
    given = made.parse_args()
    return carry_out(
        given,
        name,
        lambda work: run(
            given.rounds, given.seed, given.seconds, work, every=given.every, rate=given.rate
        ),
    )


def keep(
    arguments: argparse.Namespace, name: str, result: Mapping[str, object], seconds: float
) -> None:
    """Put a result into the file of results, in the place of an older one."""
    words = [
        f"--{key.replace('_', '-')} {written(value)}"
        for key, value in vars(arguments).items()
        if key not in ("keep", "raw") and value is not None
    ]
    path: Path = arguments.raw
    known = json.loads(path.read_text()) if path.exists() else {}
    known[name] = {
        "command": " ".join(["python -m", f"tests.reliability.{name.replace('-', '_')}", *words]),
        "machine": machine(),
        "seconds": seconds,
        "result": result,
    }
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def written(value: object) -> str:
    """An argument as it is given on a command line."""
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
