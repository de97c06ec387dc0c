"""What those suffer is told whom a trouble must not reach."""

import math
import os
from types import SimpleNamespace

import pytest
from confluent_kafka import KafkaException

from tests.reliability import watch
from tests.reliability.verifier import Verdict
from tests.reliability.watch import PROTOCOLS, Asker, SteadyMember, Watch

NOWHERE = "127.0.0.1:1"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("assigned", "thrown_out", "faults"), [(1, 0, 0), (0, 0, 1), (2, 1, 1)])
def test_a_member_that_does_not_come_in_or_is_thrown_out_is_an_offence(
    protocol: str, assigned: int, thrown_out: int, faults: int
) -> None:
    member = SteadyMember(NOWHERE, "verified", protocol)
    member.assigned, member.thrown_out = assigned, thrown_out
    verdict = Verdict()
    member.judge(verdict)
    assert len(verdict.faults) == faults


def test_a_broker_that_serves_nobody_is_told_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members that never come in, nobody answered, and no memory: nothing was measured."""
    monkeypatch.setattr(watch, "REQUEST_S", 0.1)
    watching = Watch(SimpleNamespace(address=NOWHERE, pid=os.getpid()))
    with watching.kept():
        pass
    verdict = Verdict()
    watching.judge(verdict, 50.0, 1 << 60)
    assert len(verdict.faults) == 4, verdict.faults


def test_an_answer_that_does_not_come_counts_as_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "REQUEST_S", 0.1)
    asker = Asker(NOWHERE, "verified")
    with pytest.raises(KafkaException):
        asker.step()
    assert asker.percentile_ms(0.5) >= 100


def test_without_an_answer_there_is_no_time_of_one() -> None:
    assert math.isnan(Asker(NOWHERE, "verified").percentile_ms(0.99))
