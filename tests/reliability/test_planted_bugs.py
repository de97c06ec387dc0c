"""The verifier catches what is planted into a broker, and finds nothing where there is nothing."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.broker.commit import GroupCommit
from engine.broker.group_shard import GroupShard
from engine.broker.handlers import fetch
from engine.broker.metadata_log import MetadataLog
from engine.storage.log_writer import LogWriter
from engine.storage.partition_log import PartitionLog
from engine.storage.posix import PosixFile
from engine.storage.producer_state import ProducerState
from engine.storage.recovery import Recovery
from tests.reliability.cut_trial import run_trial
from tests.reliability.mutation import run
from tests.reliability.planted import BUGS

HARMED: tuple[type, ...] = (
    *(GroupCommit, GroupShard, fetch._Reading, LogWriter, MetadataLog),
    *(PartitionLog, PosixFile, ProducerState, Recovery),
)


@contextmanager
def restored() -> Iterator[Callable[[], Mapping[tuple[type, str], object]]]:
    """Undo what is planted; tells what it has replaced."""
    before = {(each, name): it for each in HARMED for name, it in vars(each).items()}
    try:
        yield lambda: {
            (each, name): before[each, name]
            for each in HARMED
            for name, it in vars(each).items()
            if before.get((each, name)) is not it
        }
    finally:
        for (each, name), it in before.items():
            if vars(each)[name] is not it:
                setattr(each, name, it)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_can_be_called_as_what_it_replaces(bug: str) -> None:
    """Otherwise the broker fails by the call, and not by the bug."""
    with restored() as replaced:
        BUGS[bug]()
        found = replaced()
        assert found
        for (harmed, name), honest in found.items():
            assert callable(honest)
            taken = inspect.signature(honest).parameters.values()
            by_name = [each.name for each in taken if each.kind is each.KEYWORD_ONLY]
            by_place = [each for each in taken if each.kind is each.POSITIONAL_OR_KEYWORD]
            planted = inspect.signature(getattr(harmed, name))
            planted.bind(*by_place, **dict.fromkeys(by_name))


@pytest.mark.timeout(120)
def test_a_broker_without_a_bug_keeps_its_promises_over_a_power_cut(tmp_path: Path) -> None:
    trial = run_trial(tmp_path / "none", bug="", seed=3, cuts=1)
    assert trial.is_clean, trial.verdict.faults
    assert trial.cuts == 1


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_planted_bug_is_caught(tmp_path: Path) -> None:
    result = run(tmp_path, seed=4, cuts=2, seconds=800)
    assert result["clean"], result
    assert result["text"] == f"catches {len(BUGS)} of {len(BUGS)}"
