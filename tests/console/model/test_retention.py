"""What retention takes next, and what it took unread."""

import pytest

from console.model.figures import Known, Unknown
from console.model.lag import LossKind, LossOutlook
from console.model.partition_log import PartitionLog, Segment
from console.model.record_times import RecordTimes
from console.model.retention import (
    DAY_MS,
    GroupAtRisk,
    TopicRetention,
    policy_from,
    when_oldest_goes,
)
from console.model.retention_plan import schedule_of
from console.model.severity import Severity


@pytest.mark.parametrize(
    ("configs", "label"),
    [
        ({}, "7d"),
        ({"retention.ms": "5400000"}, "90m"),
        ({"retention.ms": "-1"}, "forever"),
        ({"retention.ms": "172800000", "retention.bytes": "1073741824"}, "2d · 1GiB"),
        ({"retention.ms": "-1", "retention.bytes": "1000"}, "1000B"),
        ({"cleanup.policy": "compact"}, "compact"),
        ({"cleanup.policy": "compact, delete"}, "compact 7d"),
        ({"retention.ms": "0"}, "0ms"),
    ],
)
def test_label(configs: dict[str, str], label: str) -> None:
    assert policy_from(configs).label == label


def test_a_configuration_that_is_no_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="soon"):
        policy_from({"retention.ms": "soon"})


def test_the_oldest_record_goes_when_it_is_older_than_the_policy() -> None:
    policy = Known(policy_from({}), 1)
    assert when_oldest_goes(policy, Known(5000, 2)) == Known(5001 + 7 * DAY_MS, 2)


def test_a_list_and_a_plan_say_the_same_of_a_segment_with_one_record() -> None:
    policy = policy_from({"retention.ms": "60000"})
    times = RecordTimes().seen(0, 5_000)
    segment = Segment(0, 1, 100)
    log = PartitionLog(0, 0, 1, 100, times, (segment,), are_told=True)
    (going,) = schedule_of(log, policy, now_ms=65_001)
    assert when_oldest_goes(Known(policy, 1), Known(5_000, 1)) == Known(65_001, 1)
    assert going.goes_ms == 65_001
    assert not list(schedule_of(log, policy, now_ms=65_000))


def test_a_compacted_topic_does_not_lose_records_by_age() -> None:
    policy = Known(policy_from({"cleanup.policy": "compact"}), 1)
    assert isinstance(when_oldest_goes(policy, Known(5000, 2)), Unknown)


def test_unread_records_that_expired_make_the_topic_an_error() -> None:
    def row(risk: GroupAtRisk) -> TopicRetention:
        policy = Known(policy_from({"retention.bytes": "1000"}), 1)
        return TopicRetention("t", policy, Known(1, 1), Known(2, 1), Known(3000, 1), 4, (risk,))

    soon = LossOutlook(LossKind.IN_TIME, 60.0)
    assert row(GroupAtRisk("g", soon, 0)).severity is Severity.WARNING
    assert row(GroupAtRisk("g", soon, 3)).severity is Severity.ERROR
    assert row(GroupAtRisk("g", soon, 3)).size_ratio == pytest.approx(0.75)
