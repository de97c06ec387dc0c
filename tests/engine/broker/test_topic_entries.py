"""Entries of one topic in an answer become one."""

from operator import attrgetter

from engine.broker.topic_entries import joined
from engine.protocol.messages.delete_records import (
    DeleteRecordsPartitionResult,
    DeleteRecordsTopicResult,
)


def entry(name: str, *indexes: int) -> DeleteRecordsTopicResult:
    return DeleteRecordsTopicResult(name, [DeleteRecordsPartitionResult(each) for each in indexes])


def joined_by_name(*entries: DeleteRecordsTopicResult) -> list[DeleteRecordsTopicResult]:
    return joined(list(entries), attrgetter("name"), attrgetter("partitions"))


def test_later_entries_of_a_topic_go_into_its_first() -> None:
    found = joined_by_name(entry("a", 2), entry("b", 0), entry("a", 0, 1), entry("b", 3))

    assert found == [entry("a", 2, 0, 1), entry("b", 0, 3)]


def test_topics_named_once_and_none_stay_as_they_are() -> None:
    assert joined_by_name() == []
    assert joined_by_name(entry("a", 1)) == [entry("a", 1)]
    assert joined_by_name(entry("b", 1), entry("a", 1)) == [entry("b", 1), entry("a", 1)]
