"""What the commands of all long proofs share: a seed, a place for data, a JSON line, a verdict."""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path


def parser(description: str | None) -> argparse.ArgumentParser:
    """A command line with `--seed` and `--keep`; the description is shown as it stands."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    made.add_argument("--keep", type=Path)
    return made


def carry_out(
    arguments: argparse.Namespace, name: str, run: Callable[[Path], Mapping[str, object]]
) -> int:
    """Run a proof in a directory, print its result, and return the exit code.

    The data directory goes only if the result is clean and `--keep` did not ask for it.
    """
    work = arguments.keep or Path(tempfile.mkdtemp(prefix=f"{name}-"))
    print(f"seed {arguments.seed}, data in {work}", file=sys.stderr)
    result = run(work)
    print(json.dumps(result))
    if not result["clean"]:
        return 1
    if not arguments.keep:
        shutil.rmtree(work)
    return 0
