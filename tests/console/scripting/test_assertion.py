"""`kconsole assert lag`: an exit code that tells whether a group keeps up, and why it does not."""

from threading import Thread

import pytest

from console.model.group import Group, GroupState
from console.scripting.assertion import LagBounds, shortfalls
from tests.console.scripting.conftest import Run
from tests.support.group_reader import GroupReader, create_topic, write


@pytest.fixture(scope="module", autouse=True)
def group(bootstrap: str) -> None:
    """The group `billing` has read 4 of 10 records."""
    create_topic(bootstrap, "orders", 2)
    write(bootstrap, "orders", 4, 2)
    with GroupReader(bootstrap, "billing", "orders", 2) as reader:
        reader.read(4)
    write(bootstrap, "orders", 6, 2)


def test_lag_under_the_bound_holds(run: Run) -> None:
    result = run("assert", "lag", "billing", "--under", "7")
    assert (result.exit_code, result.stdout) == (0, "billing: lag 6\n")


def test_lag_at_the_bound_does_not_hold(run: Run) -> None:
    result = run("assert", "lag", "billing", "--under", "6")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "kconsole: billing: lag 6, not under 6\n"


def test_age_is_bounded_as_well(run: Run) -> None:
    assert run("assert", "lag", "billing", "--age-under", "1h").exit_code == 0
    result = run("assert", "lag", "billing", "--age-under", "1ms")
    assert result.exit_code == 3
    assert "not by less than 1ms" in result.stderr


def test_lag_that_falls_in_time_holds(run: Run, bootstrap: str) -> None:
    create_topic(bootstrap, "later", 1)
    write(bootstrap, "later", 5, 1)
    with GroupReader(bootstrap, "late", "later", 1) as reader:
        reader.read(1)
        rest = Thread(target=reader.read, args=(4,))
        rest.start()
        result = run("assert", "lag", "late", "--under", "1", "--within", "2m")
        rest.join()
    assert (result.exit_code, result.stderr) == (0, "")


def test_group_that_is_not_there_is_no_lag(run: Run) -> None:
    result = run("assert", "lag", "billing", "nobody", "--under", "100")
    assert result.exit_code == 1
    assert "nobody" in result.stderr


def test_cluster_that_does_not_answer_says_nothing_of_the_lag(run: Run) -> None:
    result = run("assert", "lag", "--bootstrap", "127.0.0.1:1", "billing", "--under", "1")
    assert result.exit_code == 1
    assert "127.0.0.1:1" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("billing",), "--under N or --age-under TIME"),
        (("billing", "--under", "0"), "--under"),
        (("billing", "--under", "1", "--within", "soon"), "no duration such as"),
        (("--under", "1"), "GROUP"),
    ],
)
def test_wrong_arguments_are_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    result = run("assert", "lag", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_lag_that_is_not_known_does_not_hold() -> None:
    bounds = LagBounds(records=10, age_s=60)
    unread = Group("g", GroupState.STABLE, "classic", problem="not allowed")
    assert list(shortfalls(unread, bounds)) == ["g: not allowed"]
    without = Group("g", GroupState.EMPTY, "classic", is_enriched=True)
    assert "has committed nothing" in next(shortfalls(without, bounds))
    old = Group("g", GroupState.STABLE, "classic", is_enriched=True, problem="no answer")
    assert list(shortfalls(old, bounds)) == ["g: no answer"], "what was read before is old"
