"""Checks the verifier: bugs are planted into a broker, and it must catch each of them.

    python -m tests.reliability.mutation [--seed N] [--cuts 3] [--seconds BUDGET] [--keep DIR]

A broker without a bug comes first and must be found clean; then one after the other each bug of
`tests.reliability.planted`, in a process under load whose power is cut and which starts again on
what the disk may then hold. Prints a line for each on stderr, and on stdout one JSON line whose
`text` says how many were caught. A run that misses one keeps its data and its seed.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.reliability import command
from tests.reliability.cut_trial import Trial, run_trial
from tests.reliability.own_process import Died, in_own_process
from tests.reliability.planted import BUGS
from tests.reliability.verifier import Verdict


def run(
    work: Path, *, seed: int, cuts: int, seconds: float, bugs: Sequence[str] = tuple(BUGS)
) -> dict[str, object]:
    """Try a broker without a bug and each of the bugs; the result as plain values."""
    deadline = time.monotonic() + seconds
    honest = _tried(work / "none", bug="", seed=seed, cuts=cuts)
    _tell("none", honest.verdict.faults)
    caught: dict[str, str] = {}
    tried = 0
    for bug in bugs:
        if time.monotonic() > deadline:
            break
        tried += 1
        trial = _tried(work / bug.replace(" ", "-"), bug=bug, seed=seed, cuts=cuts)
        _tell(bug, trial.verdict.faults)
        if not trial.verdict.is_clean:
            caught[bug] = trial.verdict.faults[-1]
    return {
        "text": f"catches {len(caught)} of {tried}",
        "caught": caught,
        "missed": [bug for bug in bugs[:tried] if bug not in caught],
        "seed": seed,
        "cuts": honest.cuts,
        "acknowledged_without_a_bug": honest.verdict.acknowledged,
        "faults_without_a_bug": honest.verdict.faults,
        "clean": honest.is_clean and tried == len(bugs) == len(caught),
    }


def _tried(work: Path, *, bug: str, seed: int, cuts: int) -> Trial:
    """One trial. A client library that aborts on what it is handed has caught something as well."""
    try:
        return in_own_process(run_trial, work, bug=bug, seed=seed, cuts=cuts)
    except Died as death:
        return Trial(0, Verdict(faults=[f"a client was ended by {death}"]))


def _tell(bug: str, faults: Sequence[str]) -> None:
    print(f"{bug}: {faults[-1] if faults else 'nothing found'}", file=sys.stderr)


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--cuts", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=900)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "mutation",
        lambda work: run(work, seed=given.seed, cuts=given.cuts, seconds=given.seconds),
    )


if __name__ == "__main__":
    sys.exit(main())
