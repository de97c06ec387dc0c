"""Every proof has a row, a claim and arguments that its command takes."""

import json
from pathlib import Path

import pytest

from tests.reliability.__main__ import Outcome, carry_out, outcome, table
from tests.reliability.claims import BESIDE, CLAIMS
from tests.reliability.proofs import PROOFS, Proof

FOLDER = Path(__file__).parent


def test_every_module_that_is_a_proof_has_a_row_and_a_claim() -> None:
    """A proof is what carries itself out as a command."""
    modules = {
        path.stem
        for path in FOLDER.glob("*.py")
        if "return command.carry_out" in path.read_text() and not path.stem.startswith("test_")
    }
    assert {each.module for each in PROOFS} == modules
    assert {each.name for each in PROOFS} == {*CLAIMS, BESIDE}


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.name)
def test_arguments_are_options_of_the_command(proof: Proof) -> None:
    """Without a run: all that the source of a command must name is the option."""
    shared = (FOLDER / "command.py").read_text()
    source = (FOLDER / f"{proof.module}.py").read_text()
    in_rounds = shared if "carry_out_rounds" in source else ""
    for is_long in (False, True):
        for word in proof.arguments(is_long=is_long) or []:
            if word.startswith("--"):
                assert f'"{word}"' in source + in_rounds, word


def test_a_run_that_is_clean_is_told_with_its_figures() -> None:
    line = json.dumps({"clean": True, "rounds": 1200, "lost": 0, "faults": []})
    told = outcome("kill-loop", 0, f"{line}\n", 3.0)
    assert told == Outcome("kill-loop", "clean", 3.0, "rounds 1,200; lost 0")
    assert table([told]) == "kill-loop  clean  3 s  rounds 1,200; lost 0"


@pytest.mark.parametrize(
    ("code", "output", "verdict"),
    [
        (1, '{"clean": false, "faults": ["one"]}', "NOT CLEAN"),
        (1, '{"clean": true}', "NOT CLEAN"),
        (0, '{"faults": []}', "NOT CLEAN"),
        (0, "", "broken"),
        (1, "Traceback", "broken"),
        (0, "[]", "broken"),
    ],
)
def test_what_is_not_wholly_clean_is_told_as_such(code: int, output: str, verdict: str) -> None:
    assert outcome("damage", code, output, 1.0).verdict == verdict


def test_a_proof_that_breaks_does_not_keep_the_next_from_running() -> None:
    told = carry_out(Proof("no_such_proof", "", ""), [], 1, None)
    assert (told.name, told.verdict) == ("no-such-proof", "broken")
