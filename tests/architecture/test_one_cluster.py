"""Which files share a cluster of a real Kafka is as the distribution of tests has it."""

import ast

import pytest

from tests.architecture.sources import ROOT, tree_of
from tests.support.one_cluster import FOLDER, SHARED


def takes(tree: ast.Module, fixture: str) -> bool:
    """Whether functions of a module take a fixture that it does not make itself."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    if any(each.name == fixture for each in functions):
        return False
    return any(
        argument.arg == fixture
        for each in functions
        if each.name.startswith("test_") or each.decorator_list
        for argument in each.args.args
    )


@pytest.mark.parametrize("fixture", SHARED)
def test_files_of_one_cluster_are_kept_together(fixture: str) -> None:
    found = [p.name for p in ROOT.glob(f"{FOLDER}test_*.py") if takes(tree_of(p), fixture)]
    assert sorted(found) == sorted(SHARED[fixture])
