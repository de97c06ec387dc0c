"""Runs all proofs, one after the other, and tells what came of them.

    python -m tests.reliability [--short | --long] [--only NAME [NAME ...]] [--seed N]
        [--raw FILE] [--list]

`--short` takes less than ten minutes on two cores, `--long` most of a night; how far each proof
goes in either is in `tests.reliability.proofs`. A proof that finds something, or breaks, does not
keep the next from running. The results of the long form go to docs/reference/reliability.json, in
the place of older ones, as far as `--raw` does not name another file; those of the short form are
kept only where it does. A table of all ends the run; the exit code is 0 if each of them was clean.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.proofs import PROOFS, Proof

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "reference" / "reliability.json"
FIGURES = ("rounds", "images", "damages", "failures_tried", "connections", "acknowledged", "lost")
"""What of a result the table has, where it is there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one proof."""

    name: str
    verdict: str
    seconds: float
    told: str


def carry_out(proof: Proof, arguments: Sequence[str], seed: int, raw: Path | None) -> Outcome:
    """Run one proof in a process of its own. Blocking."""
    words = [sys.executable, "-m", f"tests.reliability.{proof.module}", "--seed", str(seed)]
    words += arguments
    if raw is not None:
        words += ["--raw", str(raw)]
    print(f"\n{proof.name}: {' '.join(words[1:])}", file=sys.stderr)
    begun = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return outcome(proof.name, done.returncode, done.stdout, time.monotonic() - begun)


def outcome(name: str, code: int, output: str, seconds: float) -> Outcome:
    """Read what a proof printed; one that ended without a result is broken, not clean."""
    lines = output.splitlines()
    try:
        result = json.loads(lines[-1]) if lines else None
    except json.JSONDecodeError:
        result = None
    if not isinstance(result, dict):
        return Outcome(name, "broken", seconds, f"ended with {code} and without a result")
    is_clean = code == 0 and result.get("clean") is True
    told = [f"{key} {result[key]:,}" for key in FIGURES if isinstance(result.get(key), int)]
    faults = result.get("faults") or []
    return Outcome(name, "clean" if is_clean else "NOT CLEAN", seconds, "; ".join(told + faults))


def table(outcomes: Sequence[Outcome]) -> str:
    """One line a proof."""
    rows = [(each.name, each.verdict, f"{each.seconds:,.0f} s", each.told) for each in outcomes]
    widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else []
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m tests.reliability",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    length = made.add_mutually_exclusive_group(required=True)
    length.add_argument("--short", action="store_true")
    length.add_argument("--long", action="store_true")
    length.add_argument("--list", action="store_true", help="tell what would run, and end")
    made.add_argument("--only", nargs="+", choices=[each.name for each in PROOFS], metavar="NAME")
    made.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    made.add_argument("--raw", type=Path, metavar="FILE")
    return made


def main() -> int:
    given = parser().parse_args()
    wanted = [each for each in PROOFS if not given.only or each.name in given.only]
    if given.list:
        for each in wanted:
            print(f"{each.name}\n  short: {each.short or 'none'}\n  long: {each.long}")
        return 0
    raw = given.raw or (RESULTS if given.long else None)
    outcomes = []
    for each in wanted:
        arguments = each.arguments(is_long=given.long)
        if arguments is not None:
            outcomes.append(carry_out(each, arguments, given.seed, raw and raw.resolve()))
    print(table(outcomes))
    return 0 if outcomes and all(each.verdict == "clean" for each in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
