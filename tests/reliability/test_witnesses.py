"""What bystanders were told and does not hold any more is a fault."""

from types import SimpleNamespace

from tests.reliability.evidence import Evidence, make_value
from tests.reliability.verifier import Stamped, Verdict
from tests.reliability.witnesses import judge_commits, judge_seen, judge_topics

RECORDS = {0: [Stamped(n, make_value("p", n, b"body"), 0) for n in range(3)]}


def test_what_a_consumer_was_handed_stands_there() -> None:
    verdict = Verdict()
    judge_seen({(0, n): Evidence("p", n) for n in range(3)}, RECORDS, verdict)
    assert verdict.is_clean


def test_what_a_consumer_was_handed_and_is_gone_or_another_is_a_fault() -> None:
    verdict = Verdict()
    seen = {(0, 1): Evidence("p", 2), (0, 3): Evidence("p", 3), (0, 2): None}
    judge_seen(seen, RECORDS, verdict)
    assert [fault.partition(":")[0] for fault in verdict.faults] == ["0@1", "0@3", "0@2"]


def test_a_group_that_goes_back_is_a_fault() -> None:
    verdict = Verdict()
    judge_commits({0: 5, 1: 5}, {0: 5, 1: 6}, verdict)
    assert verdict.is_clean
    judge_commits({0: 5, 1: 5}, {0: 4, 1: None}, verdict)
    assert len(verdict.faults) == 2


def test_a_topic_that_is_gone_or_back_again_is_a_fault() -> None:
    verdict = Verdict()
    changer = SimpleNamespace(created={"a"}, deleted={"b"})
    judge_topics(changer, {"a", "c"}, verdict)
    assert verdict.is_clean
    judge_topics(changer, {"b"}, verdict)
    assert verdict.faults == ["a: was created and is not there", "b: was deleted and is there"]
